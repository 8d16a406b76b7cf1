using System.Runtime.InteropServices;
using Locald.Nss.Interop;

namespace Locald.Nss;

/// <summary>Standard input and output, read and written as they are: <see cref="Console"/> and even streams are a large part of a small program.</summary>
internal static class StandardPipes
{
    /// <summary>Reads until the other end closes.</summary>
    /// <param name="buffer">Where to; what is longer is cut.</param>
    /// <returns>What was read.</returns>
    internal static ReadOnlySpan<byte> Read(Span<byte> buffer)
    {
        int length = 0;
        while (length < buffer.Length)
        {
            nint read = LibC.Read(0, buffer[length..], buffer.Length - length);
            if (read > 0)
            {
                length += (int)read;
            }
            else if (!IsToBeTriedAgain(read))
            {
                break;
            }
        }

        return buffer[..length];
    }

    /// <summary>Writes all of it, as long as somebody reads.</summary>
    internal static void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written = LibC.Write(1, bytes, bytes.Length);
            if (written > 0)
            {
                bytes = bytes[(int)written..];
            }
            else if (!IsToBeTriedAgain(written))
            {
                break;
            }
        }
    }

    private static bool IsToBeTriedAgain(nint result) => result < 0 && Marshal.GetLastPInvokeError() == LibC.Interrupted;
}

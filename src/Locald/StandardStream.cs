using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Locald;

/// <summary>
/// Standard output or error on Unix, without a buffer. <see cref="Console"/> has such streams too, but with them come the database of
/// terminals and the reading of keys, and they keep silent about a reader that went away. A file stream is no substitute: it writes a file
/// at an offset of its own, over what other processes wrote to the same one.
/// </summary>
/// <param name="descriptor">1 or 2. It is not closed with this.</param>
[UnsupportedOSPlatform("windows")]
internal sealed partial class StandardStream(int descriptor) : Stream
{
    /// <summary>EPIPE, as the <see cref="Exception.HResult"/> of what <see cref="Write(ReadOnlySpan{byte})"/> throws: the reader went away.</summary>
    internal const int BrokenPipe = 32;

    private const int Interrupted = 4;
    private const short ReadyToWrite = 4;

    /// <summary>EAGAIN: somebody else, as a node that started us, made the pipe non-blocking.</summary>
    private static readonly int NotNow = OperatingSystem.IsLinux() ? 11 : 35;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes all of it, however long the reader takes.</summary>
    /// <exception cref="IOException">It cannot be written; the <see cref="Exception.HResult"/> is errno.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written = WriteTo(descriptor, buffer, buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == NotNow)
            {
                PollEntry entry = new() { Descriptor = descriptor, Asked = ReadyToWrite };
                _ = Poll(ref entry, 1, Timeout.Infinite);
            }
            else if (error != Interrupted)
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, ReadOnlySpan<byte> bytes, nint length);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    /// <summary>pollfd of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        internal int Descriptor;
        internal short Asked;
        internal short Found;
    }
}

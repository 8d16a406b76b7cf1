using Microsoft.Win32.SafeHandles;

namespace Locald.Hosts;

/// <summary>Writes over a file whose name cannot be given to another: it is a mount of its own, as a container's hosts file is.</summary>
internal static class InPlaceFile
{
    /// <summary>
    /// Writes it, and looks whether it is there. The file is never emptied first, so that on a full disk the old content, which is put
    /// back, still has its blocks.
    /// </summary>
    /// <exception cref="IOException">The disk is full or fails. The old content is there again, unless the message says otherwise.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    internal static void Write(string path, byte[] content)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        byte[] old = Read(file);
        try
        {
            Put(file, content);
        }
        catch (IOException first)
        {
            try
            {
                Put(file, old);
            }
            catch (IOException)
            {
                throw new IOException($"{first.Message.Split(" : '")[0].TrimEnd('.')}, and the old content could not be put back", first);
            }

            throw;
        }
    }

    private static void Put(SafeFileHandle file, byte[] content)
    {
        RandomAccess.Write(file, content, 0);
        RandomAccess.SetLength(file, content.Length);
        RandomAccess.FlushToDisk(file);
        if (!Read(file).AsSpan().SequenceEqual(content))
        {
            throw new IOException("another process wrote it at the same time");
        }
    }

    private static byte[] Read(SafeFileHandle file)
    {
        byte[] bytes = new byte[RandomAccess.GetLength(file)];
        int length = 0;
        int read;
        while (length < bytes.Length && (read = RandomAccess.Read(file, bytes.AsSpan(length), length)) > 0)
        {
            length += read;
        }

        return bytes[..length];
    }
}

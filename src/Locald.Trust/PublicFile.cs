namespace Locald.Trust;

/// <summary>Writes a file that other programs read: whole or not at all, and with the permissions that were meant, whatever the umask says.</summary>
internal static class PublicFile
{
    /// <summary>For everybody to read, and for its owner to write.</summary>
    public const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Enterable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>
    /// Writes it, and makes the folders to it that are missing. A file that is there keeps its permissions; a link to one stays a link.
    /// The temporary file lies in the same folder, not moved in from another: SELinux labels a file by the folder in which it is made.
    /// </summary>
    /// <param name="path">Absolute.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="IOException">The disk is full or read-only.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string target = RealPath.Of(path) ?? throw new IOException($"{path} is a link that leads back to itself");
        string folder = Path.GetDirectoryName(target)!;
        MakeFolder(folder);
        string temporary = Path.Combine(folder, $".{Path.GetFileNameWithoutExtension(target)}.tmp");
        try
        {
            using (FileStream file = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(file.SafeFileHandle, File.Exists(target) ? File.GetUnixFileMode(target) : Readable);
                }

                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        MakeFolder(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, Enterable);
        }
    }
}

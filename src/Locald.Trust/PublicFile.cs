namespace Locald.Trust;

/// <summary>Files that every user of the machine reads.</summary>
internal static class PublicFile
{
    /// <summary>
    /// Writes a file, 0644 whatever the umask says, whole or not at all. The temporary file lies in the same folder, not moved in from
    /// another: SELinux labels a file by the folder in which it is made.
    /// </summary>
    /// <exception cref="IOException">The disk is full or read-only.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        string folder = Path.GetDirectoryName(path)!;
        string temporary = $"{folder}/.{Path.GetFileNameWithoutExtension(path)}.tmp";
        Directory.CreateDirectory(folder);
        try
        {
            using (FileStream file = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(file.SafeFileHandle,
                        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
                }

                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}

using Locald.Certificates.Interop.Unix;
using Microsoft.Win32.SafeHandles;

namespace Locald.Certificates.Files;

/// <summary>Writes whole files or none: a reader, a crash or a full disk never shows half of one.</summary>
public static class AtomicFile
{
    /// <summary>Mode of a private key: nobody but the owner.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode of what anybody may read.</summary>
    public const UnixFileMode Public = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Creates or replaces the file. When this returns, content and name are on the disk.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">Its permissions on Unix, whatever the umask; on Windows a private file is its user's alone, and for others the folder's apply.</param>
    /// <param name="owner">Whose it becomes, or null for the caller's.</param>
    /// <exception cref="IOException">The disk is full, the folder missing or read-only; an older file is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner = null)
    {
        using UnfinishedFile file = new(path, content, mode, owner);
        file.Finish();
    }

    /// <summary>Gives a file of the same folder another name, over an older file of that name. When this returns, the name is on the disk.</summary>
    internal static void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>A rename survives a power cut only once its folder is on the disk too. Not every file system can do it.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using SafeFileHandle handle = LibC.OpenFolder(folder);
        if (!handle.IsInvalid)
        {
            _ = LibC.Sync(handle);
        }
    }
}

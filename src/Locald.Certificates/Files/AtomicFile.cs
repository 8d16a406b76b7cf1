using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Locald.Certificates.Interop.Unix;
using Microsoft.Win32.SafeHandles;

namespace Locald.Certificates.Files;

/// <summary>Writes whole files or none: a reader, a crash or a full disk never shows half of one.</summary>
public static class AtomicFile
{
    /// <summary>How the names of unfinished files end.</summary>
    internal const string Unfinished = ".new";

    /// <summary>Mode of a private key: nobody but the owner.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode of what anybody may read.</summary>
    public const UnixFileMode Public = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Creates or replaces the file. When this returns, content and name are on the disk.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">Its permissions on Unix, whatever the umask; on Windows the folder's apply.</param>
    /// <param name="owner">Whose it becomes, or null for the caller's.</param>
    /// <exception cref="IOException">The disk is full, the folder missing or read-only; an older file is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner = null)
    {
        // Not a Guid: that one needs /dev/urandom, which a bare chroot has not.
        string unfinished = $"{path}.{RandomNumberGenerator.GetHexString(32, lowercase: true)}{Unfinished}";
        try
        {
            // CreateNew follows no link: as root in a user's folder, this writes nowhere else.
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = Private;
            }

            using (FileStream file = new(unfinished, options))
            {
                file.Write(content);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(file.SafeFileHandle, mode);
                    if (owner is not null && LibC.ChangeOwner(file.SafeFileHandle, owner.Uid, owner.Gid) != 0)
                    {
                        throw new IOException($"giving {path} to user {owner.Uid}: {Marshal.GetLastPInvokeErrorMessage()}");
                    }
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
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

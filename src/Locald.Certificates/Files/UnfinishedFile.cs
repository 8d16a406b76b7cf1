using System.Runtime.InteropServices;
using System.Security.AccessControl;
using System.Security.Cryptography;
using Locald.Certificates.Interop.Unix;

namespace Locald.Certificates.Files;

/// <summary>A file that is on the disk as a whole, under a name of its own: what belongs together is finished only once all of it is there.</summary>
public sealed class UnfinishedFile : IDisposable
{
    /// <summary>How the names of unfinished files end.</summary>
    internal const string Ending = ".new";

    private readonly string _path;
    private readonly string _unfinished;

    /// <summary>Writes it beside its place.</summary>
    /// <param name="path">The file that it will be; its folder exists.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">Its permissions on Unix, whatever the umask; on Windows a private file is its user's alone, and for others the folder's apply.</param>
    /// <param name="owner">Whose it becomes, or null for the caller's.</param>
    /// <exception cref="IOException">The disk is full, the folder missing or read-only.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public UnfinishedFile(string path, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner)
    {
        // Not a Guid: that one needs /dev/urandom, which a bare chroot has not.
        (_path, _unfinished) = (path, $"{path}.{RandomNumberGenerator.GetHexString(32, lowercase: true)}{Ending}");
        try
        {
            Write(content, mode, owner);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gives it its name, over an older file of that name. When this returns, content and name are on the disk.</summary>
    /// <exception cref="IOException">The folder went away, or has another folder of that name.</exception>
    /// <exception cref="UnauthorizedAccessException">The file there may not be replaced.</exception>
    public void Finish() => AtomicFile.Rename(_unfinished, _path);

    /// <summary>Takes it away where it was not finished.</summary>
    public void Dispose() => File.Delete(_unfinished);

    private void Write(ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner)
    {
        // CreateNew follows no link: as root in a user's folder, this writes nowhere else.
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = AtomicFile.Private;
        }

        using FileStream file = OperatingSystem.IsWindows() && mode == AtomicFile.Private
            ? new FileInfo(_unfinished).Create(FileMode.CreateNew, FileSystemRights.Write | FileSystemRights.Synchronize, FileShare.None, 4096, FileOptions.None, AccessRules.Private())
            : new(_unfinished, options);
        file.Write(content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.SafeFileHandle, mode);
            if (owner is not null && LibC.ChangeOwner(file.SafeFileHandle, owner.Uid, owner.Gid) != 0)
            {
                throw new IOException($"giving {_path} to user {owner.Uid}: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }

        file.Flush(flushToDisk: true);
    }
}

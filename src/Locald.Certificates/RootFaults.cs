namespace Locald.Certificates;

/// <summary>Every way in which the root's files fail, with the words and the commands that mend it.</summary>
internal static class RootFaults
{
    /// <summary>Where the certificate is there to be taken out of the stores, all that is lost is the key.</summary>
    private const string Replace = "locald ca rotate";

    private const int DiskFullOnUnix = 28;
    private const int ReadOnlyOnUnix = 30;

    /// <summary>ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.</summary>
    private static readonly int[] _diskFullOnWindows = [unchecked((int)0x80070027), unchecked((int)0x80070070)];

    internal static RootException Unreadable(string path, Exception error) => new(RootFault.Unreadable, path,
        error is UnauthorizedAccessException ? "permission denied" : $"cannot be read: {error.Message}",
        OperatingSystem.IsWindows() ? $"icacls {Quote(path)}" : $"sudo chown -R \"$(id -u)\" {Quote(Folder(path))}");

    internal static RootException Damaged(string path, string what) =>
        StartAfresh(RootFault.Damaged, path, $"is not {what}, or was changed");

    internal static RootException KeyDamaged(string path, string what) => new(RootFault.Damaged, path, $"is not {what}, or was changed", Replace);

    internal static RootException KeyMissing(string path) =>
        new(RootFault.KeyMissing, path, "is missing, although the root's certificate is there", Replace);

    internal static RootException Mismatched(string certificate, string key) =>
        new(RootFault.Mismatched, certificate, $"does not belong to the key in {key}", Replace);

    internal static RootException NotOurs(string path) => StartAfresh(RootFault.NotOurs, path,
        "is not a root that locald made: it is not limited to names under localhost and loopback addresses");

    internal static RootException Expired(string path, DateTimeOffset when) =>
        new(RootFault.Expired, path, $"expired on {when:yyyy-MM-dd}", Replace);

    internal static RootException NotYetValid(string path, DateTimeOffset when) =>
        new(RootFault.NotYetValid, path, $"is valid from {when:yyyy-MM-dd HH:mm}Z only: the clock of this machine is behind", "date -u");

    internal static RootException KeyExposed(string path) => new(RootFault.Exposed, path,
        "holds the root's private key, and other users may read it", $"chmod 600 {Quote(path)}");

    /// <param name="path">The key's file.</param>
    /// <param name="me">Who is to keep it.</param>
    /// <param name="others">Who reaches it, by security identifier: names differ by Windows' language.</param>
    internal static RootException KeyExposedOnWindows(string path, string me, IReadOnlyList<string> others) => new(RootFault.Exposed, path,
        "holds the root's private key, and other users may read it",
        $"icacls {Quote(path)} /inheritance:r /grant:r *{me}:F /remove:g {string.Join(' ', others.Select(o => $"*{o}"))}");

    internal static RootException FolderExposed(string path) => new(RootFault.Exposed, path,
        "holds the root's private key, and other users may change what is in it", $"chmod 700 {Quote(path)}");

    internal static RootException Busy(string folder) => new(RootFault.Busy, folder,
        $"another process has held it for {Limits.LockWait.TotalSeconds:0} seconds", $"fuser -v {Quote(folder)}");

    internal static RootException Unwritable(string path, Exception error)
    {
        string elsewhere = OperatingSystem.IsWindows() ? "set LOCALD_HOME=%TEMP%\\locald" : "export LOCALD_HOME=\"$(mktemp -d)\"";
        int code = (error as IOException ?? error.InnerException as IOException)?.HResult ?? 0;
        int overQuota = OperatingSystem.IsLinux() ? 122 : 69;
        if (OperatingSystem.IsWindows() ? _diskFullOnWindows.Contains(code) : code == DiskFullOnUnix || code == overQuota)
        {
            return new(RootFault.DiskFull, path, "no space left on the disk", $"df -h {Quote(Existing(path))}", elsewhere);
        }

        return !OperatingSystem.IsWindows() && code == ReadOnlyOnUnix
            ? new(RootFault.ReadOnly, path, "the file system is read-only", elsewhere)
            : new(RootFault.Unwritable, path, Reason(path, error),
                OperatingSystem.IsWindows() ? $"icacls {Quote(Existing(path))}" : $"ls -ld {Quote(Existing(path))}", elsewhere);
    }

    /// <summary>The old files are put aside, not deleted: whoever has a backup may still want them.</summary>
    private static RootException StartAfresh(RootFault fault, string path, string why)
    {
        string folder = Folder(path);
        string move = OperatingSystem.IsWindows() ? "move" : "mv";
        return new(fault, path, why, $"{move} {Quote(folder)} {Quote(folder + ".old")}", "locald trust");
    }

    private static string Reason(string path, Exception error) =>
        File.Exists(Existing(path)) ? $"{Existing(path)} is a file, not a folder"
        : error is UnauthorizedAccessException ? "permission denied"
        : error is FileNotFoundException or DirectoryNotFoundException ? "no folder can be made there"
        : error.Message.TrimEnd('.');

    private static string Folder(string path) => Path.GetDirectoryName(path)!;

    private static string Existing(string path)
    {
        while (!Path.Exists(path) && Path.GetDirectoryName(path) is { Length: > 0 } above)
        {
            path = above;
        }

        return path;
    }

    /// <summary>As a shell takes it: a Mac's state folder has a space in its name.</summary>
    private static string Quote(string path)
    {
        bool plain = path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:\\".Contains(c));
        return plain ? path : OperatingSystem.IsWindows() ? $"\"{path}\"" : $"'{path.Replace("'", "'\\''")}'";
    }
}

using System.Runtime.InteropServices;

namespace Locald;

/// <summary>Names and home folders of users, as /etc/passwd gives them. Read as a file: a static program must not load modules of the name service.</summary>
internal static partial class Passwd
{
    private const string Path = "/etc/passwd";

    /// <returns>The home folder of a user; null where the file does not know the user.</returns>
    internal static string? HomeOf(int uid) => Find(uid) is { Length: >= 6 } entry && entry[5].StartsWith('/') ? entry[5] : null;

    /// <returns>The name of a user; null where the file does not know the user.</returns>
    internal static string? NameOf(int uid) => Find(uid)?[0];

    /// <returns>The home folder of whoever runs this, where there is such a folder: many a service's user is given one that never was.</returns>
    internal static string? OwnHome() => !OperatingSystem.IsWindows() && HomeOf(EffectiveUser()) is { } home && Directory.Exists(home) ? home : null;

    /// <summary>The user that this process acts as.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial int EffectiveUser();

    /// <summary>passwd(5): name:password:uid:gid:gecos:home:shell.</summary>
    private static string[]? Find(int uid) =>
        (File.Exists(Path) ? File.ReadLines(Path) : []).Select(l => l.Split(':')).FirstOrDefault(f => f.Length >= 3 && f[2] == uid.ToString());
}

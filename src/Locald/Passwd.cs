using System.Runtime.InteropServices;

namespace Locald;

/// <summary>Home folders, as /etc/passwd gives them. Read as a file: a static program must not load modules of the name service.</summary>
internal static partial class Passwd
{
    private const string Path = "/etc/passwd";

    /// <returns>The home folder of a user; null where the file does not know the user.</returns>
    internal static string? HomeOf(int uid)
    {
        // passwd(5): name:password:uid:gid:gecos:home:shell.
        foreach (string line in File.Exists(Path) ? File.ReadLines(Path) : [])
        {
            string[] f = line.Split(':');
            if (f.Length >= 6 && f[2] == uid.ToString() && f[5].StartsWith('/'))
            {
                return f[5];
            }
        }

        return null;
    }

    /// <returns>The home folder of whoever runs this, where there is such a folder: many a service's user is given one that never was.</returns>
    internal static string? OwnHome() => !OperatingSystem.IsWindows() && HomeOf(EffectiveUser()) is { } home && Directory.Exists(home) ? home : null;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial int EffectiveUser();
}

using Locald.Trust.Linux;

namespace Locald.Doctor;

/// <summary>The one thing to do, on this distribution, so that names under .localhost resolve for every client.</summary>
internal static class ResolutionFix
{
    private static readonly string[] s_libraryFolders = ["/usr/lib64", "/usr/lib", "/lib64", "/lib"];

    /// <param name="session">Null for lines in the hosts file, which work everywhere, name by name.</param>
    internal static string For(Session? session)
    {
        if (session is null || !OperatingSystem.IsLinux())
        {
            return HostsLines;
        }

        LinuxMachine machine = LinuxMachine.Running();

        // Debian's package puts itself into nsswitch.conf. Elsewhere the module comes with systemd and only has to be named there.
        return PathSearch.Find("apt-get", session) is not null && !HasModule() ? machine.AsRoot("apt-get install -y libnss-myhostname")
            : HasModule() ? machine.AsRoot("sed -i 's/^hosts:\\(.*\\)files/hosts:\\1files myhostname/' /etc/nsswitch.conf")
            : HostsLines;
    }

    private const string HostsLines = "locald hosts --apply";

    private static bool HasModule() => s_libraryFolders.Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateDirectories(folder, "*-linux-gnu*").Append(folder))
        .Any(folder => File.Exists(Path.Combine(folder, "libnss_myhostname.so.2")));
}

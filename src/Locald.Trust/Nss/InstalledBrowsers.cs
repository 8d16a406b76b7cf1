using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>Which browsers are on a machine, whether or not they ever ran.</summary>
/// <param name="machine">Where to look.</param>
/// <param name="user">Whose own installations count too; null where no home folder is known.</param>
internal sealed class InstalledBrowsers(LinuxMachine machine, UserFolders? user)
{
    /// <summary>Whether a package or an archive put it there: neither a snap nor a flatpak.</summary>
    internal bool HasNative(ChromiumBrowser browser) => browser.Executables.Any(e => machine.FindTool(e) is { } tool && !IsSnap(tool));

    /// <summary>The folders of its installations that are neither snaps nor flatpaks, in the table's order, each once, as the system calls them, links resolved.</summary>
    internal IReadOnlyList<string> ProgramFolders(MozillaBrowser browser) =>
        [.. browser.ProgramFolders.Select(machine.At).Where(f => File.Exists($"{f}/application.ini")).Select(f => machine.Named(RealPath.Of(f) ?? f))
            .Where(f => !f.Contains("/snap/", StringComparison.Ordinal)).Distinct()];

    internal bool HasSnap(string name) => Directory.Exists(machine.At($"/snap/{name}/current")) || Directory.Exists(machine.At($"/var/lib/snapd/snap/{name}/current"));

    internal bool HasFlatpak(string id) =>
        Directory.Exists(machine.At($"/var/lib/flatpak/app/{id}")) || (user is not null && Directory.Exists($"{user.Home}/.local/share/flatpak/app/{id}"));

    /// <summary>Ubuntu's packages chromium-browser and firefox are commands that start the snap, as those of /snap/bin are.</summary>
    private static bool IsSnap(string tool) => tool.Contains("/snap/bin/", StringComparison.Ordinal);
}

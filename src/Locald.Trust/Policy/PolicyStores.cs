using Locald.Trust.Linux;
using Locald.Trust.Nss;

namespace Locald.Trust.Policy;

/// <summary>The policy files of the browsers of a Linux machine, as trust stores.</summary>
internal static class PolicyStores
{
    private static MozillaBrowser Firefox => MozillaBrowser.All[0];

    /// <summary>The folders of the table, each once, with the browsers that read them.</summary>
    private static IReadOnlyList<(string Browser, string Folder)> ChromiumFolders { get; } =
    [
        .. ChromiumBrowser.All.SelectMany(b => new[] { (b.Name, Folder: b.PolicyFolder), ($"{b.Name} (snap)", Folder: b.SnapPolicyFolder) })
            .Where(p => p.Folder is not null).Select(p => (p.Item1, p.Folder!)),
    ];

    /// <summary>Those of every browser that is installed, where policies are wanted; else only those in which a root of ours is.</summary>
    internal static IReadOnlyList<ITrustStore> Find(TrustContext context, LinuxMachine machine)
    {
        InstalledBrowsers installed = new(machine, UserFolders.Of(context));
        HashSet<string> wanted = context.WithPolicies ? [.. FirefoxFiles(machine, installed), .. InstalledFolders(installed)] : [];
        return
        [
            .. FirefoxPlaces(installed).Select(p => new FirefoxPolicyStore(machine, p)).Where(s => wanted.Contains(s.Place) || s.HasOurs()),
            .. ChromiumFolders.Select(f => new ChromiumPolicyStore(machine, f.Browser, f.Folder)).Where(s => wanted.Contains(s.Place) || s.HasOurs()),
        ];
    }

    /// <returns>Null where the id is none of a place that a browser reads.</returns>
    internal static ITrustStore? FromId(string id, TrustContext context, LinuxMachine machine)
    {
        string place = id.StartsWith(PolicyStore.IdPrefix, StringComparison.Ordinal) ? id[PolicyStore.IdPrefix.Length..] : "";
        return FirefoxPlaces(new(machine, UserFolders.Of(context))).Contains(place) ? new FirefoxPolicyStore(machine, place)
            : ChromiumFolders.FirstOrDefault(f => f.Folder == place) is { Browser: { } browser } ? new ChromiumPolicyStore(machine, browser, place) : null;
    }

    /// <summary>Every file that a Firefox may read, in force or not.</summary>
    private static IReadOnlyList<string> FirefoxPlaces(InstalledBrowsers installed) => [FirefoxPolicyStore.SystemPath, .. installed.ProgramFolders(Firefox).Select(Beside)];

    /// <summary>
    /// The files that are in force, or will be once they exist. A new file below /etc would hide the policies that lie beside a
    /// program, so that, where there are such, each program gets its own.
    /// </summary>
    private static IEnumerable<string> FirefoxFiles(LinuxMachine machine, InstalledBrowsers installed)
    {
        string[] beside = [.. installed.ProgramFolders(Firefox).Select(Beside)];
        return !File.Exists(machine.At(FirefoxPolicyStore.SystemPath)) && beside.Any(f => File.Exists(machine.At(f))) ? beside
            : beside.Length > 0 || installed.HasSnap(Firefox.Snap!) ? [FirefoxPolicyStore.SystemPath] : [];
    }

    private static IEnumerable<string> InstalledFolders(InstalledBrowsers installed)
    {
        foreach (ChromiumBrowser browser in ChromiumBrowser.All)
        {
            if (browser.PolicyFolder is { } folder && installed.HasNative(browser))
            {
                yield return folder;
            }

            if (browser is { Snap: { } snap, SnapPolicyFolder: { } snapFolder } && installed.HasSnap(snap))
            {
                yield return snapFolder;
            }
        }
    }

    private static string Beside(string program) => $"{program}/distribution/policies.json";
}

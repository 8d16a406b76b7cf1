using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>
/// A browser that is installed, was never started, and for which nothing can be laid ready: it is said, so that its error page is no
/// surprise. Not a failure: nobody uses it yet.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class NeverStarted(string name) : ITrustStore
{
    private const string Detail = "it was never started, and has no place for the root yet: start it once, then run 'locald trust' again";

    public StoreKind Kind => StoreKind.Nss;

    public string Id => $"{NssStore.IdPrefix}never-started:{name}";

    public string Title => name;

    /// <summary>There is nothing to change, so that asking for more rights would be in vain.</summary>
    public bool MayChange => true;

    internal static IReadOnlyList<NeverStarted> Find(LinuxMachine machine, UserFolders user)
    {
        InstalledBrowsers installed = new(machine, user);
        MozillaProfiles profiles = new(machine, user);
        List<string> names = [.. ChromiumBrowser.All.Where(b => b.Snap is { } snap && installed.HasSnap(snap) && !Directory.Exists($"{user.Home}/snap/{snap}/current")).Select(b => $"{b.Name} (snap)")];
        foreach (MozillaBrowser browser in MozillaBrowser.All.Where(b => b.IsBrowser))
        {
            (string Folder, string Where)[] used = [.. profiles.Roots(browser).Where(r => MozillaProfiles.In(r.Folder).Count > 0)];
            names.AddRange(Native(browser, installed, [.. used.Where(r => r.Where.Length == 0).Select(r => r.Folder)]));
            if (browser.Snap is { } snap && installed.HasSnap(snap) && !used.Any(r => r.Where == " (snap)"))
            {
                names.Add($"{browser.Name} (snap)");
            }

            if (browser.Flatpaks.Any(installed.HasFlatpak) && !used.Any(r => r.Where == " (flatpak)"))
            {
                names.Add($"{browser.Name} (flatpak)");
            }
        }

        string? laidReady = new FreshFirefox(machine, user).Profile()?.LibraryFolders[0];
        return [.. names.Where(n => laidReady is null || n != $"{MozillaBrowser.All[0].Name} in {machine.Named(laidReady)}").Select(n => new NeverStarted(n))];
    }

    public StoreStatus Probe(X509Certificate2? root) => new(StoreState.Unavailable, Detail) { Hints = ["locald trust", "locald trust --policy"] };

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) => [];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) => [];

    public StoreResult Install(X509Certificate2 root) => new(StoreOutcome.Already, Detail);

    public StoreResult Remove(X509Certificate2 root) => new(StoreOutcome.Already, Detail);

    /// <summary>
    /// Each installation has a profile of its own, and a section of profiles.ini by a hash of its folder. Where there are as many
    /// sections as installations all of them ran, though a profile that two share tells of the last alone.
    /// </summary>
    private static IEnumerable<string> Native(MozillaBrowser browser, InstalledBrowsers installed, string[] roots)
    {
        IReadOnlyList<string> programs = installed.ProgramFolders(browser);
        int sections = roots.Sum(r => IniFile.Read($"{r}/profiles.ini").Count(s => s.IsNamed("Install")));
        if (sections >= programs.Count)
        {
            return [];
        }

        HashSet<string> ran = [.. roots.SelectMany(MozillaProfiles.In).Select(MozillaProfiles.LastUsedBy).OfType<string>()];
        return programs.Where(p => !ran.Contains(p)).Select(p => $"{browser.Name} in {p}");
    }
}

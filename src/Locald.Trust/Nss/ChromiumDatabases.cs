using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>
/// Finds the database that Chromium and its kin share. They read <c>~/.pki/nssdb</c> where it exists, else
/// <c>$XDG_DATA_HOME/pki/nssdb</c>, which they create (Chromium since M146,
/// https://chromium.googlesource.com/chromium/src/+/HEAD/docs/linux/cert_management.md). So both are kept where both exist: an older
/// browser beside a newer one reads the other. A missing one is made in the new place: the old one's appearance would hide it.
/// </summary>
internal sealed class ChromiumDatabases(LinuxMachine machine, UserFolders user)
{
    private readonly InstalledBrowsers _installed = new(machine, user);

    internal IEnumerable<NssDatabase> All()
    {
        ChromiumBrowser[] here = [.. ChromiumBrowser.All.Where(IsHere)];
        string names = here.Length == 0 ? "Chrome and its kin" : string.Join(", ", here.Select(b => b.Name));
        IEnumerable<NssDatabase> all = In(user, names, mustHave: here.Length > 0);
        foreach (ChromiumBrowser browser in ChromiumBrowser.All)
        {
            // A revision's folder ("current") is where HOME points; the other is for what survives a refresh. A home that snapd
            // has not made yet cannot be made for it: "current" is a link.
            IEnumerable<UserFolders> snaps = browser.Snap is { } name ? user.Snap(name).Where(f => Directory.Exists(f.Home)) : [];
            IEnumerable<UserFolders> flatpaks = browser.Flatpaks.Where(id => _installed.HasFlatpak(id) || Directory.Exists(user.Flatpak(id).Home)).Select(user.Flatpak);
            all = all.Concat(snaps.SelectMany(f => In(f, $"{browser.Name} (snap)", mustHave: f.Home.EndsWith("/current", StringComparison.Ordinal))))
                .Concat(flatpaks.SelectMany(f => In(f, $"{browser.Name} (flatpak)", mustHave: true)));
        }

        return all;
    }

    /// <param name="folders">The browser's home.</param>
    /// <param name="names">Who reads it.</param>
    /// <param name="mustHave">Whether one is to be made where there is none.</param>
    private IEnumerable<NssDatabase> In(UserFolders folders, string names, bool mustHave)
    {
        string[] places = [$"{folders.Home}/.pki/nssdb", .. folders.Data.Select(f => $"{f}/pki/nssdb")];
        bool isMissing = !Directory.Exists(places[0]) && !Directory.Exists(places[1]);
        return places.Where((f, i) => Directory.Exists(f) || (i == 1 && isMissing && mustHave)).Select(f => new NssDatabase(f, $"{names} ({Short(f)})", []));
    }

    private bool IsHere(ChromiumBrowser browser) => _installed.HasNative(browser)
        || browser.ConfigFolders.Any(f => user.Config.Any(c => Directory.Exists($"{c}/{f}"))) || browser.CacheFolders.Any(f => user.Cache.Any(c => Directory.Exists($"{c}/{f}")));

    private string Short(string path) => path.StartsWith(user.Home + "/", StringComparison.Ordinal) ? $"~{path[user.Home.Length..]}" : path;
}

using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>
/// Finds the database that Chromium and its kin share. They read <c>~/.pki/nssdb</c> where it exists, else
/// <c>$XDG_DATA_HOME/pki/nssdb</c>, which they create (Chromium since M146,
/// https://chromium.googlesource.com/chromium/src/+/HEAD/docs/linux/cert_management.md). So both are kept where both exist: an older
/// browser beside a newer one reads the other. A missing one is made in the new place: the old one's appearance would hide it.
/// </summary>
internal sealed class ChromiumDatabases(LinuxMachine machine)
{
    internal IEnumerable<NssDatabase> Of(UserFolders user)
    {
        ChromiumBrowser[] here = [.. ChromiumBrowser.All.Where(b => IsInstalled(b, user))];
        string names = here.Length == 0 ? "Chrome and its kin" : string.Join(", ", here.Select(b => b.Name));
        foreach (NssDatabase database in In(user, user.Home, names, mustHave: here.Length > 0))
        {
            yield return database;
        }

        foreach (ChromiumBrowser browser in ChromiumBrowser.All)
        {
            // A revision's folder ("current") is where HOME points; the other is for what survives a refresh.
            foreach (UserFolders snap in browser.Snap is { } name ? user.Snap(name).Where(f => Directory.Exists(f.Home)) : [])
            {
                foreach (NssDatabase database in In(snap, user.Home, $"{browser.Name} (snap)", mustHave: snap.Home.EndsWith("/current", StringComparison.Ordinal)))
                {
                    yield return database;
                }
            }

            if (browser.Flatpak is { } id && user.Flatpak(id) is var flatpak && Directory.Exists(flatpak.Home))
            {
                foreach (NssDatabase database in In(flatpak, user.Home, $"{browser.Name} (flatpak)", mustHave: true))
                {
                    yield return database;
                }
            }
        }
    }

    /// <param name="folders">The browser's home.</param>
    /// <param name="home">The person's, to shorten paths by.</param>
    /// <param name="names">Who reads it.</param>
    /// <param name="mustHave">Whether one is to be made where there is none.</param>
    private static IEnumerable<NssDatabase> In(UserFolders folders, string home, string names, bool mustHave)
    {
        string[] places = [$"{folders.Home}/.pki/nssdb", $"{folders.Data}/pki/nssdb"];
        string[] found = [.. places.Where(Directory.Exists)];
        return (found.Length > 0 ? found : mustHave ? [places[1]] : []).Select(f => new NssDatabase(f, $"{names} ({Short(f, home)})", []));
    }

    private bool IsInstalled(ChromiumBrowser browser, UserFolders user) =>
        browser.Executables.Any(e => machine.FindTool(e) is not null) || Directory.Exists($"{user.Config}/{browser.ConfigFolder}");

    private static string Short(string path, string home) => path.StartsWith(home + "/", StringComparison.Ordinal) ? $"~{path[home.Length..]}" : path;
}

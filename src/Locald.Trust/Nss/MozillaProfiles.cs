using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>Finds the profiles of Firefox and its kin.</summary>
internal sealed class MozillaProfiles(LinuxMachine machine)
{
    private static readonly EnumerationOptions s_folders = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };

    /// <summary>The profiles of one browser, those that its profiles.ini names first; an ini may name folders outside.</summary>
    internal IEnumerable<NssDatabase> Of(MozillaBrowser browser, UserFolders user)
    {
        List<(string Folder, string Where)> roots = [($"{user.Home}/{browser.Folder}", "")];
        if (browser.ConfigFolder is { } config)
        {
            roots.Add(($"{user.Config}/{config}", ""));
        }

        if (browser.Snap is { } snap)
        {
            foreach (UserFolders confined in user.Snap(snap))
            {
                roots.Add(($"{confined.Home}/{browser.Folder}", " (snap)"));
                roots.Add(($"{confined.Config}/{browser.ConfigFolder}", " (snap)"));
            }
        }

        if (browser.Flatpak is { } flatpak && user.Flatpak(flatpak) is var sandbox)
        {
            roots.Add(($"{sandbox.Home}/{browser.Folder}", " (flatpak)"));
            roots.Add(($"{sandbox.Config}/{browser.ConfigFolder}", " (flatpak)"));
        }

        foreach ((string root, string where) in roots.Where(r => Directory.Exists(r.Folder)))
        {
            foreach (string profile in Named(root).Concat(Unnamed(root)).Take(ProfilesIni.MostProfiles))
            {
                yield return new(profile, $"{browser.Name}{where} profile {Path.GetFileName(profile)}", LibraryFolders(browser, profile));
            }
        }
    }

    /// <summary>Where a folder has the browser's own NSS: the installation that used the profile last, then the usual ones.</summary>
    private IReadOnlyList<string> LibraryFolders(MozillaBrowser browser, string profile) =>
        [.. new[] { LastUsedBy(profile) }.OfType<string>().Concat(browser.ProgramFolders.Select(machine.At)).Where(f => File.Exists($"{f}/libnss3.so")).Distinct()];

    /// <summary>Profiles of the ini file whose folders exist: others were deleted, or lie on a disk that is not here.</summary>
    private static IEnumerable<string> Named(string root)
    {
        try
        {
            FileInfo ini = new($"{root}/profiles.ini");
            return ini is { Exists: true, Length: <= ProfilesIni.LongestFile }
                ? ProfilesIni.Profiles(File.ReadAllBytes(ini.FullName), root).Where(Directory.Exists) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Folders with a database that no ini names any more: a browser started with <c>--profile</c> uses them all the same.</summary>
    private static IEnumerable<string> Unnamed(string root)
    {
        try
        {
            return Directory.EnumerateDirectories(root, "*", s_folders).Concat(Directory.Exists($"{root}/Profiles") ? Directory.EnumerateDirectories($"{root}/Profiles", "*", s_folders) : [])
                .Take(ProfilesIni.MostProfiles * 2).Where(f => File.Exists($"{f}/cert9.db")).Order(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary><c>LastPlatformDir</c> of the profile's compatibility.ini; null where it says nothing.</summary>
    private static string? LastUsedBy(string profile)
    {
        const string Key = "LastPlatformDir=";
        try
        {
            FileInfo file = new($"{profile}/compatibility.ini");
            return file is { Exists: true, Length: <= 64 * 1024 } && File.ReadLines(file.FullName).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal)) is { } line
                && line[Key.Length..].Trim() is ['/', ..] folder ? folder : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

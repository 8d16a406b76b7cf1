using System.Runtime.Versioning;
using Locald.Nss;
using Locald.Trust.Linux;

namespace Locald.Trust.Nss;

/// <summary>Finds the profiles of Firefox and its kin.</summary>
[SupportedOSPlatform("linux")]
internal sealed class MozillaProfiles(LinuxMachine machine, UserFolders user)
{
    private static readonly EnumerationOptions s_folders = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };

    /// <summary>Folders that this browser keeps its profiles in, those that exist, with who put it there: "", " (snap)" or " (flatpak)".</summary>
    internal IEnumerable<(string Folder, string Where)> Roots(MozillaBrowser browser)
    {
        IEnumerable<(UserFolders Folders, string Where)> homes = (browser.Snap is { } snap ? user.Snap(snap) : []).Select(f => (f, " (snap)"))
            .Prepend((user, "")).Concat(browser.Flatpaks.Select(id => (user.Flatpak(id), " (flatpak)")));
        return homes.SelectMany(h => browser.Folders.Select(f => $"{h.Folders.Home}/{f}")
            .Concat(h.Folders.Config.SelectMany(c => browser.ConfigFolders.Select(f => $"{c}/{f}"))).Where(Directory.Exists).Select(f => (f, h.Where)));
    }

    /// <summary>The profiles of one browser, in the same order in every run; an ini file may name folders outside.</summary>
    internal IEnumerable<NssDatabase> Of(MozillaBrowser browser)
    {
        string[] programs = [.. browser.ProgramFolders.Select(machine.At).Concat(FlatpakPrograms(browser)).Where(HasLibrary)];
        foreach ((string root, string where) in Roots(browser))
        {
            foreach (string profile in In(root))
            {
                yield return new(profile, $"{browser.Name}{where} profile {Path.GetFileName(profile)}", Libraries(profile, programs));
            }
        }
    }

    /// <summary>A folder that was a profile once, of whichever browser.</summary>
    /// <returns>Folders with the libnss3 of a browser that may have written it; empty where it is no profile of Mozilla's family.</returns>
    internal IReadOnlyList<string> LibrariesOf(string folder) => LastUsedBy(folder) is null ? []
        : Libraries(folder, [.. MozillaBrowser.All.SelectMany(b => b.ProgramFolders.Select(machine.At).Concat(FlatpakPrograms(b))).Where(HasLibrary)]);

    /// <summary>The profiles of one such folder: those that an ini file names, whose folders exist (others were deleted, or lie on a disk that is not here), and those that none names.</summary>
    internal static IReadOnlyList<string> In(string root) =>
        [.. ProfilesIni.Profiles(IniFile.Read($"{root}/profiles.ini"), IniFile.Read($"{root}/installs.ini"), root).Where(Directory.Exists).Order(StringComparer.Ordinal)
            .Concat(Unnamed(root)).Distinct().Take(ProfilesIni.MostProfiles)];

    /// <summary><c>LastPlatformDir</c> of the profile's compatibility.ini: the installation that used it last. Null where it says nothing.</summary>
    internal static string? LastUsedBy(string profile) =>
        IniFile.Read($"{profile}/compatibility.ini").FirstOrDefault(s => s.IsNamed("Compatibility"))?["LastPlatformDir"] is ['/', ..] and var folder ? folder.TrimEnd('/') : null;

    private string[] Libraries(string profile, string[] programs) =>
        LastUsedBy(profile) is { } used && machine.At(used) is var last && HasLibrary(last) ? [last, .. programs.Where(p => p != last)] : programs;

    private static bool HasLibrary(string folder) => File.Exists($"{folder}/libnss3.so");

    /// <summary>Where a flatpak's own /app/lib lies, installed for everybody or for this user.</summary>
    private IEnumerable<string> FlatpakPrograms(MozillaBrowser browser) =>
        from id in browser.Flatpaks
        from place in new[] { machine.At("/var/lib/flatpak"), $"{user.Home}/.local/share/flatpak" }
        select $"{place}/app/{id}/current/active/files/lib/{browser.Name.ToLowerInvariant()}";

    /// <summary>
    /// Folders with a database that no ini names: Firefox keeps the profiles of its own profile menu elsewhere ("Profile Groups"),
    /// and a browser that is started with <c>--profile</c> uses any.
    /// </summary>
    private static IEnumerable<string> Unnamed(string root)
    {
        try
        {
            return new[] { root, $"{root}/Profiles" }.Where(Directory.Exists).SelectMany(f => Directory.EnumerateDirectories(f, "*", s_folders).Take(ProfilesIni.MostProfiles * 2))
                .Where(f => File.Exists($"{f}/cert9.db") && !f.EndsWith(Draft.Suffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

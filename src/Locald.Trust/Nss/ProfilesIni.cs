namespace Locald.Trust.Nss;

/// <summary>
/// Which profiles a <c>profiles.ini</c> names. Each section [Profile…] has a Path, which is relative to the file's folder unless
/// IsRelative=0; each [Install…] has the Default of one installation, as has each section of installs.ini, the same without the word.
/// </summary>
internal static class ProfilesIni
{
    /// <summary>More than anybody has; what comes after is not looked at.</summary>
    internal const int MostProfiles = 1000;

    /// <param name="profiles">Sections of profiles.ini.</param>
    /// <param name="installs">Sections of installs.ini.</param>
    /// <param name="folder">Where they lie, without a slash at the end.</param>
    /// <returns>Absolute paths in the files' order, each once.</returns>
    internal static IReadOnlyList<string> Profiles(IEnumerable<IniSection> profiles, IEnumerable<IniSection> installs, string folder)
    {
        List<IniSection> sections = [.. profiles];
        IEnumerable<string?> named = sections.Where(s => s.IsNamed("Profile")).Select(s => Absolute(s["Path"], s["IsRelative"] == "0", folder));
        IEnumerable<string?> used = sections.Where(s => s.IsNamed("Install")).Concat(installs).Select(s => Absolute(s["Default"], isAbsolute: false, folder));
        return [.. named.Concat(used).OfType<string>().Distinct().Take(MostProfiles)];
    }

    private static string? Absolute(string? path, bool isAbsolute, string folder) => path switch
    {
        null => null,
        ['/', ..] => Path.GetFullPath(path),
        _ => isAbsolute ? null : Path.GetFullPath($"{folder}/{path}"),
    };
}

namespace Locald.Trust.Nss;

/// <summary>The folders in which a user's programs keep things (XDG Base Directory Specification), as those programs see them.</summary>
/// <param name="Home">The home folder, as what a path in it begins with: no slash at its end, so that it is empty where the root folder is the home (some containers).</param>
/// <param name="Data">For data, the one in force first: <c>~/.local/share</c>.</param>
/// <param name="Config">For configuration, the one in force first: <c>~/.config</c>.</param>
/// <param name="Cache">For what can be made again, the one in force first: <c>~/.cache</c>.</param>
public sealed record UserFolders(string Home, string[] Data, string[] Config, string[] Cache)
{
    /// <summary>The user's own; null where no home folder is known, or where it does not exist.</summary>
    public static UserFolders? Of(TrustContext context) => context.Home is ['/', ..] && Directory.Exists(context.Home) && context.Home.TrimEnd('/') is var home
        ? new(home, Chosen(context, "XDG_DATA_HOME", $"{home}/.local/share"), Chosen(context, "XDG_CONFIG_HOME", $"{home}/.config"), Chosen(context, "XDG_CACHE_HOME", $"{home}/.cache"))
        : null;

    /// <summary>Flatpak leaves HOME as it is, points the XDG variables here, and keeps dot-folders of the home beside them.</summary>
    public UserFolders Flatpak(string id) => Confined($"{Home}/.var/app/{id}", "data", "config", "cache");

    /// <summary>A snap's HOME is a folder per revision, or one for all revisions.</summary>
    public IEnumerable<UserFolders> Snap(string name) =>
        new[] { $"{Home}/snap/{name}/current", $"{Home}/snap/{name}/common" }.Select(home => Confined(home, ".local/share", ".config", ".cache"));

    private static UserFolders Confined(string home, string data, string config, string cache) => new(home, [$"{home}/{data}"], [$"{home}/{config}"], [$"{home}/{cache}"]);

    /// <summary>
    /// A relative path is invalid and ignored. Under sudo the variables are root's, and say nothing about the user. Where one is set
    /// the usual folder is looked at too: a browser that the desktop started need not know what a shell's profile sets.
    /// </summary>
    private static string[] Chosen(TrustContext context, string name, string usual) =>
        context.RunAs is null && context.Variable(name) is { } value && value.StartsWith('/') && value.TrimEnd('/') is { Length: > 0 } chosen && chosen != usual ? [chosen, usual] : [usual];
}

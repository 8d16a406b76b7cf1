namespace Locald.Trust.Nss;

/// <summary>The folders in which a user's programs keep things (XDG Base Directory Specification), as those programs see them.</summary>
/// <param name="Home">The home folder.</param>
/// <param name="Data">For data: <c>~/.local/share</c>.</param>
/// <param name="Config">For configuration: <c>~/.config</c>.</param>
public sealed record UserFolders(string Home, string Data, string Config)
{
    /// <summary>The user's own; null where no home folder is known.</summary>
    public static UserFolders? Of(TrustContext context) => context.Home is { } home
        ? new(home, Chosen(context, "XDG_DATA_HOME") ?? $"{home}/.local/share", Chosen(context, "XDG_CONFIG_HOME") ?? $"{home}/.config")
        : null;

    /// <summary>Flatpak leaves HOME as it is, points the XDG variables here, and keeps dot-folders of the home beside them.</summary>
    public UserFolders Flatpak(string id) => new($"{Home}/.var/app/{id}", $"{Home}/.var/app/{id}/data", $"{Home}/.var/app/{id}/config");

    /// <summary>A snap's HOME is a folder per revision, or one for all revisions.</summary>
    public IEnumerable<UserFolders> Snap(string name) =>
        new[] { $"{Home}/snap/{name}/current", $"{Home}/snap/{name}/common" }.Select(home => new UserFolders(home, $"{home}/.local/share", $"{home}/.config"));

    /// <summary>A relative path is invalid and ignored. Under sudo the variables are root's, and say nothing about the user.</summary>
    private static string? Chosen(TrustContext context, string name) =>
        context.RunAs is null && context.Variable(name) is { } value && value.StartsWith('/') ? value.TrimEnd('/') : null;
}

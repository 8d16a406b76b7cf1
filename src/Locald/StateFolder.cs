namespace Locald;

/// <summary>Where everything that outlives a run is kept, and whose it is.</summary>
/// <param name="Path">Absolute; not created by looking it up.</param>
/// <param name="Owner">The user that sudo runs for, to whom new files are given; null where we are that user.</param>
public sealed record StateFolder(string Path, StateOwner? Owner = null)
{
    /// <summary>
    /// <c>LOCALD_HOME</c>, else the XDG data folder, <c>~/Library/Application Support/locald</c> or <c>%LOCALAPPDATA%\locald</c>.
    /// Under sudo it is the invoking user's (<c>SUDO_UID</c>), as /etc/passwd gives its home: a root-owned second CA would help nobody.
    /// </summary>
    /// <param name="variable">Reads an environment variable: null where it is unset or empty.</param>
    /// <param name="owner">The user that sudo runs for; null where that is ourselves.</param>
    /// <param name="home">That user's home folder; null where none is known.</param>
    /// <exception cref="UserError">No home folder is known.</exception>
    public static StateFolder Find(Func<string, string?> variable, StateOwner? owner, string? home)
    {
        if (variable("LOCALD_HOME") is { } chosen)
        {
            return new(System.IO.Path.GetFullPath(chosen), owner);
        }

        if (OperatingSystem.IsWindows())
        {
            return new(System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "locald"));
        }

        home = home?.TrimEnd('/') ?? throw new UserError(
            "finding the state folder", "neither LOCALD_HOME nor HOME is set", ExitCode.Failed, "export LOCALD_HOME=\"$(mktemp -d)\"");
        if (OperatingSystem.IsMacOS())
        {
            return new($"{home}/Library/Application Support/locald", owner);
        }

        // XDG Base Directory: a relative path is invalid and ignored. Root's own variable says nothing about the user behind sudo.
        string? xdg = owner is null ? variable("XDG_DATA_HOME") : null;
        return new(xdg is not null && xdg.StartsWith('/') ? $"{xdg}/locald" : $"{home}/.local/share/locald", owner);
    }
}

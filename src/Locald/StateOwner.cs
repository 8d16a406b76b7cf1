namespace Locald;

/// <summary>The user that sudo runs for.</summary>
/// <param name="Uid">Numeric user id, from <c>SUDO_UID</c>.</param>
/// <param name="Gid">Numeric group id, from <c>SUDO_GID</c>.</param>
/// <param name="Home">Home folder, from /etc/passwd.</param>
public sealed record StateOwner(int Uid, int Gid, string Home)
{
    /// <summary>The invoking user, or null where sudo is not in play (or root itself called it).</summary>
    public static StateOwner? BehindSudo(Func<string, string?> variable)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess
            || !int.TryParse(variable("SUDO_UID"), out int uid) || uid == 0
            || !int.TryParse(variable("SUDO_GID"), out int gid))
        {
            return null;
        }

        return HomeOf(uid, variable("SUDO_USER")) is { } home ? new(uid, gid, home) : null;
    }

    private static string? HomeOf(int uid, string? name)
    {
        if (Passwd.HomeOf(uid) is { } known)
        {
            return known;
        }

        // A user of LDAP or systemd-homed is not in the file.
        string guess = OperatingSystem.IsMacOS() ? $"/Users/{name}" : $"/home/{name}";
        return name is not null && Directory.Exists(guess) ? guess : null;
    }
}

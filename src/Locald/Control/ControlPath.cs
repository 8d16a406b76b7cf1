using System.Text;

namespace Locald.Control;

/// <summary>Where the running instance's socket is: one per user, in a folder that is that user's alone.</summary>
internal static class ControlPath
{
    /// <summary>Bytes of sun_path, its final zero included: 108 in Linux and Windows, 104 in the BSDs and macOS (unix(7), unix(4)).</summary>
    private static readonly int Longest = OperatingSystem.IsMacOS() ? 104 : 108;

    /// <summary>
    /// Where an instance listens, then where else one of the same user may: one was started with a runtime folder
    /// (<c>XDG_RUNTIME_DIR</c>), the other from cron or by sudo without. With <c>LOCALD_HOME</c> everything is in there.
    /// </summary>
    /// <exception cref="UserError">No home folder is known.</exception>
    internal static IReadOnlyList<string> Candidates(Session session)
    {
        List<string> folders = [];
        if (session.Variable("LOCALD_HOME") is null && !OperatingSystem.IsWindows())
        {
            string? runtime = session.State.Owner is { } owner ? $"/run/user/{owner.Uid}" : session.Variable("XDG_RUNTIME_DIR");
            if (runtime is not null && Path.IsPathRooted(runtime) && Directory.Exists(runtime))
            {
                folders.Add(Path.Combine(runtime, "locald"));
            }
        }

        folders.Add(Path.Combine(session.State.Path, "run"));
        return [.. folders.Select(f => Path.Combine(f, "control.sock"))];
    }

    /// <summary>Whether the system can name a socket so; a longer path cannot be bound nor connected.</summary>
    internal static bool Fits(string path) => Encoding.UTF8.GetByteCount(path) < Longest;
}

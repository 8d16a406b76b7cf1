using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>Whether somebody can see a dialog of macOS that this process brings up.</summary>
internal static class MacSession
{
    /// <returns>Null where somebody can, else why not.</returns>
    internal static string? Obstacle(Func<string, string?> variable) =>
        AutomatedBuild.IsThis(variable) ? "this is an automated build"
        : variable("SSH_CONNECTION") is not null || variable("SSH_TTY") is not null ? "this is a session over SSH"
        : Security.SessionGetInfo(Security.CallerSession, out _, out uint attributes) != 0 || (attributes & Security.HasGraphicAccess) == 0 ? "there is no desktop session"
        : null;
}

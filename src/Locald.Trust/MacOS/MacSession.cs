using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>Whether trust can be changed here: macOS asks for it in a dialog, which somebody has to see.</summary>
internal static class MacSession
{
    /// <returns>Null where it can, else why not.</returns>
    internal static string? Obstacle(Func<string, string?> variable, TrustDomain domain, bool isRoot) =>
        isRoot && domain == TrustDomain.Admin && IsUnprotected() ? null
        : AutomatedBuild.IsThis(variable) ? "this is an automated build"
        : variable("SSH_CONNECTION") is not null || variable("SSH_TTY") is not null ? "this is a session over SSH"
        : Security.SessionGetInfo(Security.CallerSession, out _, out uint attributes) != 0 || (attributes & Security.HasGraphicAccess) == 0 ? "there is no desktop session"
        : null;

    /// <summary>
    /// Since macOS 11 root, too, is asked in a dialog, except where System Integrity Protection is off, as on hosted build machines
    /// (canAddTrustSettingsAsRoot in Apple's TrustSettings.cpp makes the same call).
    /// </summary>
    private static bool IsUnprotected()
    {
        try
        {
            return LibSystem.csr_check(LibSystem.UnrestrictedFiles) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }
}

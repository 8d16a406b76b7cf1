using Locald.Certificates;

namespace Locald;

/// <summary>The certificate authority of a session: where its root lies, and how its faults are told to the user.</summary>
internal static class Authority
{
    /// <summary>The folder of the root's files and of the bundle.</summary>
    internal static string Folder(Session session) => Path.Combine(session.State.Path, "ca");

    /// <summary>Opens the root, which is made at the first use.</summary>
    /// <exception cref="UserError">The root cannot be used or made.</exception>
    internal static CertManager Open(Session session)
    {
        try
        {
            return CertManager.Open(Folder(session), Owner(session), session.Clock);
        }
        catch (RootException error)
        {
            throw Told(error);
        }
    }

    /// <summary>Opens the root, or gives null where none was made yet.</summary>
    /// <exception cref="UserError">There is a root, and it cannot be used.</exception>
    internal static CertManager? OpenExisting(Session session)
    {
        try
        {
            return CertManager.OpenExisting(Folder(session), session.Clock);
        }
        catch (RootException error)
        {
            throw Told(error);
        }
    }

    /// <summary>Under sudo, whose new files become.</summary>
    internal static FileOwner? Owner(Session session) => session.State.Owner is { } owner ? new FileOwner(owner.Uid, owner.Gid) : null;

    private static UserError Told(RootException error)
    {
        ExitCode code = error.Fault is RootFault.Unreadable or RootFault.Unwritable or RootFault.ReadOnly or RootFault.Exposed
            ? ExitCode.Permission
            : ExitCode.Failed;
        return new UserError($"using the root in {error.Path}", error.Why, code, [.. error.Hints]);
    }
}

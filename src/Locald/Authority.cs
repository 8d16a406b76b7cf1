using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;

namespace Locald;

/// <summary>The certificate authority of a session: where its root lies and whose its files are.</summary>
internal static class Authority
{
    /// <summary>The folder of the root's files and of the bundle.</summary>
    internal static string Folder(Session session) => Path.Combine(session.State.Path, "ca");

    /// <summary>Opens the root, which is made at the first use.</summary>
    /// <exception cref="RootException">The root cannot be used or made.</exception>
    internal static CertManager Open(Session session) => CertManager.Open(Folder(session), Owner(session), session.Clock);

    /// <summary>Opens the root, or gives null where none was made yet.</summary>
    /// <exception cref="RootException">There is a root, and it cannot be used.</exception>
    internal static CertManager? OpenExisting(Session session) => CertManager.OpenExisting(Folder(session), session.Clock);

    /// <summary>The root's certificate alone, in whatever state the rest is, and the file that holds it or would; the certificate is null where none was made yet.</summary>
    /// <exception cref="RootException">There is a file that cannot be read, or that is no certificate.</exception>
    internal static (X509Certificate2? Certificate, string PemFile) ReadRoot(Session session) =>
        (CertManager.ReadRoot(Folder(session), out string path), path);

    /// <exception cref="RootException">There is a file that cannot be read, or that is no certificate.</exception>
    internal static bool HasRoot(Session session)
    {
        using X509Certificate2? root = ReadRoot(session).Certificate;
        return root is not null;
    }

    /// <summary>Puts another root in the place of the present one.</summary>
    internal static RootRotation Rotation(Session session) => new(Folder(session), Owner(session), session.Clock);

    /// <summary>Under sudo, whose new files become.</summary>
    internal static FileOwner? Owner(Session session) => session.State.Owner is { } owner ? new FileOwner(owner.Uid, owner.Gid) : null;
}

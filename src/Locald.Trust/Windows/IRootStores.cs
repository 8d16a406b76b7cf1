using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Windows;

/// <summary>
/// What Windows offers of its certificate lists, as far as a root needs it; a test has lists of its own. Every member may throw a
/// <see cref="CryptographicException"/> whose HResult is Windows' own code (<see cref="WindowsErrors"/>).
/// </summary>
internal interface IRootStores
{
    /// <summary>Whether an administrator's policy keeps Windows from looking at the roots that a user has put in for himself.</summary>
    bool UserRootsForbidden { get; }

    /// <summary>DER of each certificate of one list, without what other places lend to it; empty where there is no such list.</summary>
    /// <param name="name">Root, or Disallowed.</param>
    /// <param name="location">Whose list.</param>
    IReadOnlyList<byte[]> List(StoreName name, StoreLocation location);

    /// <summary>Puts a certificate into Root; for the user's own, Windows asks in a window and this waits for the answer.</summary>
    void Add(StoreLocation location, X509Certificate2 root);

    /// <summary>Takes exactly this certificate out of Root; for the user's own, Windows asks in a window.</summary>
    void Remove(StoreLocation location, X509Certificate2 root);

    /// <summary>What Windows' own verifier has against a leaf of this root, as a server's certificate; null where it accepts it.</summary>
    string? Objection(X509Certificate2 leaf, X509Certificate2 root);
}

using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust;

/// <summary>
/// A place where clients look for the roots they trust. It answers four questions, each by asking the store itself:
/// is it here, is our root in it, put it in, take it out. No answer is an exception: a store that fails must not stop the next.
/// Members may be called from any thread, one at a time.
/// </summary>
public interface ITrustStore
{
    StoreKind Kind { get; }

    /// <summary>
    /// Kind and place, the same in every run: <c>system</c>, <c>nss:/home/u/.pki/nssdb</c>. <see cref="TrustStores.FromId"/>
    /// finds the store again by it: the elevated process does, and untrust, for a store that is no longer found by itself.
    /// </summary>
    string Id { get; }

    /// <summary>What a person calls it: "the system store (Debian)", "Firefox profile default-release".</summary>
    string Title { get; }

    /// <summary>Whether this process may change the store; where not, somebody with more rights must.</summary>
    bool MayChange { get; }

    /// <summary>Looks, and changes nothing.</summary>
    /// <param name="root">Whose place is asked for. Null where there is no root yet: the store then tells of earlier ones alone.</param>
    StoreStatus Probe(X509Certificate2? root);

    /// <summary>What <see cref="Install"/> would do, in order; empty where the root is trusted already.</summary>
    /// <param name="root">The root to trust.</param>
    /// <param name="found">What <see cref="Probe"/> just said of it.</param>
    /// <param name="pemFile">Where a person finds the root, for the commands to run by hand.</param>
    IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile);

    /// <summary>What <see cref="Remove"/> would do, in order; empty where nothing of the root is there.</summary>
    IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found);

    /// <summary>Puts the root in, then asks the store whether it is.</summary>
    StoreResult Install(X509Certificate2 root);

    /// <summary>Takes out every copy of exactly this certificate, then asks the store whether it is gone.</summary>
    StoreResult Remove(X509Certificate2 root);
}

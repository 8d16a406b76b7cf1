using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust;

/// <summary>
/// A place where clients look for the roots they trust. It answers four questions, each by asking the store itself:
/// is it here, is our root in it, put it in, take it out. No answer is an exception: a store that fails must not stop the next.
/// </summary>
public interface ITrustStore
{
    /// <summary>What <c>--store</c> calls it: <c>system</c>.</summary>
    string Name { get; }

    /// <summary>What a person calls it: "the system store (Debian)".</summary>
    string Title { get; }

    /// <summary>Whether this process may change the store; where not, somebody with more rights must.</summary>
    bool MayChange { get; }

    /// <summary>Looks, and changes nothing.</summary>
    StoreStatus Probe(X509Certificate2 root);

    /// <summary>Roots of ours that are not <paramref name="root"/>: left by an earlier CA. Null asks for all of ours.</summary>
    IReadOnlyList<StrayRoot> Strays(X509Certificate2? root);

    /// <summary>What <see cref="Install"/> would do, in order; empty where the root is trusted already.</summary>
    /// <param name="root">The root to trust.</param>
    /// <param name="pemFile">Where a person finds it, for the commands to run by hand.</param>
    IReadOnlyList<Step> PlanInstall(X509Certificate2 root, string pemFile);

    /// <summary>What <see cref="Remove"/> would do, in order; empty where nothing of the root is there.</summary>
    IReadOnlyList<Step> PlanRemove(X509Certificate2 root);

    /// <summary>Puts the root in, then asks the store whether it is.</summary>
    StoreResult Install(X509Certificate2 root);

    /// <summary>Takes out every copy of exactly this certificate, then asks the store whether it is gone.</summary>
    StoreResult Remove(X509Certificate2 root);
}

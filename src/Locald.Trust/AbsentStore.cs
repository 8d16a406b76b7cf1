using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust;

/// <summary>Stands for a kind of store that was asked for and is not on this machine.</summary>
/// <param name="kind">What was asked for.</param>
/// <param name="title">What a person calls it.</param>
/// <param name="detail">Why there is none, in one line.</param>
/// <param name="hints">What would help.</param>
public sealed class AbsentStore(StoreKind kind, string title, string detail, params string[] hints) : ITrustStore
{
    public StoreKind Kind => kind;

    public string Id => $"{kind.ToString().ToLowerInvariant()}:none";

    public string Title => title;

    /// <summary>There is nothing to change, so that asking for more rights would be in vain.</summary>
    public bool MayChange => true;

    public StoreStatus Probe(X509Certificate2? root) => new(StoreState.Unavailable, detail) { Fault = TrustFault.UnknownSystem, Hints = hints };

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) => [];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) => [];

    public StoreResult Install(X509Certificate2 root) => StoreResult.Failure(TrustFault.UnknownSystem, detail, hints);

    public StoreResult Remove(X509Certificate2 root) => new(StoreOutcome.Already, detail);
}

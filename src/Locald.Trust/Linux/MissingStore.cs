using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Linux;

/// <summary>A Linux without a store: a slim image that lacks the package, or a system we do not know.</summary>
public sealed class MissingStore : ITrustStore
{
    private readonly StoreStatus _status;

    internal MissingStore(LinuxMachine machine, OsRelease release)
    {
        DistroFamily? family = DistroFamilies.Named(release);
        string tools = string.Join(", ", DistroFamilies.All.SelectMany(f => f.Refresh).Select(t => t.Name).Distinct());
        _status = family is null
            ? new(StoreState.Unavailable, $"{release.PrettyName} has none of the tools that keep a trust store ({tools})")
            {
                Fault = TrustFault.UnknownSystem,
                Hints = ["locald env"],
            }
            : new(StoreState.Unavailable, $"{family.Refresh[0].Name} is not installed on {release.PrettyName}")
            {
                Fault = TrustFault.PackageMissing,
                Hints = [DistroFamilies.PackageCommand(machine, family), "locald env"],
            };
    }

    public StoreKind Kind => StoreKind.System;

    public string Id => "system";

    public string Title => "the system store";

    /// <summary>There is nothing to change, so that asking for more rights would be in vain.</summary>
    public bool MayChange => true;

    public StoreStatus Probe(X509Certificate2? root) => _status;

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) => [new(_status.Hints[0], _status.Hints[0])];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) => [];

    public StoreResult Install(X509Certificate2 root) => new(StoreOutcome.Failed, _status.Detail) { Fault = _status.Fault, Hints = _status.Hints };

    public StoreResult Remove(X509Certificate2 root) => new(StoreOutcome.Already, _status.Detail);
}

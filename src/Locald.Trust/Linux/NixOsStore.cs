using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Linux;

/// <summary>
/// NixOS builds its bundle from the system's configuration, and from nothing else. It can be asked, and it can be told what to
/// write into the configuration; the certificate stands in it as text, because a flake may not refer to a file of a home folder.
/// </summary>
public sealed class NixOsStore(LinuxMachine machine) : ITrustStore
{
    private static readonly string[] s_bundles = ["/etc/ssl/certs/ca-certificates.crt"];

    public StoreKind Kind => StoreKind.System;

    public string Id => "system";

    public string Title => "the system store (NixOS)";

    /// <summary>Nobody else may change it either, so that asking for more rights would be in vain.</summary>
    public bool MayChange => true;

    public StoreStatus Probe(X509Certificate2? root)
    {
        if (root is null)
        {
            return new(StoreState.Missing, "there is no root yet");
        }

        BundleCheck check = BundleCheck.Of(machine, s_bundles, root.RawDataMemory.Span);
        return new(check.State, check.Detail)
        {
            Places = check.Holding,
            Fault = check.State == StoreState.Broken ? TrustFault.BundleDamaged : TrustFault.None,
            Hints = check.State == StoreState.Broken ? [machine.AsRoot("nixos-rebuild switch")] : [],
        };
    }

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) =>
        found.State == StoreState.Trusted ? [] : [new("add the root to security.pki.certificates, then rebuild", "nixos-rebuild switch")];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) =>
        found.Places.Count == 0 ? [] : [new("take the root out of security.pki.certificates, then rebuild", "nixos-rebuild switch")];

    public StoreResult Install(X509Certificate2 root)
    {
        StoreStatus status = Probe(root);
        return status.State == StoreState.Trusted
            ? new(StoreOutcome.Already, status.Detail)
            : StoreResult.Failure(TrustFault.Declarative, "NixOS takes its roots from its configuration alone; add the lines below to /etc/nixos/configuration.nix",
                machine.AsRoot("nixos-rebuild switch")) with { Snippet = Snippet(root) };
    }

    public StoreResult Remove(X509Certificate2 root)
    {
        StoreStatus status = Probe(root);
        return status.Places.Count == 0
            ? new(StoreOutcome.Already, $"{s_bundles[0]} does not hold the root")
            : StoreResult.Failure(TrustFault.Declarative, "NixOS takes its roots from its configuration alone; take the root out of security.pki in /etc/nixos/configuration.nix",
                machine.AsRoot("nixos-rebuild switch"));
    }

    private static string Snippet(X509Certificate2 root) => $"""
        security.pki.certificates = [ ''
        {root.ExportCertificatePem()}
        '' ];
        """;
}

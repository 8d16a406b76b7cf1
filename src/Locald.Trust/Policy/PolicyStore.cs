using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Linux;

namespace Locald.Trust.Policy;

/// <summary>
/// An administrator's policy that installs the root in every profile of a browser. Reaches what has no database yet, or one under a
/// password; needs root, and the browser says that it is managed. Only where it was asked for.
/// </summary>
internal abstract class PolicyStore(LinuxMachine machine, string path, string title) : ITrustStore
{
    internal const string IdPrefix = "policy:";

    public StoreKind Kind => StoreKind.Policy;

    public string Id => IdPrefix + path;

    public string Title => $"the policies of {title}";

    public bool MayChange => machine.Privileged;

    /// <summary>When the browser looks, for a person.</summary>
    protected abstract string When { get; }

    protected LinuxMachine Machine => machine;

    /// <summary>The file or folder, as the system calls it.</summary>
    protected string Location => path;

    public StoreStatus Probe(X509Certificate2? root)
    {
        try
        {
            StoreStatus status = root is not null && PlaceOf(root) is { } place
                ? new(StoreState.Trusted, $"{place} installs the root {When}") { Places = [place] }
                : new(StoreState.Missing, $"nothing in {Path.GetDirectoryName(File(root))} installs the root");
            return status with { Strays = [.. Ours().Select(o => OurRoots.AsStray(o.Der, root, o.Place, _ => [machine.AsRoot($"rm {o.Place}")])).OfType<StrayRoot>()] };
        }
        catch (PolicyException e)
        {
            return Broken(root, e);
        }
    }

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) => found.State == StoreState.Trusted ? [] :
        [new($"let {File(root)} install the root", "locald trust --store policy")];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) => found.Places.Count == 0 ? [] :
        [new($"take the root out of {found.Places[0]}", "locald untrust --store policy")];

    public StoreResult Install(X509Certificate2 root) => Change(root, StoreState.Trusted, () => Put(root));

    public StoreResult Remove(X509Certificate2 root) => Change(root, StoreState.Missing, () => Take(root));

    /// <summary>What would be written for a root, as the system calls it.</summary>
    protected abstract string File(X509Certificate2? root);

    /// <summary>The file by which the browser gets exactly this root; null where none does.</summary>
    /// <exception cref="PolicyException">A policy file cannot be read.</exception>
    protected abstract string? PlaceOf(X509Certificate2 root);

    /// <summary>Certificates that policies of ours may have put there.</summary>
    protected abstract IEnumerable<(byte[] Der, string Place)> Ours();

    protected abstract void Put(X509Certificate2 root);

    protected abstract void Take(X509Certificate2 root);

    /// <summary>The end of our file names: unique to a root.</summary>
    protected static string Tag(X509Certificate2 root) => $"locald-{Convert.ToHexStringLower(SHA256.HashData(root.RawDataMemory.Span)[..6])}";

    /// <summary>Deletes folders that are left empty, from the inside out.</summary>
    protected void Prune(params ReadOnlySpan<string> folders)
    {
        foreach (string folder in folders)
        {
            if (!Directory.Exists(machine.At(folder)) || Directory.EnumerateFileSystemEntries(machine.At(folder)).Any())
            {
                return;
            }

            Directory.Delete(machine.At(folder));
        }
    }

    private StoreResult Change(X509Certificate2 root, StoreState wanted, Action change)
    {
        StoreStatus before = Probe(root);
        if (before.State == wanted)
        {
            return new(StoreOutcome.Already, before.Detail);
        }

        if (before.State == StoreState.Broken)
        {
            return StoreResult.Failure(before.Fault, before.Detail, [.. before.Hints]);
        }

        try
        {
            change();
        }
        catch (PolicyException e)
        {
            StoreStatus broken = Broken(root, e);
            return StoreResult.Failure(broken.Fault, broken.Detail, [.. broken.Hints]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StoreResult.Failure(e is UnauthorizedAccessException ? TrustFault.NotPermitted : TrustFault.NotWritable,
                $"{File(root)}: {e.Message.Split(" : '")[0].TrimEnd('.')}", machine.AsRoot("locald trust --store policy"));
        }

        StoreStatus after = Probe(root);
        return after.State == wanted ? new(StoreOutcome.Done, after.Detail)
            : StoreResult.Failure(wanted == StoreState.Trusted ? TrustFault.NotInBundle : TrustFault.StillInBundle, after.Detail, "locald doctor");
    }

    private StoreStatus Broken(X509Certificate2? root, PolicyException e) => new(StoreState.Broken, $"{File(root)} is left alone: {e.Message}")
    {
        Fault = TrustFault.StoreDamaged,
        Hints = [$"mend {File(root)} with an editor, then: {machine.AsRoot("locald trust --store policy")}"],
    };
}

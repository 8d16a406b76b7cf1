using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Linux;

namespace Locald.Trust.Policy;

/// <summary>An administrator's policies of a browser, in files below /etc or beside the program. They are for every user of the machine, and root's to change.</summary>
internal abstract class PolicyStore(LinuxMachine machine, string place, string title) : ITrustStore
{
    internal const string IdPrefix = "policy:";

    public StoreKind Kind => StoreKind.Policy;

    public string Id => IdPrefix + place;

    public string Title => $"the policies of {title}";

    public bool MayChange => machine.Privileged;

    protected LinuxMachine Machine => machine;

    /// <summary>The file or folder, as the system calls it.</summary>
    internal string Place => place;

    public abstract StoreStatus Probe(X509Certificate2? root);

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) =>
        CanInstall(found) ? [.. Additions(root).Select(c => c.ToStep(pemFile))] : [];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) =>
        found.Places.Count == 0 ? [] : [.. Removals(root).Select(c => c.ToStep(""))];

    public StoreResult Install(X509Certificate2 root)
    {
        StoreStatus before = Probe(root);
        if (before.State == StoreState.Trusted)
        {
            return new(StoreOutcome.Already, before.Detail);
        }

        if (!CanInstall(before))
        {
            return StoreResult.Failure(before.Fault, before.Detail, [.. before.Hints]);
        }

        if (Apply(Additions(root)) is { } failure)
        {
            return failure;
        }

        StoreStatus after = Probe(root);
        return after.State == StoreState.Trusted ? new(StoreOutcome.Done, after.Detail)
            : StoreResult.Failure(after.Fault == TrustFault.None ? TrustFault.NotInBundle : after.Fault, after.Detail, [.. after.Hints]);
    }

    public StoreResult Remove(X509Certificate2 root)
    {
        StoreStatus before = Probe(root);
        if (before.Places.Count == 0)
        {
            return before.State == StoreState.Broken ? StoreResult.Failure(before.Fault, before.Detail, [.. before.Hints])
                : new(StoreOutcome.Already, $"nothing of the root is in {place}");
        }

        if (Apply(Removals(root)) is { } failure)
        {
            return failure;
        }

        StoreStatus after = Probe(root);
        return after.Places.Count == 0 ? new(StoreOutcome.Done, $"{place} no longer names the root")
            : StoreResult.Failure(TrustFault.StillInBundle, after.Detail, [.. after.Hints]);
    }

    /// <summary>What puts the root in; only asked where the files can be read.</summary>
    protected abstract IReadOnlyList<PolicyChange> Additions(X509Certificate2 root);

    /// <summary>What takes it out.</summary>
    protected abstract IReadOnlyList<PolicyChange> Removals(X509Certificate2 root);

    /// <summary>What a file that the browser cannot read means for the store.</summary>
    protected StoreStatus Unfit(PolicyFile file) =>
        new(StoreState.Broken, $"{file.Path} {file.Damage}") { Fault = file.Fault, Hints = [machine.AsRoot(file.Mend!)] };

    /// <summary>Whether a file may be read by the browsers of every user.</summary>
    protected bool IsReadable(string path) => OperatingSystem.IsWindows() || (File.GetUnixFileMode(machine.At(path)) & UnixFileMode.OtherRead) != 0;

    /// <summary>A damaged file is somebody's work: it is never written over.</summary>
    private static bool CanInstall(StoreStatus found) => found.State == StoreState.Missing || found is { State: StoreState.Broken, Fault: TrustFault.NotInBundle };

    private StoreResult? Apply(IReadOnlyList<PolicyChange> changes)
    {
        try
        {
            changes.ToList().ForEach(c => c.Apply(machine));
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            return StoreResult.Failure(TrustFault.NotPermitted, e.Message.TrimEnd('.'), "run it as root");
        }
        catch (IOException e)
        {
            return StoreResult.Failure(TrustFault.NotWritable, e.Message.TrimEnd('.'), $"df {Path.GetDirectoryName(place)}");
        }
    }
}

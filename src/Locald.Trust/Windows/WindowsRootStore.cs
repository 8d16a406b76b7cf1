using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Windows;

/// <summary>
/// The Root store of Windows: the user's own, for which Windows asks in a window, or the machine's, which needs an elevated process
/// and asks nobody. Chrome, Edge, Firefox and .NET read both.
/// </summary>
internal sealed class WindowsRootStore(IRootStores stores, WindowsSession session, TrustContext context) : ITrustStore
{
    private const string ProbeName = "trust-probe.localhost";

    private static readonly CertutilCommand s_certutil = new("certutil");

    [SupportedOSPlatform("windows")]
    public static WindowsRootStore OfThisMachine(TrustContext context) => new(new RegistryRootStores(), WindowsSession.OfThisProcess(context), context);

    public StoreKind Kind => StoreKind.System;

    public string Id => "system";

    public string Title => "the Root store of Windows";

    /// <summary>No program may be called here to get more rights; where they are missing, the change says so and names the command.</summary>
    public bool MayChange => true;

    /// <summary>Where a root is put: for an elevated process and a build into the machine's list, since nobody needs to be asked there.</summary>
    private StoreLocation Target => context.Scope switch
    {
        TrustScope.User => StoreLocation.CurrentUser,
        TrustScope.Machine => StoreLocation.LocalMachine,
        _ => session.Elevated || session.Automated ? StoreLocation.LocalMachine : StoreLocation.CurrentUser,
    };

    private string File => context.RootFile is { } file ? CertutilCommand.Quote(file) : "\"$(locald ca --path)\"";

    public StoreStatus Probe(X509Certificate2? root)
    {
        try
        {
            RootFindings found = Look(root);
            return root is null ? new(StoreState.Missing, "there is no root yet") { Strays = found.Strays } : Status(found, root);
        }
        catch (CryptographicException e)
        {
            return Unreadable(e);
        }
    }

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) =>
        found.State == StoreState.Trusted ? []
        : Target == StoreLocation.LocalMachine ? [new($"put the root into {RootFindings.Place(Target)}, for every user of this machine", AddCommand(pemFile))]
        : [new($"put the root into {RootFindings.Place(Target)}; {SecurityWarning.About(root)}", AddCommand(pemFile))];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) =>
        [.. Removed(found).Select(l => new Step(
            $"take the root out of {RootFindings.Place(l)}{(l == StoreLocation.CurrentUser ? $"; {SecurityWarning.About(root)}" : "")}", Delete(l, root)))];

    public StoreResult Install(X509Certificate2 root)
    {
        try
        {
            return PutIn(root);
        }
        catch (CryptographicException e)
        {
            return Failure(Unreadable(e));
        }
    }

    public StoreResult Remove(X509Certificate2 root)
    {
        try
        {
            return TakeOut(root);
        }
        catch (CryptographicException e)
        {
            return Failure(Unreadable(e));
        }
    }

    private StoreResult PutIn(X509Certificate2 root)
    {
        RootFindings found = Look(root);
        StoreStatus before = Status(found, root);
        if (before.State == StoreState.Trusted)
        {
            return new(StoreOutcome.Already, before.Detail);
        }

        // A root that is where it was to be put, or that is on the other list, is not helped by being put in again.
        StoreResult? obstacle = found.Distrusted.Count > 0 || found.Trusted.Contains(Target) ? Failure(before)
            : found.UserRootsForbidden && Target == StoreLocation.CurrentUser ? Failure(RootFindings.ForbiddenToUsers)
            : Obstacle(Target, s_certutil.Add(StoreLocation.LocalMachine, File));
        if ((obstacle ?? Change(Target, () => stores.Add(Target, root), s_certutil.Add(Target, File))) is { } failure)
        {
            return failure;
        }

        StoreStatus after = Status(Look(root), root);
        return after.State == StoreState.Trusted ? new(StoreOutcome.Done, after.Detail) : Failure(after);
    }

    private StoreResult TakeOut(X509Certificate2 root)
    {
        StoreStatus before = Look(root).Status(context.Scope, l => Undo(l, root));
        IReadOnlyList<StoreLocation> locations = Removed(before);
        if (locations.Count == 0)
        {
            return new(StoreOutcome.Already, before.Places.Count == 0 ? before.Detail : $"{RootFindings.Place(Target)} does not hold the root")
            {
                Warnings = Left(before),
            };
        }

        List<StoreResult> failures = [.. locations.Select(l => RemoveFrom(l, root)).OfType<StoreResult>()];
        if (failures.Count > 0)
        {
            return StoreResult.Failure(failures[0].Fault, string.Join("; ", failures.Select(f => f.Detail)), [.. failures.SelectMany(f => f.Hints).Distinct()]);
        }

        StoreStatus after = Look(root).Status(context.Scope, l => Undo(l, root));
        return Removed(after) is [{ } left, ..]
            ? StoreResult.Failure(TrustFault.StillInBundle, $"Windows reported success, but {RootFindings.Place(left)} still holds the root", Delete(left, root))
            : new(StoreOutcome.Done, $"{string.Join(" and ", locations.Select(l => RootFindings.Place(l)))} no longer {(locations.Count > 1 ? "hold" : "holds")} the root")
            {
                Warnings = Left(after),
            };
    }

    /// <summary>The lists that a removal is to clear: all that hold the root, unless the user spoke of one.</summary>
    private List<StoreLocation> Removed(StoreStatus found) =>
        [.. RootFindings.Locations.Where(l => found.Places.Contains(RootFindings.Place(l)) && (context.Scope == TrustScope.Usual || l == Target))];

    private static string[] Left(StoreStatus found) => [.. found.Places.Select(p => $"{p} still holds the root")];

    private StoreResult? RemoveFrom(StoreLocation location, X509Certificate2 root) =>
        Obstacle(location, Delete(location, root)) ?? Change(location, () => stores.Remove(location, root), Delete(location, root));

    /// <summary>What stands in the way is known before the call: a window that nobody sees would wait for ever.</summary>
    private StoreResult? Obstacle(StoreLocation location, string byHand) => location switch
    {
        StoreLocation.LocalMachine when !session.Elevated => StoreResult.Failure(TrustFault.NotPermitted,
            $"only a process that is run as administrator may change {RootFindings.Place(location)}; in such a terminal", byHand, "locald env"),
        StoreLocation.CurrentUser when !session.Attended => StoreResult.Failure(TrustFault.NoSession,
            $"Windows asks in a window before {RootFindings.Place(location)} is changed, and nobody is there to see it", byHand, "locald env"),
        _ => null,
    };

    private StoreResult? Change(StoreLocation location, Action call, string byHand)
    {
        TimeSpan limit = location == StoreLocation.CurrentUser ? session.DialogLimit : session.CallLimit;
        try
        {
            return TimeLimit.Run(call, limit) ? null : StoreResult.Failure(TrustFault.ToolTimedOut, location == StoreLocation.CurrentUser
                ? $"nobody answered the security warning of Windows within {limit.TotalSeconds:0} s"
                : $"Windows did not change {RootFindings.Place(location)} within {limit.TotalSeconds:0} s", byHand);
        }
        catch (CryptographicException e)
        {
            (TrustFault fault, string words) = WindowsErrors.Explain(e.HResult, e.Message);
            return StoreResult.Failure(fault, $"{RootFindings.Place(location)} was not changed: {words}", byHand);
        }
    }

    private RootFindings Look(X509Certificate2? root) => RootFindings.In(stores.List, stores.UserRootsForbidden, root, Delete);

    /// <summary>Where the lists say yes, Windows' own verifier, asked with a leaf, has the last word.</summary>
    private StoreStatus Status(RootFindings found, X509Certificate2 root)
    {
        StoreStatus status = found.Status(context.Scope, l => Undo(l, root));
        if (status.State != StoreState.Trusted || context.MintProbe is not { } mint)
        {
            return status;
        }

        using X509Certificate2 leaf = mint(ProbeName);
        return stores.Objection(leaf, root) is not { } objection ? status : status with
        {
            State = StoreState.Broken,
            Detail = $"{status.Detail}, but Windows does not accept a certificate of it: {objection}",
            Fault = TrustFault.NotInBundle,
            Hints = ["locald doctor"],
        };
    }

    private static StoreStatus Unreadable(CryptographicException e)
    {
        (TrustFault fault, string words) = WindowsErrors.Explain(e.HResult, e.Message);
        return new(StoreState.Broken, $"the Root store cannot be read: {words}") { Fault = fault, Hints = ["certutil -user -store Root"] };
    }

    private static string Delete(StoreLocation location, X509Certificate2 certificate) => s_certutil.Delete(location, nameof(StoreName.Root), certificate);

    private static string Undo(StoreLocation location, X509Certificate2 root) => s_certutil.Delete(location, nameof(StoreName.Disallowed), root);

    private string AddCommand(string pemFile) => s_certutil.Add(Target, CertutilCommand.Quote(pemFile));

    private static StoreResult Failure(StoreStatus status) =>
        StoreResult.Failure(status.Fault == TrustFault.None ? TrustFault.NotInBundle : status.Fault, status.Detail, [.. status.Hints]);
}

using System.Security.Cryptography.X509Certificates;
using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>
/// The keychain and the trust settings of macOS, through Security.framework. A root is trusted where a keychain has it, a domain's
/// settings say so and macOS itself accepts a leaf of it.
/// </summary>
internal sealed class KeychainStore : ITrustStore, IVerifier
{
    private const string MachineId = "system";
    private const string UserId = "system:user";

    private readonly TrustContext _context;
    private readonly bool _isRoot;
    private readonly TrustDomain _domain;
    private readonly TrustDomain[] _visible;
    private readonly Keychains _keychains;
    private readonly KeychainLook _look;

    internal KeychainStore(TrustContext context, bool isRoot)
    {
        (_context, _isRoot) = (context, isRoot);
        _domain = context.Scope == TrustScope.User ? TrustDomain.User : TrustDomain.Admin;

        // Under sudo "this user" would be root.
        _visible = context.RunAs is null ? [TrustDomain.User, TrustDomain.Admin] : [TrustDomain.Admin];

        // Under sudo the invoking user's keychain; root itself has the system's; a person's default one is macOS's to know.
        _keychains = new(context is { RunAs: not null, Home: { } home } ? $"{home}/Library/Keychains/login.keychain-db" : isRoot ? Keychains.System : null);
        _look = new(context, _keychains, _visible);
    }

    /// <summary>securityd answers in milliseconds, or, on some build machines, never.</summary>
    internal TimeSpan LookLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A person has to find a password.</summary>
    internal TimeSpan ChangeLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The process that gives verdicts (trustd) hears of new settings by a notification.</summary>
    internal TimeSpan SettleLimit { get; init; } = TimeSpan.FromSeconds(2);

    public StoreKind Kind => StoreKind.System;

    public string Id => _domain == TrustDomain.User ? UserId : MachineId;

    public string Title => _domain == TrustDomain.User ? "the macOS keychain (this user)" : "the macOS keychain (all users)";

    /// <summary>The system's own dialog asks for what is needed.</summary>
    public bool MayChange => true;

    private string File => _context.RootFile is { } file ? ShellWord.Quote(file) : "\"$(locald ca --path)\"";

    /// <summary>What works where macOS can ask nobody.</summary>
    internal static string[] WithoutSession(bool removing) => removing ? ["locald untrust"] : ["eval \"$(locald env)\"", "locald ca --mobileconfig > locald.mobileconfig"];

    /// <summary>The store of the scope that the id names, whatever the scope of the context; null for an id of no store.</summary>
    internal static KeychainStore? FromId(string id, TrustContext context, bool isRoot) => id switch
    {
        UserId => new(context with { Scope = TrustScope.User }, isRoot),
        MachineId => new(context with { Scope = TrustScope.Machine }, isRoot),
        _ => null,
    };

    public StoreStatus Probe(X509Certificate2? root)
    {
        StoreStatus? status = null;
        try
        {
            return TimeLimit.Run(() => status = _look.Of(root), LookLimit) ? status! : Silent();
        }
        catch (SecurityException e)
        {
            return new(StoreState.Broken, e.Message) { Fault = e.Error.Fault, Hints = e.Error.Hints(removing: false) };
        }
    }

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile)
    {
        string admin = _domain == TrustDomain.Admin ? "-d " : "";
        string keychain = _keychains.Path is { } path ? $"-k {ShellWord.Quote(path)} " : "";
        return found.State == StoreState.Trusted ? [] :
            [new($"add the root to the keychain and trust it for {(_domain == TrustDomain.User ? "this user" : "all users")}: macOS will ask for your password",
                $"security add-trusted-cert {admin}-r trustRoot {keychain}{ShellWord.Quote(pemFile)}")];
    }

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found)
    {
        string keychain = _keychains.Path is { } path ? $" {ShellWord.Quote(path)}" : "";
        (string Place, string What, string Command)[] steps =
        [
            (KeychainFindings.UserPlace, "take back this user's trust in the root: macOS will ask for your password", $"security remove-trusted-cert {File}"),
            (KeychainFindings.AdminPlace, "take back all users' trust in the root: macOS will ask for your password", $"security remove-trusted-cert -d {File}"),
            (KeychainFindings.KeychainPlace, "delete the root from the keychain", $"security delete-certificate -Z {root.GetCertHashString()}{keychain}"),
        ];
        return [.. steps.Where(s => found.Places.Contains(s.Place)).Select(s => new Step(s.What, s.Command))];
    }

    public StoreResult Install(X509Certificate2 root)
    {
        StoreStatus before = Probe(root);
        if (before.State == StoreState.Trusted)
        {
            return new(StoreOutcome.Already, before.Detail);
        }

        if (Prevented(before, removing: false, [_domain]) is { } prevented)
        {
            return prevented;
        }

        if (Change(removing: false, step => Put(root, step)) is { } failure)
        {
            return failure;
        }

        StoreStatus after = Settled(root);
        return after.State == StoreState.Trusted ? new(StoreOutcome.Done, after.Detail) { Warnings = ForOthers() }
            : StoreResult.Failure(after.Fault == TrustFault.None ? TrustFault.NotInBundle : after.Fault, after.Detail, [.. after.Hints, "locald doctor"]);
    }

    public StoreResult Remove(X509Certificate2 root)
    {
        StoreStatus before = Probe(root);
        if (before.State == StoreState.Missing && before.Places.Count == 0)
        {
            return new(StoreOutcome.Already, before.Detail);
        }

        TrustDomain[] asked = [.. _visible.Where(d => before.Places.Contains(KeychainFindings.Name(d)))];
        if (Prevented(before, removing: true, _context is { RunAs: not null, Scope: TrustScope.User } ? [TrustDomain.User] : asked) is { } prevented)
        {
            return prevented;
        }

        if (Change(removing: true, step => Take(root, step)) is { } failure)
        {
            return failure;
        }

        StoreStatus after = Probe(root);
        return after is { State: StoreState.Missing, Places.Count: 0 }
            ? new(StoreOutcome.Done, after.Detail)
            {
                Warnings = _context.RunAs is null ? [] : ["under sudo a user's own trust settings cannot be seen; locald untrust without sudo looks there"],
            }
            : StoreResult.Failure(after.Fault is TrustFault.None or TrustFault.NotInBundle ? TrustFault.StillInBundle : after.Fault, after.Detail, "locald untrust", "locald doctor");
    }

    public Verification Verify(X509Certificate2 leaf, string host)
    {
        string? objection = null;
        try
        {
            return !TimeLimit.Run(() => objection = Evaluation.Objection(host, leaf.RawData), LookLimit) ? Verification.NotAsked(Silent().Detail)
                : objection is null ? Verification.Accepted : Verification.Refused(objection);
        }
        catch (SecurityException e)
        {
            return Verification.NotAsked(e.Message);
        }
    }

    private void Put(X509Certificate2 root, CancellationToken step)
    {
        using CFHandle certificate = Keychains.Certificate(root.RawDataMemory.Span);
        _keychains.Add(certificate, root.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        step.ThrowIfCancellationRequested();

        // A user's own "never" would overrule what all users are told.
        if (_domain == TrustDomain.Admin && _visible.Contains(TrustDomain.User) && TrustSettings.Read(certificate, TrustDomain.User) == Setting.Denied)
        {
            TrustSettings.Remove(certificate, TrustDomain.User);
            step.ThrowIfCancellationRequested();
        }

        // Where it is so already the dialog would ask for nothing.
        if (TrustSettings.Read(certificate, _domain) != Setting.Trusted)
        {
            TrustSettings.Trust(certificate, _domain);
        }
    }

    /// <summary>The settings first: without the item they could not be found any more.</summary>
    private void Take(X509Certificate2 root, CancellationToken step)
    {
        using CFHandle certificate = Keychains.Certificate(root.RawDataMemory.Span);
        foreach (TrustDomain domain in _visible.Where(d => TrustSettings.Read(certificate, d) != Setting.None))
        {
            TrustSettings.Remove(certificate, domain);
            step.ThrowIfCancellationRequested();
        }

        IReadOnlyList<KeychainItem> items = _keychains.Ours();
        try
        {
            foreach (KeychainItem item in items.Where(i => root.RawDataMemory.Span.SequenceEqual(i.Der)))
            {
                Keychains.Delete(item);
                step.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            items.ToList().ForEach(i => i.Dispose());
        }
    }

    /// <summary>What stands in the way of a change and is known before it is tried; null where nothing does.</summary>
    private StoreResult? Prevented(StoreStatus before, bool removing, TrustDomain[] asked)
    {
        if (before.Fault == TrustFault.ToolTimedOut)
        {
            return StoreResult.Failure(before.Fault, before.Detail, [.. before.Hints]);
        }

        if (asked.Contains(TrustDomain.User) && _context.RunAs is not null)
        {
            return StoreResult.Failure(TrustFault.NotPermitted, "under sudo these would be root's own settings", removing ? "locald untrust --user" : "locald trust --user");
        }

        string? obstacle = null;
        return !TimeLimit.Run(() => obstacle = asked.Select(d => MacSession.Obstacle(_context.Variable, d, _isRoot)).FirstOrDefault(o => o is not null), LookLimit)
            ? StoreResult.Failure(TrustFault.ToolTimedOut, Silent().Detail, [.. Silent().Hints])
            : obstacle is null ? null
            : StoreResult.Failure(TrustFault.NoSession, $"macOS has to ask for a password in a dialog, and {obstacle}{(removing ? ": run it in a terminal on the desktop of this Mac" : "")}", WithoutSession(removing));
    }

    /// <returns>Null where all was done.</returns>
    private StoreResult? Change(bool removing, Action<CancellationToken> change)
    {
        try
        {
            return TimeLimit.Run(change, ChangeLimit) ? null
                : StoreResult.Failure(TrustFault.ToolTimedOut, $"macOS did not come to an end within {ChangeLimit.TotalSeconds:0} s; a dialog that is still open goes away with this program",
                    [removing ? "locald untrust" : "locald trust", .. WithoutSession(removing)]);
        }
        catch (SecurityException e)
        {
            return StoreResult.Failure(e.Error.Fault, e.Message, e.Error.Hints(removing));
        }
    }

    private StoreStatus Settled(X509Certificate2 root)
    {
        long end = Environment.TickCount64 + (long)SettleLimit.TotalMilliseconds;
        StoreStatus status = Probe(root);
        while (status is { State: StoreState.Broken, Fault: TrustFault.NotInBundle } && Environment.TickCount64 < end)
        {
            Thread.Sleep(100);
            status = Probe(root);
        }

        return status;
    }

    /// <summary>
    /// Trust settings of the admin domain hold for every user and name the root by its hash. But a chain is built from what a user's own
    /// search list has, and only root may write to the keychain that is in everybody's.
    /// </summary>
    private string[] ForOthers() => _context.Scope != TrustScope.Machine || _keychains.Path == Keychains.System ? []
        : [$"other users of this Mac do not find the root in this user's keychain; for them: sudo security add-certificates -k {Keychains.System} {File}"];

    private StoreStatus Silent() => new(StoreState.Broken, $"macOS did not answer within {LookLimit.TotalSeconds:0} s")
    {
        Fault = TrustFault.ToolTimedOut,
        Hints = ["sudo killall securityd", .. WithoutSession(removing: false)],
    };
}

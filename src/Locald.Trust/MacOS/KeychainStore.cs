using System.Security.Cryptography.X509Certificates;
using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>
/// The keychain and the trust settings of macOS, through Security.framework. A root is trusted where a domain's settings say so and
/// macOS itself accepts a leaf of it.
/// </summary>
internal sealed class KeychainStore(TrustContext context, bool isRoot) : ITrustStore, IVerifier
{
    /// <summary>What works where macOS can ask nobody.</summary>
    internal static readonly string[] WithoutSession = ["eval \"$(locald env)\"", "locald ca --mobileconfig > locald.mobileconfig"];

    private const string ProbeName = "trust-probe.localhost";
    private const string SystemKeychain = "/Library/Keychains/System.keychain";

    private static readonly TrustDomain[] s_domains = [TrustDomain.User, TrustDomain.Admin];

    private readonly TrustDomain _domain = context.Scope == TrustScope.User ? TrustDomain.User : TrustDomain.Admin;

    /// <summary>securityd answers in milliseconds, or, on some build machines, never.</summary>
    internal TimeSpan LookLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A person has to find a password.</summary>
    internal TimeSpan ChangeLimit { get; init; } = TimeSpan.FromMinutes(3);

    public StoreKind Kind => StoreKind.System;

    public string Id => _domain == TrustDomain.User ? "system:user" : "system";

    public string Title => _domain == TrustDomain.User ? "the macOS keychain (this user)" : "the macOS keychain (all users)";

    /// <summary>The system's own dialog asks for what is needed.</summary>
    public bool MayChange => true;

    /// <summary>Under sudo the invoking user's; root itself has the system's; a person's default one is macOS's to know.</summary>
    private string? KeychainPath => context.RunAs is not null && context.Home is { } home ? $"{home}/Library/Keychains/login.keychain-db" : isRoot ? SystemKeychain : null;

    public StoreStatus Probe(X509Certificate2? root)
    {
        StoreStatus? status = null;
        try
        {
            return TimeLimit.Run(() => status = Look(root), LookLimit) ? status! : Silent(LookLimit);
        }
        catch (SecurityException e)
        {
            return new(StoreState.Broken, e.Message) { Fault = e.Error.Fault, Hints = e.Error.Hints };
        }
    }

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile)
    {
        string admin = _domain == TrustDomain.Admin ? "-d " : "";
        return found.State == StoreState.Trusted ? [] :
            [new($"add the root to the keychain and trust it for {(_domain == TrustDomain.User ? "this user" : "all users")}: macOS will ask for your password",
                $"security add-trusted-cert {admin}-r trustRoot{(_domain == TrustDomain.Admin ? $" -k {SystemKeychain}" : "")} {ShellWord.Quote(pemFile)}")];
    }

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) => found.Places.Count == 0 ? [] :
        [new("take the root out of the keychain and its trust settings: macOS will ask for your password", $"security delete-certificate -Z {root.GetCertHashString()} -t")];

    public StoreResult Install(X509Certificate2 root) => Change(root, StoreState.Trusted, TrustFault.NotInBundle, certificate =>
    {
        new Keychain(KeychainPath).Add(certificate, root.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        TrustSettings.Trust(certificate, _domain);
    });

    public StoreResult Remove(X509Certificate2 root) => Change(root, StoreState.Missing, TrustFault.StillInBundle, certificate =>
    {
        // The settings first: without the item they could not be found any more.
        foreach (TrustDomain domain in s_domains.Where(d => TrustSettings.Read(certificate, d) != Setting.None))
        {
            TrustSettings.Remove(certificate, domain);
        }

        Keychain.Delete(certificate);
    });

    public string? Objection(X509Certificate2 leaf, string host)
    {
        string? objection = null;
        try
        {
            return TimeLimit.Run(() => objection = Evaluation.Objection(leaf, host), LookLimit) ? objection : Silent(LookLimit).Detail;
        }
        catch (SecurityException e)
        {
            return e.Message;
        }
    }

    private StoreResult Change(X509Certificate2 root, StoreState wanted, TrustFault otherwise, Action<CFHandle> change)
    {
        StoreStatus before = Probe(root);
        if (before.State == wanted && (wanted == StoreState.Trusted || before.Places.Count == 0))
        {
            return new(StoreOutcome.Already, before.Detail);
        }

        if (before.Fault == TrustFault.ToolTimedOut)
        {
            return StoreResult.Failure(before.Fault, before.Detail, [.. before.Hints]);
        }

        if (_domain == TrustDomain.User && context.RunAs is not null)
        {
            return StoreResult.Failure(TrustFault.NotPermitted, "under sudo these would be root's own settings", "locald trust --user");
        }

        // Root may set the admin domain without a dialog where macOS is told so; it answers at once where not.
        if ((!isRoot || _domain == TrustDomain.User) && MacSession.Obstacle(context.Variable) is { } obstacle)
        {
            return StoreResult.Failure(TrustFault.NoSession, $"macOS has to ask for a password, and {obstacle}", WithoutSession);
        }

        try
        {
            bool ended = TimeLimit.Run(() =>
            {
                using CFHandle certificate = Keychain.Certificate(root.RawDataMemory.Span);
                change(certificate);
            }, ChangeLimit);
            if (!ended)
            {
                return StoreResult.Failure(TrustFault.ToolTimedOut, $"macOS did not come to an end within {ChangeLimit.TotalSeconds:0} s", WithoutSession);
            }
        }
        catch (SecurityException e)
        {
            return StoreResult.Failure(e.Error.Fault, e.Message, e.Error.Hints);
        }

        StoreStatus after = Probe(root);
        return after.State == wanted && (wanted == StoreState.Trusted || after.Places.Count == 0) ? new(StoreOutcome.Done, after.Detail)
            : StoreResult.Failure(after.Fault == TrustFault.None ? otherwise : after.Fault, after.Detail, [.. after.Hints, "locald doctor"]);
    }

    private StoreStatus Look(X509Certificate2? root)
    {
        IReadOnlyList<byte[]> ours = [.. Keychain.Ours(), .. s_domains.SelectMany(TrustSettings.Ours)];
        StrayRoot[] strays = [.. ours.DistinctBy(Convert.ToBase64String)
            .Select(der => OurRoots.AsStray(der, root, "the keychain", c => [$"security delete-certificate -Z {c.GetCertHashString()} -t"])).OfType<StrayRoot>()];
        if (root is null)
        {
            return new(StoreState.Missing, "there is no root yet") { Strays = strays };
        }

        using CFHandle certificate = Keychain.Certificate(root.RawDataMemory.Span);
        Dictionary<TrustDomain, Setting> settings = s_domains.ToDictionary(d => d, d => TrustSettings.Read(certificate, d));
        List<string> places = [.. s_domains.Where(d => settings[d] != Setting.None).Select(d => $"the trust settings of {Owner(d)}")];
        if (ours.Any(der => root.RawDataMemory.Span.SequenceEqual(der)))
        {
            places.Insert(0, "the keychain");
        }

        return Judge(settings, places) with { Places = places, Strays = strays };
    }

    private StoreStatus Judge(Dictionary<TrustDomain, Setting> settings, List<string> places)
    {
        if (settings.FirstOrDefault(s => s.Value == Setting.Denied) is { Value: Setting.Denied } denied)
        {
            return new(StoreState.Broken, $"the trust settings of {Owner(denied.Key)} say never to trust the root")
            {
                Fault = TrustFault.Forbidden,
                Hints = ["locald untrust && locald trust"],
            };
        }

        // The admin domain serves every user; a user's own does not serve the others.
        if (settings[TrustDomain.Admin] != Setting.Trusted && (_domain == TrustDomain.Admin && context.Scope == TrustScope.Machine || settings[TrustDomain.User] != Setting.Trusted))
        {
            return places.Count == 0 ? new(StoreState.Missing, "neither the keychain nor a trust setting has the root")
                : new(StoreState.Broken, $"the root is in {string.Join(" and ", places)}, but not trusted for {Owner(_domain)}") { Fault = TrustFault.NotInBundle, Hints = ["locald trust"] };
        }

        TrustDomain trusting = settings[TrustDomain.Admin] == Setting.Trusted ? TrustDomain.Admin : TrustDomain.User;
        if (context.MintProbe is { } mint)
        {
            using X509Certificate2 leaf = mint(ProbeName);
            if (Evaluation.Objection(leaf, ProbeName) is { } objection)
            {
                return new(StoreState.Broken, $"the trust settings of {Owner(trusting)} trust the root, but macOS refuses a certificate of it: {objection}")
                {
                    Fault = TrustFault.NotInBundle,
                    Hints = ["locald untrust && locald trust"],
                };
            }
        }

        return new(StoreState.Trusted, $"the trust settings of {Owner(trusting)} trust the root{(context.MintProbe is null ? "" : ", and macOS accepts a certificate of it")}");
    }

    private static StoreStatus Silent(TimeSpan limit) => new(StoreState.Broken, $"macOS did not answer within {limit.TotalSeconds:0} s")
    {
        Fault = TrustFault.ToolTimedOut,
        Hints = ["sudo killall securityd", .. WithoutSession],
    };

    private static string Owner(TrustDomain domain) => domain == TrustDomain.Admin ? "all users" : "this user";
}

using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Nss;

/// <summary>One NSS database as a trust store. Each look is a process of its own, so that what was written is read back from the disk.</summary>
[SupportedOSPlatform("linux")]
internal sealed class NssStore(NssDatabase database, NssAccess access) : ITrustStore, IVerifier
{
    private const string Again = "locald trust --store nss";

    public StoreKind Kind => StoreKind.Nss;

    public string Id => IdPrefix + database.Folder;

    public string Title => database.Title;

    /// <summary>What lies in a home folder is its owner's to change, and nobody else's.</summary>
    public bool MayChange => true;

    internal static string IdPrefix => "nss:";

    public StoreStatus Probe(X509Certificate2? root)
    {
        if (!database.Exists)
        {
            return new(StoreState.Missing, $"{database.Folder} has no database yet");
        }

        // Without a root there is nothing to look for; any bytes find the strays.
        NssAnswer answer = access.Ask("probe", database, root?.RawDataMemory ?? new byte[] { 0x30, 0x00 }, "");
        if (answer is { Step: "open", Condition: "missing" })
        {
            return new(StoreState.Missing, $"{database.Folder} holds no whole database yet");
        }

        if (answer is { Condition: "keyless" })
        {
            return !answer.Present ? new(StoreState.Missing, $"{database.Folder} holds no whole database")
                : new(StoreState.Broken, "its cert9.db holds it, but key4.db is gone, and with it the trust")
                {
                    Fault = TrustFault.NotInBundle,
                    Hints = [Again],
                    Places = [$"{database.Folder}/cert9.db"],
                };
        }

        if (!answer.IsDone)
        {
            NssFault why = Explain(answer);
            return new(StoreState.Broken, why.Detail) { Fault = why.Fault, Hints = why.Hints };
        }

        StoreStatus status = answer switch
        {
            { Trusted: true } when !database.IsComplete => new(StoreState.Broken, "it is there and trusted, and the browser does not know of this profile yet")
            {
                Fault = TrustFault.NotInBundle,
                Hints = [Again],
            },
            { Trusted: true } => new(StoreState.Trusted, $"{NssAccess.Reader(answer)} reads it as a trusted authority"),
            { Present: true } => new(StoreState.Broken, $"{NssAccess.Reader(answer)} finds it there, but not trusted for servers")
            {
                Fault = TrustFault.NotInBundle,
                Hints = [Again],
            },
            _ => new(StoreState.Missing, "the database does not hold the root"),
        };
        return status with { Places = answer.Present ? [$"{database.Folder}/cert9.db"] : [], Strays = Strays(answer, root) };
    }

    public IReadOnlyList<Step> PlanInstall(X509Certificate2 root, StoreStatus found, string pemFile) => found.State == StoreState.Trusted ? [] :
        [new($"{(database.Exists ? "add the root to" : "make")} the database {database.Folder}",
            $"certutil -A -d {ShellWord.Quote($"sql:{database.Folder}")} -t C,, -n {ShellWord.Quote(Nickname(root))} -i {ShellWord.Quote(pemFile)}")];

    public IReadOnlyList<Step> PlanRemove(X509Certificate2 root, StoreStatus found) => found.Places.Count == 0 && found.State != StoreState.Broken ? [] :
        [new($"take the root out of the database {database.Folder}", RemoveCommand(root))];

    public StoreResult Install(X509Certificate2 root) => Change("install", root, StoreState.Trusted, TrustFault.NotInBundle);

    public StoreResult Remove(X509Certificate2 root) => Change("remove", root, StoreState.Missing, TrustFault.StillInBundle);

    public Verification Verify(X509Certificate2 leaf, string host)
    {
        NssAnswer answer = access.Ask("verify", database, leaf.RawDataMemory, host);
        return answer.IsDone ? Verification.Accepted
            : answer.Step is "verify" or "name" ? Verification.Refused(NssFault.Name(answer.Error)) : Verification.NotAsked(Explain(answer).Detail);
    }

    private StoreResult Change(string verb, X509Certificate2 root, StoreState wanted, TrustFault otherwise)
    {
        StoreStatus before = Probe(root);
        if (before.State == wanted)
        {
            return new(StoreOutcome.Already, before.Detail);
        }

        if (before.Fault is not (TrustFault.None or TrustFault.NotInBundle))
        {
            return StoreResult.Failure(before.Fault, before.Detail, [.. before.Hints]);
        }

        NssAnswer answer = access.Ask(verb, database, root.RawDataMemory, Nickname(root));
        if (!answer.IsDone)
        {
            NssFault why = Explain(answer);
            return StoreResult.Failure(why.Fault, why.Detail, why.Hints);
        }

        StoreStatus after = Probe(root);
        return after.State == wanted ? new(StoreOutcome.Done, after.Detail)
            : StoreResult.Failure(after.Fault == TrustFault.None ? otherwise : after.Fault, after.Detail, [.. after.Hints]);
    }

    private NssFault Explain(NssAnswer answer) => answer.IsOfProgram ? access.Missing(answer) : NssFault.Of(answer, database.Folder, Again);

    private IReadOnlyList<StrayRoot> Strays(NssAnswer answer, X509Certificate2? root) =>
        [.. answer.Others.Select(der => OurRoots.AsStray(der, root, $"{database.Folder}/cert9.db", c => [RemoveCommand(c)])).OfType<StrayRoot>()];

    private string RemoveCommand(X509Certificate2 root) =>
        $"certutil -D -d {ShellWord.Quote($"sql:{database.Folder}")} -n {ShellWord.Quote(Nickname(root))}";

    /// <summary>NSS keeps one nickname for a subject; that of a root of ours is unique.</summary>
    private static string Nickname(X509Certificate2 root) => root.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
}

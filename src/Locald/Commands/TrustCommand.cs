using Locald.Certificates;
using Locald.CommandLine;
using Locald.Trusting;

namespace Locald.Commands;

internal static class TrustCommand
{
    internal static Command Definition { get; } = new()
    {
        Name = "trust",
        Summary = "make this machine and its browsers trust the certificates of locald",
        Examples =
        [
            new("locald trust", "put the root into every trust store there is, once"),
            new("locald trust --dry-run", "see first what would be done"),
            new("locald trust --store nss", "browsers alone, which needs no root"),
            new("locald trust --no-sudo", "get the commands to run as root by hand"),
            new("locald trust --json", "for scripts: what was done and what was seen"),
        ],
        Options = StoreChoice.ChangeOptions,
        Notes = """
            Makes the root on first use and puts it into the system's trust store, into the databases of
            Chrome, Firefox and their kin, into Java's key store, and from WSL into the Windows around it. Each
            store is then asked whether it trusts the root: only what was seen is reported. The root can sign
            nothing but names under .localhost and loopback addresses.

            Where root is needed, sudo is called once; without a terminal it is told not to ask for a password.
            Where it does nothing, or there is none, the commands are printed, and the exit code is 5. Java is
            optional: its failure is told and changes no exit code, unless it was asked for by --store java.

            NOW is TRUSTED, MISSING, BROKEN (there but not trusted, or unreadable), UNAVAILABLE (nothing of
            that kind here), or EXTRA (a root that an earlier CA of yours left).

            JSON: {root: {path, exists, subject, sha256, notAfter}, dryRun, exitCode, stores: [{name, id, title,
            before, outcome: done|already|failed|planned, state, counts, plan: [{what, command}], detail, fault,
            hints, warnings, strays: [{state, path, subject, notAfter, remediation}]}], retired};
            retired, in the shape of stores, tells where roots that 'locald ca rotate' replaced were found
            """,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        StoreRun run = new("trust", StoreVerb.Install, arguments, session);
        if (run.IsDry)
        {
            using CertManager? existing = Authority.OpenExisting(session);
            if (existing is null)
            {
                string pemFile = Authority.ReadRoot(session).PemFile;
                session.Terminal.Data($"would make the root {pemFile}");
                return await run.RunAsync(Stores.Find(session, run.Choice), null, null, pemFile);
            }

            return await run.RunAsync(Stores.Find(session, run.Choice, existing), null, existing.Root, existing.RootPemPath);
        }

        // Makes the folder that the ledger lies in. The root is read under the ledger: whoever held it may have replaced it.
        Authority.Open(session).Dispose();
        using StoreLedger ledger = StoreLedger.Open(session);
        Authority.Rotation(session).Resume();
        using CertManager authority = Authority.Open(session);
        return await run.RunAsync(Stores.Find(session, run.Choice, authority), ledger, authority.Root, authority.RootPemPath);
    }
}

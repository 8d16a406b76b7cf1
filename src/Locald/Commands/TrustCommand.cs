using Locald.Certificates;
using Locald.CommandLine;
using Locald.Trust;
using Locald.Trusting;

namespace Locald.Commands;

internal static class TrustCommand
{
    internal static Command Definition { get; } = new()
    {
        Name = "trust",
        Summary = "make this machine trust the certificates of locald",
        Examples =
        [
            new("locald trust", "put the root into the system's trust store, once"),
            new("locald trust --dry-run", "see first what would be done"),
            new("locald trust --no-sudo", "get the commands to run as root by hand"),
            new("locald trust --json", "for scripts: what was done and what was seen"),
        ],
        Options = StoreChoice.Options,
        Notes = """
            Makes the root on first use, writes it into the folder from which the system builds its list of
            roots, has the list rebuilt, and reads the list back: only where it holds the root is success
            reported. The root can sign nothing but names under .localhost and loopback addresses.

            Where root is needed, sudo is called once. Without a terminal or sudo the commands are printed, and
            the exit code is 5. Browsers on Linux keep lists of their own, which this version does not change.

            JSON: {root: {path, exists, subject, sha256, notAfter}, dryRun, exitCode, stores: [{name, title,
            outcome: done|already|failed|planned, plan: [{what, command}], detail, fault, hints, warnings,
            strays: [{path, subject, notAfter}]}]}
            """,
        Run = (arguments, session) => Task.FromResult(Run(arguments, session)),
    };

    private static ExitCode Run(Arguments arguments, Session session)
    {
        IReadOnlyList<ITrustStore> stores = StoreChoice.Of("trust", arguments, session);
        StoreChange change = new("trust", StoreVerb.Install, arguments, session);
        if (arguments.Has("--dry-run"))
        {
            using CertManager? existing = Authority.OpenExisting(session);
            return existing is null ? change.Run(stores, null, Authority.ReadRoot(session).PemFile) : change.Run(stores, existing.Root, existing.RootPemPath);
        }

        using CertManager authority = Authority.Open(session);
        return change.Run(stores, authority.Root, authority.RootPemPath);
    }
}

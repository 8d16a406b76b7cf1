using System.Security.Cryptography.X509Certificates;
using Locald.CommandLine;
using Locald.Trusting;

namespace Locald.Commands;

internal static class UntrustCommand
{
    internal static Command Definition { get; } = new()
    {
        Name = "untrust",
        Summary = "take the root out of the trust stores again",
        Examples =
        [
            new("locald untrust", "this machine and its browsers trust locald's certificates no longer"),
            new("locald untrust --dry-run", "see first what would be deleted"),
        ],
        Options = StoreChoice.ChangeOptions,
        Notes = """
            Takes out every copy of exactly this root, and of those that 'locald ca rotate' replaced; also from
            stores that it was put into long ago and that no browser or Java points to any more. What could not
            be reached is listed, and the exit code tells. Other roots of an earlier CA are listed as EXTRA, and
            left. The root's own files stay, so that a later 'locald trust' trusts the same root again.

            JSON has the shape that 'locald help trust' shows.
            """,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        StoreRun run = new("untrust", StoreVerb.Remove, arguments, session);

        // The certificate alone: a root whose key is lost, or that has expired, must be removable above all.
        // Read under the ledger: whoever held it may have replaced it.
        using StoreLedger? ledger = Authority.HasRoot(session) && !run.IsDry ? StoreLedger.Open(session) : null;
        if (ledger is not null)
        {
            Authority.Rotation(session).Resume();
        }

        (X509Certificate2? root, string pemFile) = Authority.ReadRoot(session);
        using X509Certificate2? owned = root;
        IEnumerable<string> remembered = ledger?.Ids ?? StoreLedger.Read(session);
        return await run.RunAsync(Stores.FindWithRemembered(session, run.Choice, remembered), ledger, root, pemFile);
    }
}

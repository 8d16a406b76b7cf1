using System.Security.Cryptography.X509Certificates;
using Locald.CommandLine;
using Locald.Trust;
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
            new("locald untrust", "this machine trusts locald's certificates no longer"),
            new("locald untrust --dry-run", "see first what would be deleted"),
        ],
        Options = StoreChoice.Options,
        Notes = """
            Takes out every copy of exactly this root: its file, the links to it, its line in the list that
            clients read, and what Debian's Java package imported. Roots of an earlier CA are listed, and left.
            The root's own files stay, so that a later 'locald trust' trusts the same root again.

            JSON has the shape that 'locald help trust' shows.
            """,
        Run = (arguments, session) => Task.FromResult(Run(arguments, session)),
    };

    private static ExitCode Run(Arguments arguments, Session session)
    {
        IReadOnlyList<ITrustStore> stores = StoreChoice.Of("untrust", arguments, session);

        // The certificate alone: a root whose key is lost, or that has expired, must be removable above all.
        (X509Certificate2? root, string pemFile) = Authority.ReadRoot(session);
        using (root)
        {
            return new StoreChange("untrust", StoreVerb.Remove, arguments, session).Run(stores, root, pemFile);
        }
    }
}

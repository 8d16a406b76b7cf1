using Locald.Certificates;
using Locald.CommandLine;
using Locald.Completion;
using Locald.Issuing;

namespace Locald.Commands;

internal static class CaCommand
{
    private const string Pem = "--pem";
    private const string Der = "--der";
    private const string Path = "--path";
    private const string Profile = "--mobileconfig";

    public static Command Definition { get; } = new()
    {
        Name = "ca",
        Summary = "print the root certificate, for other machines and tools; or replace it",
        Usage = "[--pem|--der|--path|--mobileconfig] | rotate [--dry-run] [--json] [--no-sudo]",
        MaxWords = 1,
        Examples =
        [
            new("locald ca > root.pem", "the root certificate, as most tools take it"),
            new("locald ca --der > root.cer", "the same for Windows and Android"),
            new("locald ca rotate", "replace the root by a new one, in the stores too"),
            new("curl --cacert \"$(locald ca --path)\" https://app.localhost", "for a client that is told the root's file"),
        ],
        Options =
        [
            new(Pem, null, "as PEM text (the default)"),
            new(Der, null, "as DER bytes"),
            new(Path, null, "the path of its PEM file"),
            new(Profile, null, "as a configuration profile, for macOS and iOS devices that only take one"),
            new("--dry-run", null, "rotate: print what would be done, and change nothing"),
            new("--json", null, "rotate: print what was done as JSON"),
            new("--no-sudo", null, "rotate: never call sudo"),
        ],
        Notes = """
            The root is made at the first use. Its private key never leaves its folder.

            'rotate' makes a new root, puts it into every store that trusts the present one, puts it in the
            present one's place, and takes the old one out. A running instance goes on with the new root at
            the next handshake. Where a store refuses, everything stays as it was. A root whose key is lost can
            be replaced too. Exit codes as of trust.

            JSON: {dryRun, replaced, root: {path, exists, subject, sha256, notAfter}, previous, added, removed,
            exitCode}; added and removed have the shape of stores in 'locald help trust'. Where replaced is
            false, removed tells of stores that keep the new root though it was called off.
            """,
        Words = (_, _) => Task.FromResult<IEnumerable<Candidate>>([new(CaRotate.Word, "replace the root by a new one")]),
        Run = (arguments, session) =>
        {
            if (arguments.Words is [var word])
            {
                return word == CaRotate.Word ? CaRotate.RunAsync(arguments, session)
                    : throw new UserError("ca", $"unexpected argument '{word}'", ExitCode.Usage, $"locald ca {CaRotate.Word}");
            }

            string[] chosen = [.. new[] { Pem, Der, Path, Profile }.Where(arguments.Has)];
            if (chosen.Length > 1)
            {
                throw new UserError("ca", $"{chosen[0]} and {chosen[1]} exclude each other", ExitCode.Usage, $"locald ca {chosen[0]}");
            }

            using CertManager certificates = Authority.Open(session);
            Print(chosen.FirstOrDefault(Pem), certificates, session.Terminal);
            return Task.FromResult(ExitCode.Done);
        },
    };

    private static void Print(string form, CertManager certificates, Terminal terminal)
    {
        switch (form)
        {
            case Der:
                terminal.Bytes(certificates.Root.RawDataMemory.Span);
                break;
            case Profile:
                terminal.Raw(MobileConfig.Of(certificates.Root));
                break;
            case Path:
                terminal.Data(certificates.RootPemPath);
                break;
            default:
                terminal.Data(certificates.Root.ExportCertificatePem());
                break;
        }
    }
}

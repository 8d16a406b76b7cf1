using Locald.Certificates;
using Locald.CommandLine;

namespace Locald.Commands;

internal static class CaCommand
{
    private const string Pem = "--pem";
    private const string Der = "--der";
    private const string Path = "--path";

    public static Command Definition { get; } = new()
    {
        Name = "ca",
        Summary = "print the root certificate, for other machines and tools",
        Usage = "[--pem|--der|--path]",
        Examples =
        [
            new("locald ca > root.pem", "the root certificate, as most tools take it"),
            new("locald ca --der > root.cer", "the same for Windows and Android"),
            new("curl --cacert \"$(locald ca --path)\" https://app.localhost", "for a client that is told the root's file"),
        ],
        Options =
        [
            new(Pem, null, "as PEM text (the default)"),
            new(Der, null, "as DER bytes"),
            new(Path, null, "the path of its PEM file"),
        ],
        Notes = "The root is made at the first use. Its private key never leaves its folder.",
        Run = (arguments, session) =>
        {
            string[] chosen = [.. new[] { Pem, Der, Path }.Where(arguments.Has)];
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
            case Path:
                terminal.Data(certificates.RootPemPath);
                break;
            default:
                terminal.Data(certificates.Root.ExportCertificatePem());
                break;
        }
    }
}

using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.CommandLine;
using Locald.Completion;
using Locald.Issuing;

namespace Locald.Commands;

internal static class CertCommand
{
    public static Command Definition { get; } = new()
    {
        Name = "cert",
        Summary = "write a certificate and its key to files, for tools that want files",
        Usage = "NAME ... [--cert FILE --key FILE | --pkcs12 FILE]",
        Examples =
        [
            new("locald cert app.localhost", "writes app.localhost.pem and app.localhost-key.pem here"),
            new("locald cert app '*.app' localhost 127.0.0.1", "one certificate for several names"),
            new("locald cert app --cert tls.crt --key tls.key", "with file names of your choice"),
            new("P12=secret locald cert app --pkcs12 app.p12 --password-env P12", "PKCS#12 for Java, .NET, Windows"),
        ],
        Options =
        [
            new(IssueRequest.Cert, "FILE", "the certificate's file, PEM; with the key's path, both in one file"),
            new(IssueRequest.Key, "FILE", "the key's file, PEM, mode 0600"),
            new(IssueRequest.Pkcs12, "FILE", "certificate, key and root in one PKCS#12 file, mode 0600"),
            new(IssueRequest.PasswordEnv, "VARIABLE", "the PKCS#12 file's password is in this variable"),
            new(IssueRequest.PasswordFile, "FILE", "the PKCS#12 file's password is this file's first line"),
            new(IssueRequest.Days, "N", $"how long it is valid (default {IssueRequest.DefaultDays})"),
            new(IssueRequest.Json, null, "print JSON"),
        ],
        Notes = """
            NAME is localhost, app (which means app.localhost), a name under .localhost, a wildcard such as
            *.app, or a loopback address. Files that exist are replaced.

            'locald serve' needs none of this: it makes certificates as clients ask for them.

            JSON: {certificate, key, names, expires}, or {pkcs12, names, expires}; paths are absolute.
            """,
        MaxWords = 100,
        Words = (session, _) => LiveNames.HostsAsync(session),
        Run = (arguments, session) =>
        {
            IssueRequest request = IssueRequest.From(arguments, session);
            using CertManager certificates = Authority.Open(session);
            using X509Certificate2 leaf = certificates.Mint(request.Names, request.Life);
            request.Target.Write(leaf, certificates.Root, Authority.Owner(session));
            Warn(request, leaf, session.Terminal);
            if (arguments.Has(IssueRequest.Json))
            {
                PrintJson(request, leaf, session.Terminal);
            }
            else
            {
                Print(request, leaf, session.Terminal);
            }

            return Task.FromResult(ExitCode.Done);
        },
    };

    private static void Warn(IssueRequest request, X509Certificate2 leaf, Terminal terminal)
    {
        if (request.Life > IssueRequest.AppleLimit)
        {
            terminal.Warn($"Apple's clients refuse certificates of more than {IssueRequest.AppleLimit.Days} days");
        }

        if (leaf.NotAfter - leaf.NotBefore < request.Life)
        {
            terminal.Warn($"the certificate ends on {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}, with the root");
        }
    }

    private static void Print(IssueRequest request, X509Certificate2 leaf, Terminal terminal)
    {
        foreach ((string what, string path) in request.Target.Files)
        {
            terminal.Data($"{what}: {path}");
        }

        terminal.Data($"names: {string.Join(' ', request.Names)}");
        terminal.Data($"expires: {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}");
    }

    private static void PrintJson(IssueRequest request, X509Certificate2 leaf, Terminal terminal) => terminal.Json(json =>
    {
        json.WriteStartObject();
        foreach ((string what, string path) in request.Target.Files)
        {
            json.WriteString(what, path);
        }

        json.WriteStartArray("names");
        foreach (string name in request.Names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteString("expires", leaf.NotAfter.ToUniversalTime());
        json.WriteEndObject();
    });
}

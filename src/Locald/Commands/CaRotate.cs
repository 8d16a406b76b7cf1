using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.CommandLine;
using Locald.Trusting;

namespace Locald.Commands;

/// <summary><c>locald ca rotate</c>.</summary>
internal static class CaRotate
{
    internal const string Word = "rotate";

    internal static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        (_, string pemFile) = Authority.ReadRoot(session);
        using StoreLedger ledger = Authority.HasRoot(session) ? StoreLedger.Open(session)
            : throw new UserError("ca rotate", $"there is no root {pemFile} to replace", ExitCode.Failed, "locald trust");

        // Read under the ledger: whoever held it may have replaced it.
        using X509Certificate2 old = Authority.ReadRoot(session).Certificate!;
        using Elevation elevation = new(session, !arguments.Has("--no-sudo"));
        RootRotation files = Authority.Rotation(session);
        using X509Certificate2 next = files.Stage();
        RotationReport report = await new Rotation(session, files, ledger, elevation).RunAsync(old, next);
        if (arguments.Has("--json"))
        {
            Write(session.Terminal, report, old, next, pemFile);
        }
        else
        {
            Show(session.Terminal, report, old, next);
        }

        return report.Code;
    }

    private static void Show(Terminal terminal, RotationReport report, X509Certificate2 old, X509Certificate2 next)
    {
        if (report.Added.Count > 0)
        {
            StoreTable.Show(terminal, "ca rotate", StoreVerb.Install, report.Added);
        }

        terminal.Data(report.Replaced ? $"replaced: {Name(old)} by {Name(next)}, until {next.NotAfter.ToUniversalTime():yyyy-MM-dd}"
            : $"not replaced: {Name(old)} is the root still");
        if (report.Removed.Count > 0)
        {
            StoreTable.Show(terminal, "ca rotate", StoreVerb.Remove, report.Removed);
        }
    }

    private static void Write(Terminal terminal, RotationReport report, X509Certificate2 old, X509Certificate2 next, string pemFile) => terminal.Json(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("replaced", report.Replaced);
        StoreTable.WriteRoot(json, report.Replaced ? next : old, pemFile);
        json.WriteString("previous", report.Replaced ? StoreTable.Sha256(old) : null);
        json.WriteStartArray("added");
        report.Added.ToList().ForEach(r => StoreTable.Write(json, StoreVerb.Install, r));
        json.WriteEndArray();
        json.WriteStartArray("removed");
        report.Removed.ToList().ForEach(r => StoreTable.Write(json, StoreVerb.Remove, r));
        json.WriteEndArray();
        json.WriteNumber("exitCode", (int)report.Code);
        json.WriteEndObject();
    });

    private static string Name(X509Certificate2 root) => root.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
}

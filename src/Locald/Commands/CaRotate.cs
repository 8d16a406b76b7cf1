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
        (X509Certificate2? found, string pemFile) = Authority.ReadRoot(session);
        using X509Certificate2? present = found;
        if (present is not null && arguments.Has("--dry-run"))
        {
            Tell(arguments, session.Terminal, await Rotation.PlanAsync(session, present), present, null, pemFile);
            return ExitCode.Done;
        }

        using StoreLedger ledger = present is not null ? StoreLedger.Open(session)
            : throw new UserError("ca rotate", $"there is no root {pemFile} to replace", ExitCode.Failed, "locald trust");

        // Read under the ledger: whoever held it may have replaced it.
        using X509Certificate2 old = Authority.ReadRoot(session).Certificate!;
        using Elevation elevation = new(session, !arguments.Has("--no-sudo"));
        RootRotation files = Authority.Rotation(session);
        using X509Certificate2 next = files.Stage();
        RotationReport report = await new Rotation(session, files, ledger, elevation).RunAsync(old, next);
        Tell(arguments, session.Terminal, report, old, next, pemFile);
        return report.Obstacle is null ? report.Code : throw report.Obstacle;
    }

    /// <param name="arguments">How to tell it.</param>
    /// <param name="terminal">Where to.</param>
    /// <param name="report">What was done.</param>
    /// <param name="old">The root that was in use.</param>
    /// <param name="next">The new root; null for a dry run.</param>
    /// <param name="pemFile">The root's file.</param>
    private static void Tell(Arguments arguments, Terminal terminal, RotationReport report, X509Certificate2 old, X509Certificate2? next, string pemFile)
    {
        if (arguments.Has("--json"))
        {
            Write(terminal, report, old, next, pemFile);
        }
        else if (next is null)
        {
            report.Added.Concat(report.Removed).SelectMany(r => r.Plan).Select(s => s.What).Prepend($"make a root to replace {Name(old)}").ToList()
                .ForEach(what => terminal.Data($"would {what}"));
        }
        else
        {
            Show(terminal, report, old, next);
        }
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

    private static void Write(Terminal terminal, RotationReport report, X509Certificate2 old, X509Certificate2? next, string pemFile) => terminal.Json(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("dryRun", next is null);
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

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>What people and scripts get to see of a change of stores.</summary>
internal static class StoreTable
{
    /// <summary>A table on standard output: store, state before, action, state now with its proof. Then, on standard error, what to do about failures.</summary>
    internal static void Show(Terminal terminal, string command, StoreVerb verb, IReadOnlyList<StoreReport> reports)
    {
        List<string[]> rows = [];
        foreach (StoreReport report in reports)
        {
            string detail = report.Result?.Detail ?? report.Before.Detail;
            rows.Add([report.Store.Title, StoreWords.Of(report.Before.State), StoreWords.Action(report, verb), StoreWords.Of(StoreWords.After(report, verb)), detail]);
            rows.AddRange(report.Before.Strays.Select(s => new[] { report.Store.Title, StoreWords.Extra, "left", StoreWords.Extra, s.Place }));
        }

        terminal.Table(["STORE", "BEFORE", "ACTION", "NOW", "PROOF"], rows);
        foreach (StoreReport report in reports)
        {
            ShowTalk(terminal, command, report);
        }
    }

    /// <summary>A certificate's fingerprint.</summary>
    internal static string Sha256(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span));

    /// <summary>The root as JSON readers get it, with the member's name before it.</summary>
    internal static void WriteRoot(Utf8JsonWriter json, X509Certificate2? root, string pemFile)
    {
        json.WriteStartObject("root");
        json.WriteString("path", pemFile);
        json.WriteBoolean("exists", root is not null);
        if (root is not null)
        {
            json.WriteString("subject", root.Subject);
            json.WriteString("sha256", Sha256(root));
            json.WriteString("notAfter", root.NotAfter.ToUniversalTime());
        }

        json.WriteEndObject();
    }

    internal static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    internal static void WriteStrays(Utf8JsonWriter json, IEnumerable<StrayRoot> strays)
    {
        json.WriteStartArray("strays");
        foreach (StrayRoot stray in strays)
        {
            json.WriteStartObject();
            json.WriteString("state", StoreWords.Extra);
            json.WriteString("path", stray.Place);
            json.WriteString("subject", stray.Subject);
            json.WriteString("notAfter", stray.NotAfter.UtcDateTime);
            WriteStrings(json, "remediation", stray.RemoveCommand);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Kind, id and title: what JSON says of every store.</summary>
    internal static void WriteStore(Utf8JsonWriter json, ITrustStore store)
    {
        json.WriteString("name", StoreWords.Of(store.Kind));
        json.WriteString("id", store.Id);
        json.WriteString("title", store.Title);
    }

    internal static void Write(Utf8JsonWriter json, StoreVerb verb, StoreReport report)
    {
        json.WriteStartObject();
        WriteStore(json, report.Store);
        json.WriteString("before", StoreWords.Of(report.Before.State));
        json.WriteString("outcome", report.Result is null ? (report.Plan.Count == 0 ? "already" : "planned") : StoreWords.Camel(report.Result.Outcome));
        json.WriteString("state", StoreWords.Of(StoreWords.After(report, verb)));
        json.WriteBoolean("counts", report.Counts);
        json.WriteStartArray("plan");
        foreach (Step step in report.Plan)
        {
            json.WriteStartObject();
            json.WriteString("what", step.What);
            json.WriteString("command", step.Command);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (report.Result is { } result)
        {
            json.WriteString("detail", result.Detail);
            json.WriteString("fault", StoreWords.Camel(result.Fault));
            WriteStrings(json, "hints", result.Hints);
            WriteStrings(json, "warnings", result.Warnings);
            if (result.Snippet is { } snippet)
            {
                json.WriteString("snippet", snippet);
            }
        }

        WriteStrays(json, report.Before.Strays);
        json.WriteEndObject();
    }

    private static void ShowTalk(Terminal terminal, string command, StoreReport report)
    {
        switch (report.Result)
        {
            case { Outcome: StoreOutcome.Failed } failed when report.Counts:
                if (failed.Snippet is { } snippet)
                {
                    terminal.Data(snippet);
                }

                terminal.Error(new UserError(command, $"{report.Store.Title}: {failed.Detail}", report.Code, [.. failed.Hints]));
                break;
            case { Outcome: StoreOutcome.Failed } failed:
                terminal.Warn($"{report.Store.Title}: {failed.Detail}", [.. failed.Hints]);
                break;
        }

        report.Result?.Warnings.ToList().ForEach(w => terminal.Warn(w));
        foreach (StrayRoot stray in report.Before.Strays)
        {
            terminal.Warn($"a root of an earlier CA of yours is still trusted: {stray.Place} ({stray.Subject})", string.Join(" && ", stray.RemoveCommand));
        }
    }
}

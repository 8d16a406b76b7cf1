using System.Text.Json;
using Locald.Trusting;

namespace Locald.Doctor;

/// <summary>All that was found, and what there is to do about it: each fix once, with the checks that it resolves.</summary>
internal sealed class Diagnosis(IReadOnlyList<Check> checks)
{
    /// <summary>0 where no check failed; 3 where nothing is wrong but trust; else 1.</summary>
    internal ExitCode Code
    {
        get
        {
            List<Check> failed = [.. checks.Where(c => c.Severity == Severity.Failed)];
            return failed.Count == 0 ? ExitCode.Done : failed.TrueForAll(c => c.IsTrustAlone) ? ExitCode.NotTrusted : ExitCode.Failed;
        }
    }

    private IEnumerable<IGrouping<string, Check>> Fixes =>
        checks.Where(c => c.Fixes.Length > 0).OrderByDescending(c => c.Severity).GroupBy(c => string.Join('\n', c.Fixes));

    internal void Show(Terminal terminal)
    {
        int width = checks.Max(c => c.Id.Length);
        foreach (Check check in checks)
        {
            terminal.Data($"{Word(check.Severity),-7}  {check.Id.PadRight(width)}  {check.Detail}");
        }

        foreach (IGrouping<string, Check> fix in Fixes)
        {
            terminal.Data("");
            terminal.Data($"to resolve {string.Join(", ", fix.Select(c => c.Id).Distinct())}:");
            foreach (string command in fix.Key.Split('\n'))
            {
                terminal.Data($"  {command}");
            }
        }
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("checks");
        foreach (Check check in checks)
        {
            json.WriteStartObject();
            json.WriteString("id", check.Id);
            json.WriteString("severity", Word(check.Severity));
            json.WriteString("detail", check.Detail);
            if (check.Store is { } store)
            {
                json.WriteString("store", store);
            }

            StoreTable.WriteStrings(json, "remediation", check.Fixes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("fixes");
        foreach (IGrouping<string, Check> fix in Fixes)
        {
            json.WriteStartObject();
            StoreTable.WriteStrings(json, "commands", fix.Key.Split('\n'));
            StoreTable.WriteStrings(json, "resolves", fix.Select(c => c.Id).Distinct());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("exitCode", (int)Code);
        json.WriteEndObject();
    }

    private static string Word(Severity severity) => StoreWords.Camel(severity);
}

using System.Text;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>
/// What the elevated process tells the one that called it, a line each, on standard output:
/// <code>
/// outcome Failed
/// fault ToolFailed
/// detail update-ca-certificates ended with code 1
/// hint sudo update-ca-certificates
/// warning …
/// </code>
/// Both are the same file at the same moment, so that the form needs no version.
/// </summary>
internal static class ElevatedAnswer
{
    internal static string Format(StoreResult result)
    {
        StringBuilder text = new();
        Line("outcome", result.Outcome.ToString());
        Line("fault", result.Fault.ToString());
        Line("detail", result.Detail);
        result.Hints.ToList().ForEach(h => Line("hint", h));
        result.Warnings.ToList().ForEach(w => Line("warning", w));
        return text.ToString();

        void Line(string key, string value) => text.Append(key).Append(' ').Append(value.ReplaceLineEndings(" ")).Append('\n');
    }

    /// <returns>Null where the text has no outcome: nobody answered.</returns>
    internal static StoreResult? Parse(string text)
    {
        ILookup<string, string> lines = text.Split('\n').Where(l => l.Contains(' ')).ToLookup(l => l[..l.IndexOf(' ')], l => l[(l.IndexOf(' ') + 1)..]);
        return Enum.TryParse(lines["outcome"].FirstOrDefault(), out StoreOutcome outcome) && Enum.TryParse(lines["fault"].FirstOrDefault(), out TrustFault fault)
            ? new(outcome, lines["detail"].FirstOrDefault("")) { Fault = fault, Hints = [.. lines["hint"]], Warnings = [.. lines["warning"]] }
            : null;
    }
}

using System.Text;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>
/// What the elevated process answers to one request, a line each, on standard output, with an empty line at the end:
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
        return text.Append('\n').ToString();

        void Line(string key, string value) => text.Append(key).Append(' ').Append(value.ReplaceLineEndings(" ")).Append('\n');
    }

    /// <summary>Reads one answer, to its empty line or to the end of the text.</summary>
    /// <returns>Null where there is no outcome: nobody answered.</returns>
    internal static StoreResult? Read(TextReader text)
    {
        List<string> read = [];
        while (text.ReadLine() is { Length: > 0 } line)
        {
            read.Add(line);
        }

        ILookup<string, string> lines = read.Where(l => l.Contains(' ')).ToLookup(l => l[..l.IndexOf(' ')], l => l[(l.IndexOf(' ') + 1)..]);
        return Enum.TryParse(lines["outcome"].FirstOrDefault(), out StoreOutcome outcome) && Enum.TryParse(lines["fault"].FirstOrDefault(), out TrustFault fault)
            ? new(outcome, lines["detail"].FirstOrDefault("")) { Fault = fault, Hints = [.. lines["hint"]], Warnings = [.. lines["warning"]] }
            : null;
    }
}

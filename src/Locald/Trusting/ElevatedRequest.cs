using System.Text;

namespace Locald.Trusting;

/// <summary>One change that the elevated process is asked for: a line of three words, <c>install system BASE64</c>.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="StoreId">With which store.</param>
/// <param name="Der">The root's certificate.</param>
internal sealed record ElevatedRequest(StoreVerb Verb, string StoreId, byte[] Der)
{
    /// <summary>More than any certificate and path take.</summary>
    internal const int LongestLine = 64 * 1024;

    internal string Format() => $"{Word(Verb)} {Uri.EscapeDataString(StoreId)} {Convert.ToBase64String(Der)}";

    /// <summary>The next line, without its end, or the beginning of one that is longer than any request; null where the input ends.</summary>
    internal static string? ReadLine(TextReader input)
    {
        StringBuilder line = new();
        int next;
        while ((next = input.Read()) >= 0 && next != '\n' && line.Length <= LongestLine)
        {
            line.Append((char)next);
        }

        return next < 0 && line.Length == 0 ? null : line.ToString();
    }

    /// <returns>Null where the line is no request.</returns>
    internal static ElevatedRequest? Parse(string line)
    {
        byte[] der = new byte[line.Length];
        return line.Length <= LongestLine && line.Split(' ') is [("install" or "remove") and var verb, var id, var base64]
            && Convert.TryFromBase64String(base64, der, out int length)
            ? new(verb == "install" ? StoreVerb.Install : StoreVerb.Remove, Uri.UnescapeDataString(id), der[..length]) : null;
    }

    private static string Word(StoreVerb verb) => verb == StoreVerb.Install ? "install" : "remove";
}

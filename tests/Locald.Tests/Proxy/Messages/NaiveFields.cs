using System.Numerics;
using System.Text.RegularExpressions;
using Locald.Proxy;

namespace Locald.Tests.Proxy.Messages;

/// <summary>Field sections as RFC 9112 has them, read once more with regular expressions and no thought of speed.</summary>
internal static partial class NaiveFields
{
    /// <summary>The lines as <c>name:value</c>; null where the section is to be refused.</summary>
    public static string[]? Read(string text)
    {
        if (!Section().IsMatch(text))
        {
            return null;
        }

        string[] lines = [.. text.Split("\r\n")[..^1].Select(l => l[..(l.IndexOf(':') + 1)] + l[(l.IndexOf(':') + 1)..].Trim(' ', '\t'))];
        string[] lengths = [.. Values(lines, "content-length").SelectMany(v => v.Split(',')).Select(v => v.Trim(' ', '\t'))];
        string[] codings = [.. Values(lines, "transfer-encoding")];
        bool valid = lines.Length <= Limits.Fields
            && lengths.All(l => Digits().IsMatch(l) && BigInteger.Parse(l) < (long.MaxValue / 10 * 10))
            && lengths.Select(BigInteger.Parse).Distinct().Count() <= 1
            && codings.Length <= 1 && codings.All(c => c.Equals("chunked", StringComparison.OrdinalIgnoreCase))
            && (lengths.Length == 0 || codings.Length == 0)
            && Values(lines, "host").Count() <= 1;
        return valid ? lines : null;
    }

    /// <summary>Of the lines with that name.</summary>
    public static IEnumerable<string> Values(string[] lines, string name) =>
        lines.Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(l => l[(name.Length + 1)..]);

    [GeneratedRegex(@"\A(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\z")]
    private static partial Regex Section();

    [GeneratedRegex(@"\A[0-9]+\z")]
    private static partial Regex Digits();
}

using System.Globalization;
using System.Text;

namespace Locald.Proxy;

/// <summary>Makes a peer's text safe to show on a terminal.</summary>
public static class Printable
{
    /// <summary>
    /// The text with every control character (C0, C1, and those that reorder or hide text) written as <c>\x1b</c> or <c>\u202e</c>,
    /// and the backslash doubled where anything was escaped, so that the two can be told apart.
    /// </summary>
    public static string Of(string text) => text.AsSpan().ContainsAnyExceptInRange(' ', '~') && text.Any(MustEscape) ? Escape(text) : text;

    private static bool MustEscape(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Escape(string text)
    {
        StringBuilder safe = new(text.Length + 16);
        foreach (char c in text)
        {
            if (c == '\\')
            {
                safe.Append(@"\\");
            }
            else if (MustEscape(c))
            {
                safe.Append(CultureInfo.InvariantCulture, $"{(c < 0x100 ? @"\x" : @"\u")}{((int)c).ToString(c < 0x100 ? "x2" : "x4", CultureInfo.InvariantCulture)}");
            }
            else
            {
                safe.Append(c);
            }
        }

        return safe.ToString();
    }
}

using System.Globalization;

namespace Locald.Proxy.StaticFiles;

/// <summary>What tells one version of a file from another, and the conditions a request may set on it (RFC 9110 §13).</summary>
/// <param name="Tag">With its quotes. Strong: time of change in 100 ns and length.</param>
/// <param name="Modified">Whole seconds.</param>
internal readonly record struct Validators(string Tag, DateTimeOffset Modified)
{
    internal static Validators Of(DateTime modified, long length, DateTimeOffset now)
    {
        // A time in the future would make caches wrong for that long: RFC 9110 §8.8.2.1.
        DateTimeOffset seen = modified > now.UtcDateTime ? now : new(modified, TimeSpan.Zero);
        return new($"\"{modified.Ticks:x}-{length:x}\"", DateTimeOffset.FromUnixTimeSeconds(seen.ToUnixTimeSeconds()));
    }

    internal string LastModified => Modified.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>200 where the conditions hold, else 304 or 412; in the order of RFC 9110 §13.2.2.</summary>
    internal int Judge(Func<string, string?> field)
    {
        if (field("if-match") is { } match)
        {
            if (!Lists(match, weakly: false))
            {
                return 412;
            }
        }
        else if (TryReadDate(field("if-unmodified-since"), out DateTimeOffset unmodified) && Modified > unmodified)
        {
            return 412;
        }

        if (field("if-none-match") is { } noneMatch)
        {
            return Lists(noneMatch, weakly: true) ? 304 : 200;
        }

        return TryReadDate(field("if-modified-since"), out DateTimeOffset since) && Modified <= since ? 304 : 200;
    }

    /// <summary>Whether a range may be given, or the file has changed and only the whole makes sense (RFC 9110 §13.1.5).</summary>
    internal bool AllowRange(string? ifRange) =>
        ifRange is null || ifRange == Tag || (!ifRange.Contains('"') && TryReadDate(ifRange, out DateTimeOffset date) && date == Modified);

    private bool Lists(string field, bool weakly)
    {
        if (field.Trim() == "*")
        {
            return true;
        }

        // Commas may stand inside a tag, but never in ours.
        foreach (string item in field.Split(','))
        {
            string tag = item.Trim();
            if (tag == Tag || (weakly && tag == "W/" + Tag))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>IMF-fixdate alone (RFC 9110 §5.6.7). The runtime lets some other spaces and letters pass.</summary>
    private static bool TryReadDate(string? text, out DateTimeOffset date) =>
        DateTimeOffset.TryParseExact(text, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date)
        && date.ToString("R", CultureInfo.InvariantCulture) == text;
}

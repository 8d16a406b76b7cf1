using System.Globalization;

namespace Locald.Proxy.Pages;

/// <summary>What a page may be written as.</summary>
internal enum PageFormat
{
    Text,
    Html,
    Json,
}

/// <summary>Reads an Accept field (RFC 9110 §12.5.1) as far as pages need it.</summary>
internal static class AcceptField
{
    /// <summary>
    /// The format that is asked for by name with the highest weight, of equals the first. HTML is for those who name it: a client
    /// that takes anything (<c>*/*</c>, or no field at all) is a tool or a script, and gets text.
    /// </summary>
    internal static PageFormat Choose(string? accept)
    {
        (PageFormat best, double weight) = (PageFormat.Text, 0);
        foreach (string item in accept?.Split(',') ?? [])
        {
            string[] parts = item.Split(';');
            if (FormatOf(parts[0].Trim()) is { } format && Weight(parts) is var q && q > weight)
            {
                (best, weight) = (format, q);
            }
        }

        return best;
    }

    private static PageFormat? FormatOf(string mediaType) => mediaType.ToLowerInvariant() switch
    {
        "text/html" or "application/xhtml+xml" => PageFormat.Html,
        "application/json" or "application/problem+json" or "text/json" => PageFormat.Json,
        "text/plain" or "text/*" => PageFormat.Text,
        _ => null,
    };

    /// <summary>The q parameter, 0 to 1; 1 where there is none; 0 where it is none of the grammar's.</summary>
    private static double Weight(string[] parts)
    {
        foreach (string part in parts.AsSpan(1))
        {
            string parameter = part.Trim();
            if (parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
            {
                return double.TryParse(parameter.AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double q) && q <= 1 ? q : 0;
            }
        }

        return 1;
    }
}

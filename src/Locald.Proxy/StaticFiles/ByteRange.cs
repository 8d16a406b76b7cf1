using System.Globalization;

namespace Locald.Proxy.StaticFiles;

internal enum RangeOutcome
{
    /// <summary>Send the whole: no range was asked for, or in a way that RFC 9110 §14.2 lets a server ignore.</summary>
    Whole,

    Part,

    /// <summary>Nothing of it exists: 416.</summary>
    Unsatisfiable,
}

/// <summary>Reads a Range field of one range. Several ranges in one request are answered with the whole.</summary>
internal static class ByteRange
{
    /// <param name="field">As <c>bytes=0-499</c>, <c>bytes=500-</c>, <c>bytes=-500</c>; null where it is absent.</param>
    /// <param name="size">Bytes of the whole file.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="length">Bytes of the part.</param>
    internal static RangeOutcome Read(string? field, long size, out long offset, out long length)
    {
        (offset, length) = (0, size);

        // Clients that ask for a range of everything mean an empty file too.
        if (field is null || size == 0 || !field.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            return RangeOutcome.Whole;
        }

        string range = field["bytes=".Length..].Trim();
        int dash = range.IndexOf('-');
        if (dash < 0)
        {
            return RangeOutcome.Whole;
        }

        bool hasFirst = TryRead(range[..dash], out long first);
        bool hasLast = TryRead(range[(dash + 1)..], out long last);
        if ((!hasFirst && dash > 0) || (!hasLast && dash < range.Length - 1) || (!hasFirst && !hasLast) || (hasFirst && hasLast && last < first))
        {
            return RangeOutcome.Whole;
        }

        if (!hasFirst)
        {
            offset = Math.Max(0, size - last);
            length = size - offset;
            return length == 0 ? RangeOutcome.Unsatisfiable : RangeOutcome.Part;
        }

        if (first >= size)
        {
            return RangeOutcome.Unsatisfiable;
        }

        offset = first;
        length = (hasLast ? Math.Min(last, size - 1) : size - 1) - first + 1;
        return RangeOutcome.Part;
    }

    /// <summary>A number too large to hold is beyond every file.</summary>
    private static bool TryRead(string digits, out long number)
    {
        if (digits.Length > 0 && digits.All(char.IsAsciiDigit))
        {
            number = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : long.MaxValue;
            return true;
        }

        number = 0;
        return false;
    }
}

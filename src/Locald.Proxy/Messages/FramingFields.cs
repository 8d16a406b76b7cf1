namespace Locald.Proxy.Messages;

/// <summary>The two fields that say where a body ends, read so that no other parser could find another end.</summary>
internal static class FramingFields
{
    /// <summary>RFC 9112 §6.3 item 5: a list or repetition is one value if all members are the same valid number.</summary>
    /// <param name="value">The field's value.</param>
    /// <param name="known">What an earlier line said, or -1.</param>
    /// <param name="length">In bytes.</param>
    internal static HeadFault ReadContentLength(ReadOnlySpan<byte> value, long known, out long length)
    {
        length = known;
        while (true)
        {
            int comma = value.IndexOf((byte)',');
            ReadOnlySpan<byte> member = Grammar.TrimBlank(comma < 0 ? value : value[..comma]);
            if (!TryReadNumber(member, out long number))
            {
                return HeadFault.ContentLength;
            }

            if (length >= 0 && length != number)
            {
                return HeadFault.ContentLengthsDiffer;
            }

            length = number;
            if (comma < 0)
            {
                return HeadFault.None;
            }

            value = value[(comma + 1)..];
        }
    }

    /// <summary>RFC 9112 §6.1 and §7: exactly one coding, <c>chunked</c>, is understood.</summary>
    internal static HeadFault ReadTransferEncoding(ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> list = value;
        int members = 0, chunked = 0;
        bool chunkedIsLast = false;
        while (Grammar.NextListed(ref list, out ReadOnlySpan<byte> member))
        {
            members++;
            chunkedIsLast = FieldNames.Is(member, "chunked"u8);
            chunked += chunkedIsLast ? 1 : 0;
        }

        if (!chunkedIsLast || chunked > 1)
        {
            return HeadFault.TransferEncoding;
        }

        // Stray commas are valid to a recipient of lists, but other parsers see something else in them.
        return members > 1 ? HeadFault.TransferEncodingUnknown
            : FieldNames.Is(value, "chunked"u8) ? HeadFault.None : HeadFault.TransferEncoding;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9' || number > (long.MaxValue - 9) / 10)
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return digits.Length > 0;
    }
}

namespace Locald.Proxy.Routing;

/// <summary>The few rules of RFC 3986 that routes need.</summary>
internal static class UriText
{
    /// <summary>A character that stands for itself in a path segment: <c>pchar</c> without percent-encoding, RFC 3986 §3.3.</summary>
    internal static bool IsPathCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "-._~!$&'()*+,;=:@".Contains(c);

    /// <summary>Reads <c>%41</c> at <paramref name="at"/>: the byte it stands for, or -1.</summary>
    internal static int Encoded(ReadOnlySpan<byte> text, int at)
    {
        if (at + 2 >= text.Length || text[at] != '%')
        {
            return -1;
        }

        (int high, int low) = (Hex(text[at + 1]), Hex(text[at + 2]));
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }

    /// <summary>
    /// Whether any segment is <c>.</c> or <c>..</c> to a reader who decodes percent-encoding and takes a backslash for a slash.
    /// Browsers and HTTP clients resolve such segments before they send (RFC 3986 §5.2.4); what still carries them hopes that two readers differ.
    /// </summary>
    internal static bool HasDotSegment(ReadOnlySpan<byte> path)
    {
        if (!path.Contains((byte)'.') && !path.Contains((byte)'%'))
        {
            return false;
        }

        (int dots, bool other) = (0, false);
        for (int i = 0; i < path.Length; i++)
        {
            int c = path[i];
            if (Encoded(path, i) is >= 0 and int encoded)
            {
                c = encoded;
                i += 2;
            }

            if (c is '/' or '\\')
            {
                if (!other && dots is (1 or 2))
                {
                    return true;
                }

                (dots, other) = (0, false);
            }
            else if (c == '.')
            {
                dots++;
            }
            else
            {
                other = true;
            }
        }

        return !other && dots is (1 or 2);
    }

    private static int Hex(byte c) => char.IsAsciiHexDigit((char)c) ? (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10) : -1;
}

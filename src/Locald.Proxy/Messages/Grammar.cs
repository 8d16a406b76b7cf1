using System.Buffers;

namespace Locald.Proxy.Messages;

/// <summary>The character classes of RFC 9110 §5.5 and §5.6, and the two comparisons that heads need.</summary>
internal static class Grammar
{
    /// <summary>tchar, RFC 9110 §5.6.2.</summary>
    internal static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What may not stand in a field value: controls but HTAB, and DEL (RFC 9110 §5.5). Bytes above 127 may.</summary>
    internal static readonly SearchValues<byte> NotInValue = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    internal static bool IsToken(ReadOnlySpan<byte> text) => text.Length > 0 && !text.ContainsAnyExcept(Token);

    /// <summary>Visible ASCII, the widest set a request target may use: what RFC 3986 leaves out, two parsers could read apart.</summary>
    internal static bool IsVisible(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e);

    internal static ReadOnlySpan<byte> TrimBlank(ReadOnlySpan<byte> text)
    {
        int start = 0, end = text.Length;
        while (start < end && text[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }

        while (end > start && text[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>Takes the next member off a comma-separated list (RFC 9110 §5.6.1), trimmed; false at its end.</summary>
    internal static bool NextListed(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> member)
    {
        while (list.Length > 0)
        {
            int comma = list.IndexOf((byte)',');
            member = TrimBlank(comma < 0 ? list : list[..comma]);
            list = comma < 0 ? [] : list[(comma + 1)..];
            if (member.Length > 0)
            {
                return true;
            }
        }

        member = default;
        return false;
    }
}

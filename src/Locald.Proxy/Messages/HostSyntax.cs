using System.Buffers;
using System.Net;

namespace Locald.Proxy.Messages;

/// <summary>uri-host [ ":" port ], RFC 9110 §7.2, of which only letters, digits, hyphens, underscores, dots and IP literals occur here.</summary>
internal static class HostSyntax
{
    private static readonly SearchValues<byte> AddressLiteral = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>Whether it is a host with or without port; <paramref name="hostLength"/> is the host's part, brackets included.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> authority, out int hostLength)
    {
        hostLength = 0;
        if (authority.Length is 0 or > Limits.Authority)
        {
            return false;
        }

        if (authority[0] == '[')
        {
            int close = authority.IndexOf((byte)']');
            if (close < 3 || authority[1..close].ContainsAnyExcept(AddressLiteral) || !IPAddress.IsValidUtf8(authority[1..close])
                || !authority[1..close].Contains((byte)':'))
            {
                return false;
            }

            hostLength = close + 1;
        }
        else
        {
            int colon = authority.IndexOf((byte)':');
            hostLength = colon < 0 ? authority.Length : colon;
            foreach (byte c in authority[..hostLength])
            {
                if (!(c is >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' or >= (byte)'0' and <= (byte)'9'
                    or (byte)'-' or (byte)'.' or (byte)'_'))
                {
                    return false;
                }
            }

            // An empty label is no name's (RFC 1035 §2.3.1), but for the root's, at the end.
            if (authority[0] == '.' || authority[..hostLength].IndexOf(".."u8) >= 0)
            {
                return false;
            }
        }

        ReadOnlySpan<byte> port = authority[hostLength..];
        return hostLength > 0 && (port.Length == 0 || (port[0] == ':' && IsPort(port[1..])));
    }

    /// <summary>Digits up to 65535; none at all means the scheme's own port (RFC 3986 §3.2.3).</summary>
    private static bool IsPort(ReadOnlySpan<byte> digits)
    {
        int port = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9' || (port = (port * 10) + (digit - '0')) > 65535)
            {
                return false;
            }
        }

        return digits.Length <= 5;
    }
}

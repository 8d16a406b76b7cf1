using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Locald.Proxy.Listening;

/// <summary>Where to listen: one address, or both loopback addresses.</summary>
/// <param name="Address">A literal address; null for 127.0.0.1 and ::1 together.</param>
/// <param name="Port">0 lets the system choose one.</param>
public sealed record ListenAddress(IPAddress? Address, int Port)
{
    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    /// <summary>
    /// Reads <c>127.0.0.1:8443</c>, <c>[::1]:443</c>, <c>localhost:8443</c> or a port alone, <c>8443</c> or <c>:8443</c>. Without an
    /// address it means loopback, never every address: that is <c>0.0.0.0:PORT</c> and <c>[::]:PORT</c>, in so many words.
    /// </summary>
    /// <exception cref="ListenException"><see cref="ListenFault.BadAddress"/>, with what was expected.</exception>
    public static ListenAddress Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        if (host.Contains(':') && !host.StartsWith('['))
        {
            throw Bad(text, "an IPv6 address is written in brackets, as [::1]:8443");
        }

        if (colon < 0 && text.Contains('.'))
        {
            throw Bad(text, $"a port is missing, as in {text}:8443");
        }

        if (text.StartsWith('[') && text.EndsWith(']'))
        {
            throw Bad(text, $"a port is missing, as in {text}:8443");
        }

        string digits = text[(colon + 1)..];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > IPEndPoint.MaxPort)
        {
            throw Bad(text, digits.Length > 0 && digits.All(char.IsAsciiDigit) ? "a port is at most 65535" : "expected ADDR:PORT, as 127.0.0.1:8443, or a port");
        }

        return new(ParseHost(text, host), port);
    }

    public override string ToString() =>
        Address is null ? $"localhost:{Port}" : Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Address}]:{Port}" : $"{Address}:{Port}";

    private static IPAddress? ParseHost(string text, string host)
    {
        if (host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (host == "*")
        {
            throw Bad(text, "every address is written 0.0.0.0 (IPv4) or [::] (IPv6)");
        }

        if (host is ['[', .. var inner, ']'])
        {
            if (IPAddress.TryParse(inner, out IPAddress? six) && six.AddressFamily == AddressFamily.InterNetworkV6)
            {
                return six.IsIPv4MappedToIPv6 ? six.MapToIPv4() : six;
            }

            throw Bad(text, $"'{inner}' is not an IPv6 address");
        }

        // TryParse also takes 127.1 and 0x7f.1, which no two programs read alike.
        if (IPAddress.TryParse(host, out IPAddress? four) && four.AddressFamily == AddressFamily.InterNetwork && four.ToString() == host)
        {
            return four;
        }

        throw Bad(text, $"'{host}' is not an IP address; a name is not looked up here");
    }

    private static ListenException Bad(string text, string why) => new(ListenFault.BadAddress, $"'{text}': {why}");
}

using System.Globalization;
using System.Net;
using System.Text;

namespace Locald.Proxy.Messages;

/// <summary>Which hosts are served at all: localhost, what lies under it, and loopback addresses.</summary>
internal static class HostScope
{
    /// <param name="host">Lower case, without port and final dot.</param>
    internal static bool Covers(ReadOnlySpan<byte> host) =>
        host.EndsWith(".localhost"u8) || host.SequenceEqual("localhost"u8) || IsLoopback(host);

    /// <summary>
    /// Whether the host may be asked for on a connection whose handshake named <paramref name="serverName"/>: another name is for a
    /// connection of its own (421, RFC 9110 §7.4). Without a name the handshake left it open.
    /// </summary>
    internal static bool Agrees(ReadOnlySpan<byte> host, string? serverName)
    {
        if (string.IsNullOrEmpty(serverName))
        {
            return true;
        }

        ReadOnlySpan<char> name = serverName.AsSpan().TrimEnd('.');
        return Ascii.EqualsIgnoreCase(host, name) || (!Ascii.IsValid(name) && Ascii.EqualsIgnoreCase(host, ToAscii(serverName)));
    }

    /// <summary>The runtime decodes a name of the handshake that came as <c>xn--…</c>.</summary>
    private static ReadOnlySpan<char> ToAscii(string serverName)
    {
        try
        {
            return new IdnMapping().GetAscii(serverName);
        }
        catch (ArgumentException)
        {
            return [];
        }
    }

    private static bool IsLoopback(ReadOnlySpan<byte> host)
    {
        if (host.Length == 0 || (host[0] != '[' && host[0] is < (byte)'0' or > (byte)'9'))
        {
            return false;
        }

        ReadOnlySpan<byte> literal = host[0] == '[' ? host[1..^1] : host;
        return IPAddress.TryParse(Encoding.ASCII.GetString(literal), out IPAddress? address) && IPAddress.IsLoopback(address);
    }
}

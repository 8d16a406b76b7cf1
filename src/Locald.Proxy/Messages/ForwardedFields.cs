using System.Net;
using System.Text;
using Locald.Proxy.IO;

namespace Locald.Proxy.Messages;

/// <summary>
/// What an upstream is told of the client: X-Forwarded-For, -Proto, -Host and -Port, Forwarded (RFC 7239) and Via (RFC 9110 §7.6.3).
/// A connection's part is built once.
/// </summary>
internal sealed class ForwardedFields
{
    private static readonly ForwardedFields[] Loopback = [new(IPAddress.Loopback, "1.1"), new(IPAddress.Loopback, "2.0")];
    private static readonly ForwardedFields[] IPv6Loopback = [new(IPAddress.IPv6Loopback, "1.1"), new(IPAddress.IPv6Loopback, "2.0")];
    private static readonly byte[] s_via = [.. "via"u8];
    private static readonly byte[] s_for = [.. "x-forwarded-for"u8];
    private static readonly byte[] s_proto = [.. "x-forwarded-proto"u8];
    private static readonly byte[] s_host = [.. "x-forwarded-host"u8];
    private static readonly byte[] s_port = [.. "x-forwarded-port"u8];
    private static readonly byte[] s_forwarded = [.. "forwarded"u8];
    private static readonly byte[] s_https = [.. "https"u8];

    private readonly byte[] _start;
    private readonly byte[] _via;
    private readonly byte[] _address;
    private readonly byte[] _node;

    private ForwardedFields(IPAddress client, string version)
    {
        client = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        bool v6 = client.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;

        // A zone would name an interface of this machine, and is not part of RFC 7239's syntax.
        string address = client.ToString().Split('%')[0];
        string node = v6 ? $"\"[{address}]\"" : address;
        (_via, _address, _node) = (Encoding.ASCII.GetBytes($"{version} locald"), Encoding.ASCII.GetBytes(address), Encoding.ASCII.GetBytes(node));
        _start = Encoding.ASCII.GetBytes($"Via: {version} locald\r\nX-Forwarded-For: {address}\r\nX-Forwarded-Proto: https\r\nForwarded: for={node};proto=https;host=\"");
    }

    /// <summary>Nearly every client is this machine, and shares one instance for each version of HTTP.</summary>
    internal static ForwardedFields For(IPAddress client, bool http2 = false) =>
        IPAddress.Loopback.Equals(client) ? Loopback[http2 ? 1 : 0]
        : IPAddress.IPv6Loopback.Equals(client) ? IPv6Loopback[http2 ? 1 : 0]
        : new(client, http2 ? "2.0" : "1.1");

    /// <summary>As lines of HTTP/1.1.</summary>
    internal void Append(OutputBuffer output, RequestHead head)
    {
        ReadOnlySpan<byte> authority = head.Authority;
        output.Append(_start);
        output.Append(authority);
        output.Append("\"\r\nX-Forwarded-Host: "u8);
        output.Append(authority);
        output.Append("\r\nX-Forwarded-Port: "u8);
        output.Append(Port(head));
        output.Append("\r\n"u8);
    }

    /// <summary>As fields, the names in lower case.</summary>
    internal (byte[] Name, byte[] Value)[] Fields(RequestHead head)
    {
        byte[] authority = head.Authority.ToArray();
        return
        [
            (s_via, _via),
            (s_for, _address),
            (s_proto, s_https),
            (s_forwarded, [.. "for="u8, .. _node, .. ";proto=https;host=\""u8, .. authority, (byte)'"']),
            (s_host, authority),
            (s_port, Port(head).ToArray()),
        ];
    }

    private static ReadOnlySpan<byte> Port(RequestHead head) => head.Port.IsEmpty ? "443"u8 : head.Port;
}

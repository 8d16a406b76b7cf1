using System.Net;
using System.Text;
using Locald.Proxy.IO;

namespace Locald.Proxy.Http1;

/// <summary>
/// What an upstream is told of the client: X-Forwarded-For, -Proto, -Host and -Port, Forwarded (RFC 7239) and Via (RFC 9110 §7.6.3).
/// A connection's part is built once.
/// </summary>
internal sealed class ForwardedFields
{
    private static readonly ForwardedFields Loopback = new(IPAddress.Loopback);
    private static readonly ForwardedFields IPv6Loopback = new(IPAddress.IPv6Loopback);
    private readonly byte[] _start;

    private ForwardedFields(IPAddress client)
    {
        client = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        bool v6 = client.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;

        // A zone would name an interface of this machine, and is not part of RFC 7239's syntax.
        string address = client.ToString().Split('%')[0];
        string node = v6 ? $"\"[{address}]\"" : address;
        _start = Encoding.ASCII.GetBytes($"Via: 1.1 locald\r\nX-Forwarded-For: {address}\r\nX-Forwarded-Proto: https\r\nForwarded: for={node};proto=https;host=\"");
    }

    /// <summary>Nearly every client is this machine, and shares one of two instances.</summary>
    internal static ForwardedFields For(IPAddress client) =>
        IPAddress.Loopback.Equals(client) ? Loopback : IPAddress.IPv6Loopback.Equals(client) ? IPv6Loopback : new(client);

    internal void Append(OutputBuffer output, RequestHead head)
    {
        ReadOnlySpan<byte> authority = head.Authority;
        int colon = authority.LastIndexOf((byte)':');
        bool hasPort = colon > authority.LastIndexOf((byte)']') && colon < authority.Length - 1;
        output.Append(_start);
        output.Append(authority);
        output.Append("\"\r\nX-Forwarded-Host: "u8);
        output.Append(authority);
        output.Append("\r\nX-Forwarded-Port: "u8);
        output.Append(hasPort ? authority[(colon + 1)..] : "443"u8);
        output.Append("\r\n"u8);
    }
}

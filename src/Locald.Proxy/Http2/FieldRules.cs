using System.Buffers;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Http2;

/// <summary>What no field of HTTP/2 may be, whoever sends it (RFC 9113 §8.2).</summary>
internal static class FieldRules
{
    private static readonly SearchValues<byte> s_lowerToken = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>CR, LF and NUL: the three that no value may hold in any version of HTTP (RFC 9110 §5.5).</summary>
    private static readonly SearchValues<byte> s_breaking = SearchValues.Create([0, 10, 13]);

    /// <summary>What makes a field line malformed, or null. Pseudo-header fields are another matter.</summary>
    internal static string? Malformed(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        name.IsEmpty || name.ContainsAnyExcept(s_lowerToken) ? "a field name is not a token in lower case"
        : value.ContainsAny(s_breaking) || (value.Length > 0 && (value[0] is (byte)' ' or (byte)'\t' || value[^1] is (byte)' ' or (byte)'\t'))
            ? "a field value holds a line break, or white space around it"
        : BelongsToConnection(name, value) ? "a field belongs to a connection of HTTP/1.1" : null;

    /// <summary>RFC 9113 §8.2.2: what is said of a connection has no place in a message.</summary>
    private static bool BelongsToConnection(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => name.Length switch
    {
        2 => name.SequenceEqual("te"u8) && !FieldNames.Is(value, "trailers"u8),
        7 => name.SequenceEqual("upgrade"u8),
        10 => name.SequenceEqual("connection"u8) || name.SequenceEqual("keep-alive"u8),
        16 => name.SequenceEqual("proxy-connection"u8),
        17 => name.SequenceEqual("transfer-encoding"u8),
        _ => false,
    };
}

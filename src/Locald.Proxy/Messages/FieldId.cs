using System.Text;

namespace Locald.Proxy.Messages;

/// <summary>The fields that a proxy must understand; all others pass.</summary>
internal enum FieldId : byte
{
    Other,
    Host,
    ContentLength,
    TransferEncoding,
    Connection,
    Expect,
    Te,
    Upgrade,
    Via,
    Date,

    /// <summary>Meant for this connection alone (RFC 9110 §7.6.1), or named in Connection.</summary>
    HopByHop,

    /// <summary>A client's word on where it comes from; ours replaces it.</summary>
    Forwarded,
}

/// <summary>Finds the <see cref="FieldId"/> of a name.</summary>
internal static class FieldNames
{
    /// <summary>
    /// Compares without case. Where the field decides about trust or framing, an underscore counts as a hyphen: CGI, WSGI and Rack
    /// hand both to the application under one name, so <c>X_Forwarded_For</c> would pass for ours.
    /// </summary>
    internal static FieldId Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when Is(name, "te"u8) => FieldId.Te,
        3 when Is(name, "via"u8) => FieldId.Via,
        4 when Is(name, "host"u8) => FieldId.Host,
        4 when Is(name, "date"u8) => FieldId.Date,
        6 when Is(name, "expect"u8) => FieldId.Expect,
        7 when Is(name, "upgrade"u8) => FieldId.Upgrade,
        9 when Is(name, "forwarded"u8) => FieldId.Forwarded,
        9 when Alike(name, "x-real-ip"u8) => FieldId.Forwarded,
        10 when Is(name, "connection"u8) => FieldId.Connection,
        10 when Alike(name, "keep-alive"u8) => FieldId.HopByHop,
        14 when Is(name, "content-length"u8) => FieldId.ContentLength,
        14 when Alike(name, "content-length"u8) || Is(name, "http2-settings"u8) => FieldId.HopByHop,
        16 when Alike(name, "proxy-connection"u8) => FieldId.HopByHop,
        17 when Is(name, "transfer-encoding"u8) => FieldId.TransferEncoding,
        17 when Alike(name, "transfer-encoding"u8) => FieldId.HopByHop,
        18 when Is(name, "proxy-authenticate"u8) => FieldId.HopByHop,
        19 when Is(name, "proxy-authorization"u8) => FieldId.HopByHop,
        > 12 when (name[0] | 0x20) == 'x' && Alike(name[..12], "x-forwarded-"u8) => FieldId.Forwarded,
        _ => FieldId.Other,
    };

    /// <summary>
    /// Whether a field comes too late behind a body: what says how to route, authorise or read the message does not follow it
    /// (RFC 9110 §6.5.1), and a reader that merges trailers into the head would believe it.
    /// </summary>
    internal static bool BelongsInHead(ReadOnlySpan<byte> name) => name.Length switch
    {
        > 3 when Is(name[..3], "if-"u8) => true,
        5 when Is(name, "range"u8) => true,
        6 when Is(name, "cookie"u8) || Is(name, "pragma"u8) => true,
        7 when Is(name, "trailer"u8) => true,
        10 when Is(name, "set-cookie"u8) => true,
        12 when Is(name, "content-type"u8) || Is(name, "max-forwards"u8) => true,
        13 when Is(name, "authorization"u8) || Is(name, "cache-control"u8) || Is(name, "content-range"u8) => true,
        16 when Is(name, "content-encoding"u8) || Is(name, "www-authenticate"u8) => true,
        _ => false,
    };

    internal static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lower) => Ascii.EqualsIgnoreCase(name, lower);

    private static bool Alike(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lower)
    {
        for (int i = 0; i < lower.Length; i++)
        {
            int c = name[i] is >= (byte)'A' and <= (byte)'Z' ? name[i] | 0x20 : name[i];
            if (c != lower[i] && !(c == '_' && lower[i] == '-'))
            {
                return false;
            }
        }

        return true;
    }
}

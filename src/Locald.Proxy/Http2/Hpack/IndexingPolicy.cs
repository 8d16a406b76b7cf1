namespace Locald.Proxy.Http2.Hpack;

/// <summary>
/// Which fields are worth an entry: those whose value one application repeats in every message. Lengths, dates, tags and addresses
/// differ from message to message and would push them out.
/// </summary>
internal static class IndexingPolicy
{
    /// <param name="name">In lower case.</param>
    /// <param name="staticName">Its index in the static table, or 0.</param>
    internal static Indexing Of(ReadOnlySpan<byte> name, int staticName) => staticName switch
    {
        0 => Repeats(name) ? Indexing.Incremental : Indexing.None,

        // authorization, cookie, proxy-authorization, set-cookie
        23 or 32 or 49 or 55 => Indexing.Never,

        // :authority, :status; accept and its kin, access-control-allow-origin, allow, cache-control, content-encoding,
        // content-language, content-type, server, strict-transport-security, user-agent, vary, via
        1 or StaticTable.Status or (>= 15 and <= 20) or 22 or 24 or 26 or 27 or 31 or 54 or 56 or 58 or 59 or 60 => Indexing.Incremental,
        _ => Indexing.None,
    };

    private static bool Repeats(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => name.SequenceEqual("te"u8),
        12 => name.SequenceEqual("x-powered-by"u8),
        13 => name.SequenceEqual("grpc-encoding"u8),
        15 => name.SequenceEqual("referrer-policy"u8) || name.SequenceEqual("x-frame-options"u8),
        20 => name.SequenceEqual("grpc-accept-encoding"u8),
        >= 22 => name.StartsWith("access-control-"u8) || name.SequenceEqual("x-content-type-options"u8),
        _ => false,
    };
}

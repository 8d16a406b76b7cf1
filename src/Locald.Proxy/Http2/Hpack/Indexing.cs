namespace Locald.Proxy.Http2.Hpack;

/// <summary>What a literal asks of the tables on its way (RFC 7541 §6.2).</summary>
internal enum Indexing
{
    /// <summary>Kept by both sides: the same field will come again.</summary>
    Incremental,

    /// <summary>Not kept.</summary>
    None,

    /// <summary>Not kept, and by no hop that follows: a secret that could be guessed by its size (RFC 7541 §7.1.3).</summary>
    Never,
}

namespace Locald.Proxy.Http2.Hpack;

/// <summary>Takes the fields of a header block one by one.</summary>
internal interface IFieldSink
{
    /// <summary>
    /// One field line, in the order of the block. A sink that has had enough counts on and copies nothing: the block is decoded to its
    /// end all the same, because the dynamic table must stay in step with the peer's.
    /// </summary>
    /// <param name="name">As it was sent, unchecked; valid for this call alone.</param>
    /// <param name="value">Likewise.</param>
    /// <param name="neverIndexed">Whether it must be written as a literal that is never indexed, wherever it goes on to (RFC 7541 §6.2.3).</param>
    void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool neverIndexed);
}

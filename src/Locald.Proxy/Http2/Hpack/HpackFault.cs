namespace Locald.Proxy.Http2.Hpack;

/// <summary>Why a header block is refused. Each leaves the two tables out of step, so the connection ends with COMPRESSION_ERROR.</summary>
internal enum HpackFault
{
    None,

    /// <summary>The block ends within a representation.</summary>
    Truncated,

    /// <summary>An integer over the bound, or longer than any that is under it (RFC 7541 §5.1).</summary>
    Integer,

    /// <summary>Index 0, or one past the end of both tables (RFC 7541 §2.3.3, §6.1).</summary>
    Index,

    /// <summary>A string over the bound, as it stands or once decoded (RFC 7541 §7.4).</summary>
    StringTooLong,

    /// <summary>A Huffman-coded string contains the EOS symbol (RFC 7541 §5.2).</summary>
    EndOfString,

    /// <summary>Padding of more than 7 bits, or of others than ones (RFC 7541 §5.2).</summary>
    Padding,

    /// <summary>A size update behind a field, or a third one before the first (RFC 7541 §4.2).</summary>
    SizeUpdateMisplaced,

    /// <summary>A size update above what SETTINGS_HEADER_TABLE_SIZE allows (RFC 7541 §6.3).</summary>
    SizeUpdateTooLarge,
}

using System.Buffers;

namespace Locald.Proxy.Http2.Hpack;

/// <summary>
/// Reads the header blocks of one connection in their order, RFC 7541 §3. Memory is bounded by the bytes of a block and by the
/// table. An index that names a large entry costs the peer a byte and gives a span, never a copy; a new entry under the name of an old
/// one copies that name, which is at most the table. After a fault it must not be used again.
/// </summary>
/// <param name="tableSize">The SETTINGS_HEADER_TABLE_SIZE that we announced.</param>
/// <param name="maxString">Bytes of the longest name or value.</param>
internal sealed class HpackDecoder(int tableSize = Limits.HeaderTable, int maxString = Limits.FieldString)
{
    private readonly DynamicTable _table = new(tableSize);
    private readonly int _tableSize = tableSize;

    // What the Huffman code gives, for the length of one block.
    private byte[] _scratch = [];
    private int _scratchUsed;

    /// <summary>The table, for tests to look at.</summary>
    internal DynamicTable Table => _table;

    /// <summary>Reads a complete block: that of a HEADERS frame, joined with those of its CONTINUATION frames.</summary>
    /// <param name="block">The block; its length is the caller's to bound.</param>
    /// <param name="sink">Gets each field, also those before a fault.</param>
    internal HpackFault Decode(ReadOnlySpan<byte> block, IFieldSink sink)
    {
        int blockLength = block.Length;
        try
        {
            HpackFault fault = ReadSizeUpdates(ref block);
            while (fault == HpackFault.None && block.Length > 0)
            {
                fault = block[0] switch
                {
                    >= 0x80 => ReadIndexed(ref block, sink),
                    >= 0x40 => ReadLiteral(ref block, 6, blockLength, sink),
                    >= 0x20 => HpackFault.SizeUpdateMisplaced,
                    _ => ReadLiteral(ref block, 4, blockLength, sink),
                };
            }

            return fault;
        }
        finally
        {
            if (_scratch.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_scratch);
                _scratch = [];
            }
        }
    }

    /// <summary>
    /// Dynamic table size updates, RFC 7541 §6.3. Two at most: the smallest size since the last block, and the one that counts (§4.2).
    /// </summary>
    /// <remarks><code>
    /// +---+---+---+---+---+---+---+---+
    /// | 0 | 0 | 1 |   Max size (5+)   |
    /// +---+---+---+-------------------+
    /// </code></remarks>
    private HpackFault ReadSizeUpdates(scoped ref ReadOnlySpan<byte> block)
    {
        for (int i = 0; i < 2 && block.Length > 0 && (block[0] & 0xe0) == 0x20; i++)
        {
            HpackFault fault = HpackInteger.Read(ref block, 5, out int size);
            if (fault != HpackFault.None)
            {
                return fault;
            }

            if (size > _tableSize)
            {
                return HpackFault.SizeUpdateTooLarge;
            }

            _table.Resize(size);
        }

        return HpackFault.None;
    }

    /// <summary>Indexed header field, RFC 7541 §6.1.</summary>
    /// <remarks><code>
    /// +---+---+---+---+---+---+---+---+
    /// | 1 |        Index (7+)         |
    /// +---+---------------------------+
    /// </code></remarks>
    private HpackFault ReadIndexed(scoped ref ReadOnlySpan<byte> block, IFieldSink sink)
    {
        HpackFault fault = HpackInteger.Read(ref block, 7, out int index);
        if (fault != HpackFault.None)
        {
            return fault;
        }

        if (index == 0 || index > StaticTable.Count + _table.Count)
        {
            return HpackFault.Index;
        }

        if (index <= StaticTable.Count)
        {
            sink.Field(StaticTable.Name(index), StaticTable.Value(index), neverIndexed: false);
        }
        else
        {
            sink.Field(_table.Name(index - StaticTable.Count - 1), _table.Value(index - StaticTable.Count - 1), neverIndexed: false);
        }

        return HpackFault.None;
    }

    /// <summary>Literal header field with incremental indexing (prefix of 6 bits), without, or never indexed (4): RFC 7541 §6.2.</summary>
    /// <remarks><code>
    /// +---+---+---+---+---+---+---+---+
    /// | 0 | 1 |      Index (6+)       |    0 0 0 0 / 0 0 0 1 : Index (4+)
    /// +---+---+-----------------------+
    /// | H |     Name Length (7+)      |    only where the index is 0
    /// +---+---------------------------+
    /// |  Name String (Length octets)  |
    /// +---+---------------------------+
    /// | H |     Value Length (7+)     |
    /// +---+---------------------------+
    /// | Value String (Length octets)  |
    /// +-------------------------------+
    /// </code></remarks>
    private HpackFault ReadLiteral(scoped ref ReadOnlySpan<byte> block, int prefix, int blockLength, IFieldSink sink)
    {
        _scratchUsed = 0;
        bool add = prefix == 6, neverIndexed = !add && (block[0] & 0x10) != 0;
        HpackFault fault = HpackInteger.Read(ref block, prefix, out int index);
        if (fault != HpackFault.None)
        {
            return fault;
        }

        if (index > StaticTable.Count + _table.Count)
        {
            return HpackFault.Index;
        }

        ReadOnlySpan<byte> name;
        if (index == 0)
        {
            fault = ReadString(ref block, blockLength, out name);
            if (fault != HpackFault.None)
            {
                return fault;
            }
        }
        else if (index <= StaticTable.Count)
        {
            name = StaticTable.Name(index);
        }
        else
        {
            name = _table.Name(index - StaticTable.Count - 1);
            if (add)
            {
                // The new entry may evict the one that lends its name (RFC 7541 §4.4).
                Span<byte> copy = Scratch(blockLength)[..name.Length];
                name.CopyTo(copy);
                _scratchUsed = name.Length;
                name = copy;
            }
        }

        fault = ReadString(ref block, blockLength, out ReadOnlySpan<byte> value);
        if (fault != HpackFault.None)
        {
            return fault;
        }

        sink.Field(name, value, neverIndexed);
        if (add)
        {
            _table.Add(name, value);
        }

        return HpackFault.None;
    }

    /// <summary>A string literal, RFC 7541 §5.2: a part of the block, or of the scratch where it was Huffman-coded.</summary>
    private HpackFault ReadString(scoped ref ReadOnlySpan<byte> block, int blockLength, out ReadOnlySpan<byte> text)
    {
        text = default;
        bool huffman = block.Length > 0 && block[0] >= 0x80;
        HpackFault fault = HpackInteger.Read(ref block, 7, out int length);
        if (fault != HpackFault.None)
        {
            return fault;
        }

        if (length > maxString)
        {
            return HpackFault.StringTooLong;
        }

        if (length > block.Length)
        {
            return HpackFault.Truncated;
        }

        text = block[..length];
        block = block[length..];
        if (!huffman)
        {
            return HpackFault.None;
        }

        Span<byte> room = Scratch(blockLength);
        fault = Huffman.Decode(text, room[..Math.Min(maxString, room.Length)], out int written);
        text = room[..written];
        _scratchUsed += written;
        return fault;
    }

    /// <summary>
    /// What is free of the scratch. It is taken once for a block, with room for all that the block can hold and for a name from the
    /// table, so it never moves under a name that lies in it.
    /// </summary>
    private Span<byte> Scratch(int blockLength)
    {
        if (_scratch.Length == 0)
        {
            _scratch = ArrayPool<byte>.Shared.Rent(_tableSize + Huffman.MaxDecodedLength(blockLength));
        }

        return _scratch.AsSpan(_scratchUsed);
    }
}

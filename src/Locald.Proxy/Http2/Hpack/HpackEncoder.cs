using System.Buffers;

namespace Locald.Proxy.Http2.Hpack;

/// <summary>
/// Writes the header blocks of one connection, which must be sent in the order they are written (RFC 7541 §2.2, RFC 9113 §4.3).
/// </summary>
/// <param name="tableSize">Octets of the table, as the peer takes it to be at the start.</param>
/// <param name="huffman">Whether strings are Huffman-coded where that makes them shorter.</param>
internal sealed class HpackEncoder(int tableSize = Limits.HeaderTable, bool huffman = true)
{
    private readonly DynamicTable _table = new(tableSize);
    private readonly int _bound = tableSize;
    private int _wanted = tableSize;
    private int _smallest = tableSize;

    /// <summary>The table, for tests to look at.</summary>
    internal DynamicTable Table => _table;

    /// <summary>Honours the peer's SETTINGS_HEADER_TABLE_SIZE from the next block on. Ours stays the upper bound.</summary>
    internal void SetTableSize(uint peers)
    {
        _wanted = (int)Math.Min(peers, (uint)_bound);
        _smallest = Math.Min(_smallest, _wanted);
    }

    /// <summary>
    /// Begins a block, with the updates of the table's size that are due: the smallest since the last block and the one that now counts
    /// (RFC 7541 §4.2, RFC 9113 §4.3.1).
    /// </summary>
    internal void Begin(IBufferWriter<byte> output)
    {
        if (_smallest < _table.MaxSize)
        {
            WriteSizeUpdate(output, _smallest);
        }

        if (_wanted != _table.MaxSize)
        {
            WriteSizeUpdate(output, _wanted);
        }

        _smallest = _wanted;
    }

    /// <summary>The <c>:status</c> of a response, RFC 9113 §8.3.2.</summary>
    /// <param name="output">Where the block grows.</param>
    /// <param name="status">Three digits.</param>
    internal void WriteStatus(IBufferWriter<byte> output, int status) =>
        Write(output, ":status"u8, [(byte)('0' + (status / 100 % 10)), (byte)('0' + (status / 10 % 10)), (byte)('0' + (status % 10))]);

    /// <summary>Writes a field, in the representation that suits its name.</summary>
    /// <param name="output">Where the block grows.</param>
    /// <param name="name">In any case; it is written in lower case, as RFC 9113 §8.2.1 wants it.</param>
    /// <param name="value">As it is.</param>
    /// <param name="neverIndexed">Whether it came as a literal that is never indexed, and so has to remain one (RFC 7541 §6.2.3).</param>
    internal void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool neverIndexed = false)
    {
        if (!name.ContainsAnyInRange((byte)'A', (byte)'Z'))
        {
            WriteLower(output, name, value, neverIndexed);
            return;
        }

        byte[]? rented = null;
        Span<byte> lower = name.Length <= 64 ? stackalloc byte[64] : (rented = ArrayPool<byte>.Shared.Rent(name.Length));
        lower = lower[..name.Length];
        for (int i = 0; i < name.Length; i++)
        {
            lower[i] = (byte)(name[i] is >= (byte)'A' and <= (byte)'Z' ? name[i] | 0x20 : name[i]);
        }

        WriteLower(output, lower, value, neverIndexed);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Writes a field as it is told to, but for one that the static table holds whole.</summary>
    /// <param name="output">Where the block grows.</param>
    /// <param name="name">In lower case.</param>
    /// <param name="value">As it is.</param>
    /// <param name="indexing">The literal to use.</param>
    internal void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Indexing indexing) =>
        Write(output, name, value, StaticTable.Find(name), indexing);

    private void WriteLower(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool neverIndexed)
    {
        int staticName = StaticTable.Find(name);
        Indexing indexing = neverIndexed ? Indexing.Never : IndexingPolicy.Of(name, staticName);

        // What takes more than a quarter of the table pushes out more than it saves.
        bool large = name.Length + value.Length + DynamicTable.EntryOverhead > _table.MaxSize / 4;
        Write(output, name, value, staticName, large && indexing == Indexing.Incremental ? Indexing.None : indexing);
    }

    private void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int nameIndex, Indexing indexing)
    {
        int index = indexing == Indexing.Never ? 0 : StaticTable.Find(nameIndex, value);
        if (index == 0 && indexing == Indexing.Incremental)
        {
            int found = _table.Find(name, value, out int sameName);
            if (found >= 0)
            {
                index = StaticTable.Count + 1 + found;
            }
            else if (nameIndex == 0 && sameName >= 0)
            {
                nameIndex = StaticTable.Count + 1 + sameName;
            }
        }

        Span<byte> room = output.GetSpan((3 * HpackInteger.MaxLength) + name.Length + value.Length);
        if (index > 0)
        {
            output.Advance(HpackInteger.Write(room, 0x80, 7, index));
            return;
        }

        int written = indexing switch
        {
            Indexing.Incremental => HpackInteger.Write(room, 0x40, 6, nameIndex),
            Indexing.None => HpackInteger.Write(room, 0x00, 4, nameIndex),
            _ => HpackInteger.Write(room, 0x10, 4, nameIndex),
        };
        if (nameIndex == 0)
        {
            written += WriteString(room[written..], name);
        }

        written += WriteString(room[written..], value);
        output.Advance(written);
        if (indexing == Indexing.Incremental)
        {
            _table.Add(name, value);
        }
    }

    private int WriteString(Span<byte> room, ReadOnlySpan<byte> text)
    {
        int coded = huffman ? Huffman.EncodedLength(text) : text.Length;
        int written = HpackInteger.Write(room, (byte)(coded < text.Length ? 0x80 : 0), 7, Math.Min(coded, text.Length));
        if (coded < text.Length)
        {
            return written + Huffman.Encode(text, room[written..]);
        }

        text.CopyTo(room[written..]);
        return written + text.Length;
    }

    private void WriteSizeUpdate(IBufferWriter<byte> output, int size)
    {
        output.Advance(HpackInteger.Write(output.GetSpan(HpackInteger.MaxLength), 0x20, 5, size));
        _table.Resize(size);
    }
}

namespace Locald.Proxy.Http2.Hpack;

/// <summary>
/// The fields that one side sent lately, RFC 7541 §2.3.2 and §4: first in, first out, and bounded by a size that both sides reckon alike.
/// The bytes of all entries stand one after the other in one array, oldest first; it is never larger than the table's size.
/// </summary>
/// <param name="maxSize">The size to begin with, in the octets of <see cref="Size"/>; <see cref="Resize"/> never goes above it.</param>
internal sealed class DynamicTable(int maxSize)
{
    /// <summary>What an entry counts beside the bytes of its name and value (RFC 7541 §4.1).</summary>
    internal const int EntryOverhead = 32;

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    // Entries know their place in all that was ever added, modulo 2^32; so nothing but this changes when the bytes move.
    private uint _origin;

    private Entry[] _entries = [];
    private int _oldest;

    internal int MaxSize { get; private set; } = maxSize;

    /// <summary>Bytes of names and values, and 32 for each entry.</summary>
    internal int Size { get; private set; }

    internal int Count { get; private set; }

    /// <param name="index">0, the newest, to <see cref="Count"/> - 1.</param>
    internal ReadOnlySpan<byte> Name(int index)
    {
        ref readonly Entry entry = ref At(index);
        return _bytes.AsSpan((int)(entry.Position - _origin), entry.NameLength);
    }

    /// <param name="index">0, the newest, to <see cref="Count"/> - 1.</param>
    internal ReadOnlySpan<byte> Value(int index)
    {
        ref readonly Entry entry = ref At(index);
        return _bytes.AsSpan((int)(entry.Position - _origin) + entry.NameLength, entry.ValueLength);
    }

    /// <summary>The newest entry with this name and value, else -1.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <param name="sameName">The newest entry with this name and another value, else -1.</param>
    internal int Find(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, out int sameName)
    {
        sameName = -1;
        for (int index = 0; index < Count; index++)
        {
            if (At(index).NameLength == name.Length && Name(index).SequenceEqual(name))
            {
                if (Value(index).SequenceEqual(value))
                {
                    return index;
                }

                sameName = sameName < 0 ? index : sameName;
            }
        }

        return -1;
    }

    /// <summary>Evicts what no longer fits (RFC 7541 §4.3).</summary>
    internal void Resize(int size)
    {
        MaxSize = size;
        EvictTo(size);
    }

    /// <summary>
    /// Adds an entry and evicts the oldest for it; one that is larger than the table empties it, which is no error (RFC 7541 §4.4).
    /// Neither span may lie in this table, for the bytes of an evicted entry are overwritten.
    /// </summary>
    internal void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        long size = (long)name.Length + value.Length + EntryOverhead;
        if (size > MaxSize)
        {
            EvictTo(0);
            return;
        }

        EvictTo(MaxSize - (int)size);
        MakeRoom(name.Length + value.Length);
        if (Count == _entries.Length)
        {
            GrowEntries();
        }

        _entries[(_oldest + Count) & (_entries.Length - 1)] = new(_origin + (uint)_end, name.Length, value.Length);
        name.CopyTo(_bytes.AsSpan(_end));
        value.CopyTo(_bytes.AsSpan(_end + name.Length));
        _end += name.Length + value.Length;
        Size += (int)size;
        Count++;
    }

    private ref readonly Entry At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return ref _entries[(_oldest + Count - 1 - index) & (_entries.Length - 1)];
    }

    private void EvictTo(int size)
    {
        while (Size > size)
        {
            ref readonly Entry entry = ref At(Count - 1);
            int length = entry.NameLength + entry.ValueLength;
            _start += length;
            Size -= length + EntryOverhead;
            _oldest = (_oldest + 1) & (_entries.Length - 1);
            Count--;
        }
    }

    /// <summary>Room for so many bytes behind the newest entry: by moving what lives to the front, or to a larger array.</summary>
    private void MakeRoom(int length)
    {
        if (_bytes.Length - _end >= length)
        {
            return;
        }

        int live = _end - _start;
        byte[] bytes = _bytes.Length >= MaxSize || (live + length) * 2 <= _bytes.Length
            ? _bytes
            : new byte[Math.Min(MaxSize, Math.Max(256, (live + length) * 2))];
        _bytes.AsSpan(_start, live).CopyTo(bytes);
        _bytes = bytes;
        _origin += (uint)_start;
        (_start, _end) = (0, live);
    }

    private void GrowEntries()
    {
        Entry[] entries = new Entry[Math.Max(8, Count * 2)];
        for (int i = 0; i < Count; i++)
        {
            entries[i] = _entries[(_oldest + i) & (_entries.Length - 1)];
        }

        (_entries, _oldest) = (entries, 0);
    }

    private readonly record struct Entry(uint Position, int NameLength, int ValueLength);
}

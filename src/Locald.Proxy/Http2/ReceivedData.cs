using System.Buffers;

namespace Locald.Proxy.Http2;

/// <summary>Data of one stream that came and was not read. The array comes from the pool with the first byte, and goes back with the last.</summary>
internal struct ReceivedData
{
    private byte[]? _bytes;
    private int _start;
    private int _end;

    internal readonly bool IsEmpty => _start == _end;

    /// <summary>Copies what fits, and forgets it. The number of bytes.</summary>
    internal int Take(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _end - _start);
        _bytes.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        if (_start == _end)
        {
            Drop();
        }

        return count;
    }

    /// <summary>Keeps more; the stream's window bounds it.</summary>
    internal void Keep(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        int room = _bytes?.Length ?? 0;
        if (room - _end < data.Length)
        {
            int length = _end - _start;
            byte[] roomy = length + data.Length <= room ? _bytes! : ArrayPool<byte>.Shared.Rent(Math.Min(Limits.StreamWindow, (length + data.Length) * 2));
            _bytes.AsSpan(_start, length).CopyTo(roomy);
            if (roomy != _bytes && _bytes is not null)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            (_bytes, _start, _end) = (roomy, 0, length);
        }

        data.CopyTo(_bytes.AsSpan(_end));
        _end += data.Length;
    }

    /// <summary>Forgets it all. The bytes that were kept until then.</summary>
    internal int Drop()
    {
        int dropped = _end - _start;
        if (_bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, _start, _end) = (null, 0, 0);
        return dropped;
    }
}

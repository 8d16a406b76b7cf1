namespace Locald.Control;

/// <summary>Reads lines of a bounded length.</summary>
/// <param name="stream">Stays the caller's.</param>
/// <param name="longest">Bytes of a line, its end not counted.</param>
internal sealed class LineReader(Stream stream, int longest)
{
    private byte[] _buffer = new byte[1024];
    private int _start;
    private int _end;

    /// <summary>Reads up to a line's end, or the peer's end of sending.</summary>
    /// <returns>The line without its end, valid until the next call; null where nothing more comes.</returns>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken stop)
    {
        int searched = _start;
        while (true)
        {
            int length = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                return Take(searched + length - _start, 1);
            }

            searched = _end;
            if (_end - _start > longest)
            {
                throw new InvalidDataException("a line is too long");
            }

            searched -= MakeRoom();
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), stop);
            _end += read;
            if (read == 0)
            {
                return _end > _start ? Take(_end - _start, 0) : default(ReadOnlyMemory<byte>?);
            }
        }
    }

    private ReadOnlyMemory<byte> Take(int length, int lineEnd)
    {
        ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, length);
        _start += length + lineEnd;
        return line;
    }

    /// <returns>By how much what is there moved to the left.</returns>
    private int MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return 0;
        }

        int moved = _start;
        byte[] buffer = _end - _start > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        _buffer.AsSpan(_start, _end - _start).CopyTo(buffer);
        (_buffer, _start, _end) = (buffer, 0, _end - _start);
        return moved;
    }
}

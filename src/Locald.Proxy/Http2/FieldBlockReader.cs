using System.Buffers;

namespace Locald.Proxy.Http2;

/// <summary>Joins the parts of a field block: HEADERS and the CONTINUATION frames after it (RFC 9113 §4.3).</summary>
internal sealed class FieldBlockReader
{
    private byte[] _bytes = [];
    private int _length;
    private int _frames;

    /// <summary>The stream whose block is incomplete, or 0: nothing but its next part may come then.</summary>
    internal int StreamId { get; private set; }

    /// <summary>Whether the stream ends with this block.</summary>
    internal bool EndStream { get; private set; }

    /// <summary>All of the block so far.</summary>
    internal ReadOnlySpan<byte> Block => _bytes.AsSpan(0, _length);

    internal void Begin(int streamId, bool endStream) => (StreamId, EndStream, _length, _frames) = (streamId, endStream, 0, 0);

    /// <exception cref="Http2ConnectionException">The block is longer than any that is read, or comes in too many parts.</exception>
    internal void Add(ReadOnlySpan<byte> part)
    {
        if (_length + part.Length > Limits.FieldBlock || _frames++ > Limits.Continuations)
        {
            throw new Http2ConnectionException(Http2ErrorCode.EnhanceYourCalm, "a field block is too long");
        }

        if (_bytes.Length < _length + part.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(1024, (_length + part.Length) * 2));
            Block.CopyTo(larger);
            Return();
            _bytes = larger;
        }

        part.CopyTo(_bytes.AsSpan(_length));
        _length += part.Length;
    }

    /// <summary>The block was read.</summary>
    internal void End()
    {
        (StreamId, _length) = (0, 0);
        Return();
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }
}

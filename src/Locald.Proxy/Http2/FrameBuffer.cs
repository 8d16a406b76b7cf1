using System.Buffers;

namespace Locald.Proxy.Http2;

/// <summary>Frames that wait to be sent. The array comes from the pool when there is a first one, and goes back once they are sent.</summary>
internal sealed class FrameBuffer : IBufferWriter<byte>
{
    private byte[] _bytes = [];

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>What was written from an offset on; may be changed.</summary>
    internal Span<byte> From(int start) => _bytes.AsSpan(start, Length - start);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    internal void Append(FrameHeader header)
    {
        header.Write(GetSpan(FrameHeader.Size));
        Length += FrameHeader.Size;
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    internal void Truncate(int length) => Length = length;

    /// <summary>Gives the array back.</summary>
    internal void Clear()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, Length) = ([], 0);
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length >= Math.Max(count, 1))
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Limits.SmallBuffer, (Length + count) * 2));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}

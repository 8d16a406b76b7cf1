using System.Buffers;
using System.Runtime.CompilerServices;

namespace Locald.Proxy.IO;

/// <summary>
/// Bytes read from a stream and not yet taken. The array comes from the pool when there is something to read, grows when a transfer
/// fills it, and goes back while the connection idles.
/// </summary>
internal sealed class InputBuffer(Stream stream) : IDisposable
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private bool _wasFilled;

    internal ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    internal bool IsEmpty => _start == _end;

    /// <summary>A part of <see cref="Unread"/>; valid until the next fill.</summary>
    internal ReadOnlyMemory<byte> Slice(int start, int length) => _bytes.AsMemory(_start + start, length);

    internal void Take(int count) => _start += count;

    /// <summary>Waits until there is something to read, without holding a buffer meanwhile.</summary>
    internal async ValueTask WaitAsync()
    {
        Release();
        _ = await stream.ReadAsync(Memory<byte>.Empty);
    }

    /// <summary>Reads more behind what is there. The number of bytes, 0 at the end of the stream.</summary>
    /// <exception cref="IOException">The peer is gone.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<int> FillAsync()
    {
        MakeRoom();
        int space = _bytes.Length - _end;
        int read = await stream.ReadAsync(_bytes.AsMemory(_end, space));
        _end += read;
        _wasFilled = read == space;
        return read;
    }

    /// <summary>Gives the array back if nothing is left in it.</summary>
    internal void Release()
    {
        if (IsEmpty)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, _start, _end, _wasFilled) = ([], 0, 0, false);
    }

    private void MakeRoom()
    {
        if (IsEmpty)
        {
            _start = _end = 0;
        }

        if (_bytes.Length == 0)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(Limits.SmallBuffer);
            return;
        }

        // A transfer that filled the buffer will fill a larger one; a head may need more than the small one.
        if ((_wasFilled || _end == _bytes.Length) && _bytes.Length < Limits.LargeBuffer)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Limits.LargeBuffer);
            Unread.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            (_bytes, _start, _end) = (larger, 0, _end - _start);
        }
        else if (_end == _bytes.Length)
        {
            Unread.CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
        }
    }
}

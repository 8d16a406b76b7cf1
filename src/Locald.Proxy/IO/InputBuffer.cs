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
    private bool _begun;
    private ValueTask<int> _filling;

    internal ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    internal bool IsEmpty => _start == _end;

    /// <summary>A part of <see cref="Unread"/>; valid until the next fill.</summary>
    internal ReadOnlyMemory<byte> Slice(int start, int length) => _bytes.AsMemory(_start + start, length);

    internal void Take(int count) => _start += count;

    /// <summary>Waits until there is something to read, without holding a buffer meanwhile. The result says nothing.</summary>
    internal ValueTask<int> WaitAsync()
    {
        Release();
        return stream.ReadAsync(Memory<byte>.Empty);
    }

    /// <summary>
    /// Begins to read what the next <see cref="FillAsync()"/> gives. False where the end of the stream, a fault or bytes were there
    /// already: then nothing more should be done with the buffer but to dispose of it.
    /// </summary>
    internal bool TryBegin()
    {
#pragma warning disable CA2012 // The next FillAsync awaits it, once.
        _filling = Read();
#pragma warning restore CA2012
        _begun = true;
        return !_filling.IsCompleted;
    }

    /// <summary>Reads more behind what is there. The number of bytes, 0 at the end of the stream.</summary>
    /// <exception cref="IOException">The peer is gone.</exception>
    internal ValueTask<int> FillAsync()
    {
        ValueTask<int> filling = _begun ? _filling : Read();
        (_begun, _filling) = (false, default);

        // Most reads of a busy connection find their bytes there: they cost no state machine.
        return filling.IsCompletedSuccessfully ? new(Filled(filling.Result)) : FillAsync(filling);
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
        // A read that was begun and not awaited may still write into its array: that one is the collector's.
        if (_bytes.Length > 0 && (!_begun || _filling.IsCompleted))
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, _start, _end, _wasFilled, _begun, _filling) = ([], 0, 0, false, false, default);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillAsync(ValueTask<int> filling) => Filled(await filling);

    /// <summary>Begins a read. Whoever has something to send meanwhile does that first, also where the stream says at once that it is gone.</summary>
    private ValueTask<int> Read()
    {
        MakeRoom();
        try
        {
            return stream.ReadAsync(_bytes.AsMemory(_end));
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            return ValueTask.FromException<int>(e);
        }
    }

    private int Filled(int read)
    {
        _end += read;
        _wasFilled = _end == _bytes.Length;
        return read;
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

using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Locald.Proxy.IO.Linux;

/// <summary>
/// Reads from one socket, one read at a time, and waits for its <see cref="Poller"/> where there is nothing to read; hands on what is
/// told to whoever sends.
/// </summary>
internal sealed class SocketReader : IValueTaskSource<int>, IThreadPoolWorkItem
{
    /// <summary>It was read empty; the poller tells when that changes.</summary>
    private const int Empty = 0;

    /// <summary>There may be something to read.</summary>
    private const int Ready = 1;

    /// <summary>It is empty, and a read waits.</summary>
    private const int Waiting = 2;

    /// <summary>Reads that find something without waiting, before others on the poller's thread have their turn.</summary>
    private const int MostInARow = 64;

    private readonly Socket _socket;
    private readonly Poller _poller;
    private readonly int _descriptor;
    private ManualResetValueTaskSourceCore<int> _arrival;
    private Memory<byte> _buffer;
    private int _state;
    private int _inARow;
    private bool _connecting;
    private SocketWriter? _writer;
    private volatile bool _ended;
    private volatile bool _closed;

    /// <param name="socket">A socket of a stream, not yet read from.</param>
    /// <param name="connecting">Whether it connects still: then the first read of nothing ends when it did, or failed to.</param>
    /// <exception cref="SocketException">The kernel watches no more sockets.</exception>
    internal SocketReader(Socket socket, bool connecting)
    {
        _socket = socket;
        (_state, _connecting) = (connecting ? Empty : Ready, connecting);
        _descriptor = (int)socket.Handle;
        _poller = Poller.Of(_descriptor);
        _poller.Add(_descriptor, this);
    }

    /// <summary>Whether the socket broke, or was closed on this side.</summary>
    internal bool IsLost { get; private set; }

    /// <summary>While set, a connection that breaks ends like any other; else whoever reads gets the exception.</summary>
    internal bool IsResting { get; set; }

    /// <summary>The next read asks the kernel, whatever is known.</summary>
    internal void Doubt() => Interlocked.CompareExchange(ref _state, Ready, Empty);

    /// <summary>As <see cref="Stream.ReadAsync(Memory{byte}, CancellationToken)"/>: an empty buffer waits and takes nothing.</summary>
    internal ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        if (TryRead(buffer, out int read, out SocketException? fault))
        {
            return fault is null ? new(read) : ValueTask.FromException<int>(fault);
        }

        return new(this, _arrival.Version);
    }

    /// <summary>Takes what is there at once, and 0 where nothing is, or a fault that the next read finds.</summary>
    internal int TakeMore(Span<byte> buffer) => TryTake(buffer, out int read, out _) ? read : 0;

    /// <summary>Sends all of it, and waits for room where that takes more than one go.</summary>
    internal ValueTask SendAsync(ReadOnlyMemory<byte> buffer)
    {
        if (_writer is null)
        {
            Interlocked.CompareExchange(ref _writer, new(_socket), null);
            if (_closed)
            {
                _writer.Close();
            }
        }

        return _writer.SendAsync(buffer);
    }

    /// <summary>Called by the poller.</summary>
    /// <param name="events">Of epoll.</param>
    internal void Told(int events)
    {
        _ended |= EpollEvent.HasEnded(events);
        if (EpollEvent.IsReadable(events) || _connecting)
        {
            _connecting = false;
            Readable();
        }

        if (EpollEvent.IsWritable(events))
        {
            Volatile.Read(ref _writer)?.Writable();
        }
    }

    void IThreadPoolWorkItem.Execute() => Readable();

    private void Readable()
    {
        if (Interlocked.Exchange(ref _state, Ready) == Waiting)
        {
            GoOn();
        }
    }

    /// <summary>To be called before the socket is closed. A read that waits ends, on another thread: the caller may hold locks.</summary>
    internal void Close()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _poller.Remove(_descriptor);
        Volatile.Read(ref _writer)?.Close();
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _state) == Waiting)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    int IValueTaskSource<int>.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);

    /// <summary>Goes on with the read that waited, and that nobody else goes on with.</summary>
    private void GoOn()
    {
        Memory<byte> buffer = _buffer;
        if (!TryReadOrWaitAgain(buffer, out int read, out SocketException? fault))
        {
            return;
        }

        if (fault is null)
        {
            _arrival.SetResult(read);
        }
        else
        {
            _arrival.SetException(fault);
        }
    }

    /// <summary>False where the read waits from now on.</summary>
    private bool TryRead(Memory<byte> buffer, out int read, out SocketException? fault)
    {
        if (_inARow == MostInARow && Poller.TryDefer(this))
        {
            _inARow = 0;
            _arrival.Reset();
            _buffer = buffer;
            Interlocked.Exchange(ref _state, Waiting);
            (read, fault) = (0, null);
            return false;
        }

        if (TryTake(buffer.Span, out read, out fault))
        {
            _inARow = Math.Min(_inARow + 1, MostInARow);
            return true;
        }

        _inARow = 0;
        _arrival.Reset();
        return TryReadOrWaitAgain(buffer, out read, out fault);
    }

    private bool TryReadOrWaitAgain(Memory<byte> buffer, out int read, out SocketException? fault)
    {
        while (!TryTake(buffer.Span, out read, out fault))
        {
            _buffer = buffer;
            if (Interlocked.CompareExchange(ref _state, Waiting, Empty) != Empty)
            {
                continue;
            }

            // Whoever closes it looks at the state after he said so; one of both sees the other.
            if (!_closed || Interlocked.CompareExchange(ref _state, Ready, Waiting) != Waiting)
            {
                return false;
            }
        }

        _buffer = default;
        return true;
    }

    /// <summary>Takes what is there. False where nothing is, and its coming will be told.</summary>
    private bool TryTake(Span<byte> buffer, out int read, out SocketException? fault)
    {
        (read, fault) = (0, null);
        if (_closed)
        {
            fault = Broken(null);
            return true;
        }

        if (Volatile.Read(ref _state) != Ready)
        {
            return false;
        }

        if (buffer.IsEmpty)
        {
            return true;
        }

        // Said before the kernel is asked: what comes after it was asked makes it ready again.
        Interlocked.Exchange(ref _state, Empty);
        try
        {
            do
            {
                read = LibC.Receive(_socket.SafeHandle, buffer);
            }
            while (read < 0 && Marshal.GetLastPInvokeError() == LibC.Interrupted);
        }
        catch (ObjectDisposedException)
        {
            fault = Broken(null);
            return true;
        }

        if (read < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            read = 0;
            if (error == LibC.Again)
            {
                return false;
            }

            fault = Broken(LibC.Fault(error));
        }

        // Fewer bytes than there was room for: it is empty (epoll(7)), unless the end follows, which is not told again.
        if (read == buffer.Length || read == 0 || _ended)
        {
            Volatile.Write(ref _state, Ready);
        }

        return true;
    }

    /// <param name="fault">Null where it was closed on this side.</param>
    private SocketException? Broken(SocketException? fault)
    {
        IsLost = true;
        return IsResting ? null : fault ?? new SocketException((int)SocketError.OperationAborted);
    }
}

using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Locald.Proxy.IO.Linux;

/// <summary>Sends what did not fit a socket's buffer at once, one piece at a time, as its <see cref="Poller"/> tells of room.</summary>
internal sealed class SocketWriter(Socket socket) : IValueTaskSource, IThreadPoolWorkItem
{
    /// <summary>Nobody wants to send.</summary>
    private const int Resting = 0;

    /// <summary>There may be room.</summary>
    private const int Ready = 1;

    /// <summary>It was full when the kernel was last asked.</summary>
    private const int Trying = 2;

    /// <summary>It is full, and a send waits.</summary>
    private const int Waiting = 3;

    private ManualResetValueTaskSourceCore<bool> _room;
    private int _state;
    private volatile bool _closed;

    /// <exception cref="SocketException">The peer is gone.</exception>
    /// <exception cref="ObjectDisposedException">It was closed on this side.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask SendAsync(ReadOnlyMemory<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            // Said before the kernel is asked: room that comes after it was asked makes it ready.
            Interlocked.Exchange(ref _state, Trying);
            int sent = LibC.Send(socket.SafeHandle, buffer.Span);
            int error = sent < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (sent >= 0)
            {
                buffer = buffer[sent..];
            }
            else if (error == LibC.Again)
            {
                await RoomAsync();
            }
            else if (error != LibC.Interrupted)
            {
                throw LibC.Fault(error);
            }
        }

        Interlocked.Exchange(ref _state, Resting);
    }

    /// <summary>Called by the poller, also where nobody waits.</summary>
    internal void Writable()
    {
        if (Volatile.Read(ref _state) != Resting && Interlocked.Exchange(ref _state, Ready) == Waiting)
        {
            _room.SetResult(true);
        }
    }

    /// <summary>To be called before the socket is closed. A send that waits ends, on another thread: the caller may hold locks.</summary>
    internal void Close()
    {
        _closed = true;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _state) == Waiting)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute() => Writable();

    void IValueTaskSource.GetResult(short token) => _room.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _room.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _room.OnCompleted(continuation, state, token, flags);

    /// <summary>Waits until there may be room.</summary>
    private ValueTask RoomAsync()
    {
        _room.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Trying) != Trying)
        {
            return default;
        }

        // Whoever closes it looks at the state after he said so; one of both sees the other.
        ObjectDisposedException.ThrowIf(_closed && Interlocked.CompareExchange(ref _state, Ready, Waiting) == Waiting, socket);

        return new(this, _room.Version);
    }
}

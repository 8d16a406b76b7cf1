using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Locald.Proxy.IO;

/// <summary>
/// Receives or sends where a connection that breaks is an end like any other, and costs no exception: with a client that rests, merely
/// looks in, or is being left. One transfer at a time.
/// </summary>
internal sealed class QuietTransfer : SocketAsyncEventArgs, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _arrival;

    internal QuietTransfer()
        : base(true)
    {
    }

    /// <summary>Whether the connection broke, or was closed on this side.</summary>
    internal bool IsLost { get; private set; }

    /// <summary>The number of bytes; 0 at the end, also where it broke, and for an empty buffer once there is something to read.</summary>
    internal ValueTask<int> ReceiveAsync(Socket socket, Memory<byte> buffer, SocketFlags flags = SocketFlags.None) =>
        Begin(socket, buffer, flags, static (s, t) => s.ReceiveAsync(t));

    /// <summary>The number of bytes that were sent; 0 where the connection broke.</summary>
    internal ValueTask<int> SendAsync(Socket socket, ReadOnlyMemory<byte> bytes) =>
        Begin(socket, MemoryMarshal.AsMemory(bytes), SocketFlags.None, static (s, t) => s.SendAsync(t));

    protected override void OnCompleted(SocketAsyncEventArgs e) => _arrival.SetResult(Done());

    int IValueTaskSource<int>.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);

    private ValueTask<int> Begin(Socket socket, Memory<byte> buffer, SocketFlags flags, Func<Socket, QuietTransfer, bool> begin)
    {
        _arrival.Reset();
        try
        {
            SocketFlags = flags;
            SetBuffer(buffer);
            return begin(socket, this) ? new(this, _arrival.Version) : new(Done());
        }
        catch (ObjectDisposedException)
        {
            IsLost = true;
            return new(0);
        }
    }

    private int Done()
    {
        IsLost |= SocketError != SocketError.Success;
        return SocketError == SocketError.Success ? BytesTransferred : 0;
    }
}

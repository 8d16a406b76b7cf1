using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Locald.Proxy.IO;

/// <summary>
/// Receives where a connection that breaks is an end like any other, and costs no exception: from a client that rests, or merely looks
/// in. One receive at a time.
/// </summary>
internal sealed class QuietReceive : SocketAsyncEventArgs, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _arrival;

    internal QuietReceive()
        : base(true)
    {
    }

    /// <summary>Whether the connection broke, or was closed on this side.</summary>
    internal bool IsLost { get; private set; }

    /// <summary>The number of bytes; 0 at the end, also where it broke, and for an empty buffer once there is something to read.</summary>
    internal ValueTask<int> ReceiveAsync(Socket socket, Memory<byte> buffer, SocketFlags flags = SocketFlags.None)
    {
        _arrival.Reset();
        try
        {
            SocketFlags = flags;
            SetBuffer(buffer);
            return socket.ReceiveAsync(this) ? new(this, _arrival.Version) : new(Received());
        }
        catch (ObjectDisposedException)
        {
            IsLost = true;
            return new(0);
        }
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => _arrival.SetResult(Received());

    int IValueTaskSource<int>.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);

    private int Received()
    {
        IsLost |= SocketError != SocketError.Success;
        return SocketError == SocketError.Success ? BytesTransferred : 0;
    }
}

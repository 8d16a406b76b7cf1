using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Locald.Proxy.IO.Linux;

namespace Locald.Proxy.IO;

/// <summary>
/// A socket as a stream. <see cref="NetworkStream"/> with one thing more: a TLS stream writes one record at a time, and those that
/// belong together are gathered here into one system call: a large write, a flight of the handshake, the last response with the
/// alert that ends the connection.
/// </summary>
internal sealed class SocketStream : ForwardStream
{
    private readonly SocketReader? _reader;
    private byte[] _gathered = [];
    private byte[] _first = [];
    private int _length;

    /// <exception cref="SocketException">The kernel watches no more sockets.</exception>
    internal SocketStream(Socket socket)
        : this(socket, connecting: false)
    {
    }

    private SocketStream(Socket socket, bool connecting)
    {
        Socket = socket;
        _reader = OperatingSystem.IsLinux() ? new(socket, connecting) : null;
    }

    internal Socket Socket { get; }

    /// <summary>
    /// While set, writes are kept until <see cref="SendGatheredAsync"/>, or until a read has to wait. What is still kept when it is
    /// unset goes out with the next write. While reads and writes run beside each other, see <see cref="FullDuplex"/>.
    /// </summary>
    internal bool Gather { get; set; }

    /// <summary>Set where reads and writes run beside each other: what is gathered then is the writer's alone to send.</summary>
    internal bool FullDuplex { get; set; }

    /// <summary>When set, writes are dropped: the last word to the peer is another's.</summary>
    internal bool Muted { get; set; }

    /// <summary>Whether it is known that the connection broke, so that nothing sent would arrive.</summary>
    internal bool IsLost => _reader is { IsLost: true };

    /// <summary>
    /// While set, a connection that breaks ends like any other, without an exception, as far as the system lets that be told:
    /// nothing is lost by it.
    /// </summary>
    internal bool IsResting
    {
        set
        {
            if (_reader is not null)
            {
                _reader.IsResting = value;
            }
        }
    }

    /// <summary>Waits for the first byte, which the next read gives again; -1 where the stream ends instead.</summary>
    internal async ValueTask<int> FirstAsync()
    {
        byte[] first = new byte[1];
        if (await ReadAsync(first) == 0)
        {
            return -1;
        }

        _first = first;
        return first[0];
    }

    /// <summary>The next read asks the kernel for what came, whatever was told so far.</summary>
    internal void Doubt() => _reader?.Doubt();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_first.Length > 0)
        {
            return ReadBehindFirst(buffer);
        }

        // The reader knows nothing of cancellation: what may be cancelled, as a handshake with a target, goes through the runtime's engine.
        ValueTask<int> reading = _reader is null || cancellationToken.CanBeCanceled
            ? Socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken)
            : _reader.ReadAsync(buffer);
        return FullDuplex || _length == 0 || reading.IsCompleted ? reading : SendThenReadAsync(reading);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Muted)
        {
            return default;
        }

        return Gather ? GatherAsync(buffer) : _length > 0 ? SendWithGatheredAsync(buffer) : SendAllAsync(buffer);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => SendGatheredAsync().AsTask();

    /// <summary>Sends what was gathered.</summary>
    internal async ValueTask SendGatheredAsync()
    {
        if (_length > 0)
        {
            int length = _length;
            _length = 0;
            try
            {
                await SendAllAsync(_gathered.AsMemory(0, length));
            }
            finally
            {
                ReturnGathered();
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Socket.Receive(buffer, offset, count, SocketFlags.None);

    public override void Write(byte[] buffer, int offset, int count)
    {
        for (int sent = 0; sent < count && !Muted;)
        {
            sent += Socket.Send(buffer, offset + sent, count - sent, SocketFlags.None);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reader?.Close();
            Socket.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The first byte, and what came with it.</summary>
    private ValueTask<int> ReadBehindFirst(Memory<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return default;
        }

        buffer.Span[0] = _first[0];
        _first = [];
        int more = _reader is null || buffer.Length == 1 ? 0 : _reader.TakeMore(buffer.Span[1..]);
        return new(1 + more);
    }

    private async ValueTask<int> SendThenReadAsync(ValueTask<int> reading)
    {
        try
        {
            await SendGatheredAsync();
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            // The read finds out as well, and until then it holds the buffer.
        }

        return await reading;
    }

    private async ValueTask SendWithGatheredAsync(ReadOnlyMemory<byte> buffer)
    {
        await GatherAsync(buffer);
        await SendGatheredAsync();
    }

    private async ValueTask GatherAsync(ReadOnlyMemory<byte> buffer)
    {
        if (_gathered.Length - _length < buffer.Length)
        {
            await SendGatheredAsync();
            _gathered = ArrayPool<byte>.Shared.Rent(buffer.Length > 4096 ? Math.Max(buffer.Length, Limits.LargeBuffer + 4096) : Limits.SmallBuffer);
        }

        buffer.CopyTo(_gathered.AsMemory(_length));
        _length += buffer.Length;
    }

    /// <summary>
    /// Connects a socket. On Linux without the runtime's engine: what it once waited for it is told of for ever, beside the poller that
    /// reads.
    /// </summary>
    /// <exception cref="SocketException">It was refused, or cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The limit was reached before.</exception>
    internal static async Task<SocketStream> ConnectAsync(Socket socket, IPEndPoint to, CancellationToken limit)
    {
        if (!OperatingSystem.IsLinux())
        {
            await socket.ConnectAsync(to, limit);
            return new(socket);
        }

        limit.ThrowIfCancellationRequested();
        socket.Blocking = false;
        SocketAddress address = to.Serialize();
        if (LibC.Connect(socket.SafeHandle, address.Buffer.Span[..address.Size]) < 0 && Marshal.GetLastPInvokeError() != LibC.InProgress)
        {
            throw LibC.Fault(Marshal.GetLastPInvokeError());
        }

        SocketStream stream = new(socket, connecting: true);
        using CancellationTokenRegistration cancelling = limit.UnsafeRegister(static s => ((SocketStream)s!).Dispose(), stream);
        try
        {
            await stream._reader!.ReadAsync(default);
            SocketError error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return error == SocketError.Success ? stream : throw new SocketException((int)error);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            stream.Dispose();
            limit.ThrowIfCancellationRequested();
            throw;
        }
    }

    private ValueTask SendAllAsync(ReadOnlyMemory<byte> buffer)
    {
        if (_reader is not null)
        {
            int fitted = LibC.Send(Socket.SafeHandle, buffer.Span);
            if (fitted == buffer.Length)
            {
                return default;
            }

            int error = Marshal.GetLastPInvokeError();
            if (fitted < 0 && error is not (LibC.Again or LibC.Interrupted))
            {
                return ValueTask.FromException(LibC.Fault(error));
            }

            return _reader.SendAsync(buffer[Math.Max(fitted, 0)..]);
        }

        // The kernel takes what fits its buffer at once: then no state machine is made.
        ValueTask<int> sending = Socket.SendAsync(buffer, SocketFlags.None);
        if (!sending.IsCompletedSuccessfully)
        {
            return SendAllAsync(sending, buffer);
        }

        int sent = sending.Result;
        return sent == buffer.Length ? default : SendAllAsync(new(sent), buffer);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAllAsync(ValueTask<int> sending, ReadOnlyMemory<byte> buffer)
    {
        int sent = await sending;
        while (sent < buffer.Length)
        {
            sent += await Socket.SendAsync(buffer[sent..], SocketFlags.None);
        }
    }

    private void ReturnGathered()
    {
        byte[] bytes = _gathered;
        _gathered = [];
        ArrayPool<byte>.Shared.Return(bytes);
    }
}

using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Locald.Proxy.IO;

/// <summary>
/// A socket as a stream. <see cref="NetworkStream"/> with one thing more: a TLS stream writes one record at a time, and those that
/// belong together are gathered here into one system call: a large write, a flight of the handshake, the last response with the
/// alert that ends the connection.
/// </summary>
internal sealed class SocketStream(Socket socket) : ForwardStream
{
    private QuietTransfer? _receiving;
    private QuietTransfer? _sending;
    private byte[] _gathered = [];
    private int _length;

    internal Socket Socket { get; } = socket;

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
    internal bool IsLost => _receiving is { IsLost: true } || _sending is { IsLost: true };

    /// <summary>
    /// While set, a connection that breaks ends like any other, without an exception: nothing is lost by it. Where it is
    /// <see cref="FullDuplex"/>, that is true of reads alone.
    /// </summary>
    internal bool IsResting { get; set; }

    /// <summary>Set when all but the farewell was sent: if nobody is there to hear it, that is no matter.</summary>
    internal bool IsParting { get; set; }

    /// <summary>Waits for the first byte, and leaves it to be read; -1 where the stream ends instead.</summary>
    internal async ValueTask<int> FirstAsync()
    {
        byte[] first = new byte[1];
        return await (_receiving ??= new()).ReceiveAsync(Socket, first, SocketFlags.Peek) == 0 ? -1 : first[0];
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // What may be cancelled, as a handshake with a target, is nothing that rests.
        ValueTask<int> reading = IsResting && !cancellationToken.CanBeCanceled
            ? (_receiving ??= new()).ReceiveAsync(Socket, buffer)
            : Socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
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
            Socket.Dispose();
            _receiving?.Dispose();
            _sending?.Dispose();
        }

        base.Dispose(disposing);
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

    private ValueTask SendAllAsync(ReadOnlyMemory<byte> buffer)
    {
        if (IsParting || (IsResting && !FullDuplex))
        {
            return SendQuietlyAsync(buffer);
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

    private async ValueTask SendQuietlyAsync(ReadOnlyMemory<byte> buffer)
    {
        _sending ??= new();
        while (buffer.Length > 0 && await _sending.SendAsync(Socket, buffer) is > 0 and int sent)
        {
            buffer = buffer[sent..];
        }
    }

    private void ReturnGathered()
    {
        byte[] bytes = _gathered;
        _gathered = [];
        ArrayPool<byte>.Shared.Return(bytes);
    }
}

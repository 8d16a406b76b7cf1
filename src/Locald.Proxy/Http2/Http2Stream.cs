using System.Buffers;
using System.Net;
using System.Threading.Tasks.Sources;
using Locald.Proxy.Connections;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Serving;

namespace Locald.Proxy.Http2;

/// <summary>
/// One request and its response (RFC 9113 §5). Its data is kept, within the window, until the exchange reads it; its frames go out
/// through the connection's <see cref="FrameWriter"/>. Serves one request after the other, each under an identifier of its own.
/// </summary>
internal sealed class Http2Stream : ClientSide, IValueTaskSource<int>, IValueTaskSource, IDisposable
{
    private readonly Http2Session _session;
    private readonly FrameWriter _frames;
    private readonly InputBuffer _input;
    private readonly BodyReader _body;
    private readonly RequestHandler _handler;
    private readonly Lock _gate = new();

    /// <summary>Data that came and was not read.</summary>
    private byte[] _kept = [];
    private int _start;
    private int _end;
    private bool _inputEnded;
    private long _expected;
    private int _receiveWindow;
    private int _unacknowledged;
    private Memory<byte> _destination;
    private bool _reading;
    private ManualResetValueTaskSourceCore<int> _arrival;

    private bool _isReset;
    private bool _isHeld;
    private ManualResetValueTaskSourceCore<bool> _room = new() { RunContinuationsAsynchronously = true };

    internal Http2Stream(Http2Session session, FrameWriter frames)
        : base(session.Connection.Server)
    {
        (_session, _frames) = (session, frames);
        Bytes = new(this, frames);
        _input = new(Bytes);
        _body = new(_input);
        _handler = new(this, Head, _body, new Http2ResponseWriter(this, frames, Head));
    }

    internal int Id { get; private set; }

    /// <summary>The stream's data, in both directions.</summary>
    internal StreamBytes Bytes { get; }

    internal RequestHead Head { get; } = new();

    /// <summary>What may still be sent. The writer's, under its lock.</summary>
    internal long SendWindow { get; set; }

    /// <summary>Whether END_STREAM was sent. The writer's, under its lock.</summary>
    internal bool OutputEnded { get; set; }

    /// <summary>Whether either side has reset it.</summary>
    internal bool IsReset
    {
        get => Volatile.Read(ref _isReset);
        private set => Volatile.Write(ref _isReset, value);
    }

    internal override IPEndPoint? Client => _session.Connection.Client;

    internal override bool IsHttp2 => true;

    /// <summary>Whether END_STREAM was received.</summary>
    internal bool InputEnded
    {
        get
        {
            lock (_gate)
            {
                return _inputEnded;
            }
        }
    }

    internal static IOException Gone() => new("the stream was reset");

    /// <summary>Makes it ready for a request.</summary>
    internal void Open(int id, long sendWindow)
    {
        ResetWaits();
        (Id, SendWindow, OutputEnded, IsReset) = (id, sendWindow, false, false);
        (_inputEnded, _receiveWindow, _unacknowledged, _expected) = (false, Limits.StreamWindow, 0, -1);
    }

    /// <summary>Serves the request to its end. Never throws for what a peer does.</summary>
    /// <param name="fault">What its head is refused for.</param>
    internal async void Run(HeadFault fault)
    {
        try
        {
            _handler.Begin();
            if (fault != HeadFault.None)
            {
                await _handler.RefuseAsync(fault);
            }
            else
            {
                _body.Begin(Head.BodyKind == BodyKind.None ? BodyKind.None : BodyKind.UntilClose, -1);
                await _handler.ServeAsync(_session.ServerName);
            }

            if (!OutputEnded)
            {
                _session.Reset(this, Http2ErrorCode.InternalError);
            }
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            // Never a clean end for a response that is not whole (RFC 9113 §8.1).
            _session.Reset(this, Http2ErrorCode.InternalError);
        }
        catch (Exception e) when (Server.Options.Bug is not null)
        {
            Server.Options.Bug(e);
            _session.Reset(this, Http2ErrorCode.InternalError);
        }

        await _handler.Settled;
        Dispose();
        _session.Ended(this);
    }

    /// <summary>Gives its buffers back; it can be opened again. Data that nobody read is not the next request's.</summary>
    public void Dispose()
    {
        int dropped;
        lock (_gate)
        {
            dropped = Drop();
        }

        _session.Credit(dropped);
        _input.Dispose();
        Head.Dispose();
    }

    /// <summary>The declared length of the body, or -1: what comes must be as long (RFC 9113 §8.1.1).</summary>
    internal void Expect(long length) => _expected = length;

    /// <summary>Data came. What it does wrong: it is more than the window, or more or less than was announced.</summary>
    /// <param name="data">Without padding.</param>
    /// <param name="counted">What it takes of the window, padding included.</param>
    /// <param name="end">Whether nothing follows.</param>
    internal Http2ErrorCode Receive(ReadOnlySpan<byte> data, int counted, bool end)
    {
        int read = -1, unread = counted - data.Length;
        lock (_gate)
        {
            if (IsReset)
            {
                // Since the caller looked. Nobody reads it, and the connection goes on.
                unread = counted;
                data = default;
                end = false;
                _expected = -1;
            }

            _receiveWindow -= counted;
            if (_receiveWindow < 0)
            {
                return Http2ErrorCode.FlowControlError;
            }

            if (_expected >= 0)
            {
                _expected -= data.Length;
                if (_expected < 0 || (end && _expected > 0))
                {
                    return Http2ErrorCode.ProtocolError;
                }
            }

            _unacknowledged += unread;
            Keep(data);
            _inputEnded |= end;
            if (_reading && (_end > _start || _inputEnded))
            {
                read = Take(_destination.Span);
                (_reading, _destination) = (false, default);
            }
        }

        Consumed(Math.Max(read, 0) + unread, ofStream: Math.Max(read, 0));
        if (read >= 0)
        {
            _arrival.SetResult(read);
        }

        return Http2ErrorCode.NoError;
    }

    /// <summary>The trailer section of the request; nothing follows it.</summary>
    internal bool ReceiveTrailers(byte[] section) => _body.TakeTrailers(section) == HeadFault.None && Receive(default, 0, end: true) == Http2ErrorCode.NoError;

    /// <summary>Reads what came; 0 at the clean end, and for an empty buffer once there is something to read.</summary>
    /// <exception cref="IOException">The stream was reset.</exception>
    internal ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        int read;
        lock (_gate)
        {
            if (IsReset)
            {
                throw Gone();
            }

            if (_end == _start && !_inputEnded)
            {
                _arrival.Reset();
                (_reading, _destination) = (true, buffer);
                return new(this, _arrival.Version);
            }

            read = Take(buffer.Span);
        }

        Consumed(read, read);
        return new(read);
    }

    /// <summary>Sends data within the windows; it waits only where they are used up.</summary>
    /// <exception cref="IOException">The stream was reset.</exception>
    internal ValueTask SendAsync(ReadOnlyMemory<byte> data)
    {
        int taken = _frames.Data(this, data.Span);
        return taken == data.Length ? default : SendRestAsync(data[taken..]);
    }

    /// <summary>The response is whole: a request that still comes is no longer wanted (RFC 9113 §8.1).</summary>
    internal void ResponseEnded()
    {
        if (!InputEnded)
        {
            _session.Reset(this, Http2ErrorCode.NoError);
        }
    }

    /// <summary>Ends it at once on this side: whoever reads or writes finds out. False where that was done before.</summary>
    /// <param name="byClient">Whether the client wanted it.</param>
    internal bool TryFail(bool byClient)
    {
        bool wasReading;
        int dropped;
        lock (_gate)
        {
            if (IsReset)
            {
                return false;
            }

            IsReset = true;
            ClientGone = byClient;
            dropped = Drop();
            wasReading = _reading;
            (_reading, _destination) = (false, default);
        }

        _session.Credit(dropped);
        if (wasReading)
        {
            _arrival.SetException(Gone());
        }

        Release();
        return true;
    }

    /// <summary>It has something to send and may not. The writer's, under its lock.</summary>
    internal void Hold()
    {
        lock (_gate)
        {
            if (!_isHeld)
            {
                _room.Reset();
                _isHeld = true;
            }
        }
    }

    /// <summary>It may try again.</summary>
    internal void Release()
    {
        lock (_gate)
        {
            if (!_isHeld)
            {
                return;
            }

            _isHeld = false;
        }

        _room.SetResult(true);
    }

    internal override Task EndOutputAsync()
    {
        _frames.End(this);
        _frames.Flush();
        return Task.CompletedTask;
    }

    internal override void KeepProbing() => _session.Connection.KeepProbing();

    int IValueTaskSource<int>.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token) => _room.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _room.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _room.OnCompleted(continuation, state, token, flags);

    /// <summary>The client's RST_STREAM, or the end of its connection.</summary>
    internal void ClientReset()
    {
        TryFail(byClient: true);
        AbortUpstream();
    }

    protected override void Cut() => _session.Reset(this, Http2ErrorCode.Cancel);

    /// <summary>The reader must not take the end of waiting for the end of the body.</summary>
    protected override void EndInput()
    {
        bool wasReading;
        lock (_gate)
        {
            wasReading = _reading;
            (_reading, _destination) = (false, default);
        }

        if (wasReading)
        {
            _arrival.SetException(new IOException("the request's body did not come in time"));
        }
    }

    protected override bool IsGone => IsReset;

    protected override bool HasLeft() => false;

    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> data)
    {
        while (true)
        {
            _frames.Flush();
            await new ValueTask(this, _room.Version);
            int taken = _frames.Data(this, data.Span);
            if (taken == data.Length)
            {
                return;
            }

            data = data[taken..];
        }
    }

    /// <summary>Gives the client credit for what was read, half a window at a time (RFC 9113 §6.9).</summary>
    private void Consumed(int ofConnection, int ofStream)
    {
        int increment = 0;
        lock (_gate)
        {
            _unacknowledged += ofStream;
            if (_unacknowledged >= Limits.StreamWindow / 2 && !_inputEnded && !IsReset)
            {
                (increment, _unacknowledged) = (_unacknowledged, 0);
                _receiveWindow += increment;
            }
        }

        if (increment > 0)
        {
            _frames.WindowUpdate(Id, increment);
            _frames.Flush();
        }

        _session.Credit(ofConnection);
    }

    private int Take(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _end - _start);
        _kept.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        if (_start == _end)
        {
            Drop();
        }

        return count;
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        if (_kept.Length - _end < data.Length)
        {
            int length = _end - _start;
            byte[] roomy = length + data.Length <= _kept.Length ? _kept : ArrayPool<byte>.Shared.Rent(Math.Min(Limits.StreamWindow, (length + data.Length) * 2));
            _kept.AsSpan(_start, length).CopyTo(roomy);
            if (roomy != _kept && _kept.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_kept);
            }

            (_kept, _start, _end) = (roomy, 0, length);
        }

        data.CopyTo(_kept.AsSpan(_end));
        _end += data.Length;
    }

    /// <summary>Bytes that were kept until then.</summary>
    private int Drop()
    {
        int dropped = _end - _start;
        if (_kept.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_kept);
        }

        (_kept, _start, _end) = ([], 0, 0);
        return dropped;
    }
}

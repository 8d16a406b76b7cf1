using System.Threading.Tasks.Sources;

namespace Locald.Proxy.Http2;

/// <summary>
/// One stream's data in both directions and its windows (RFC 9113 §5 and §6.9). What comes is kept, within the window, until it is
/// read; what goes out goes through the connection's <see cref="FrameWriter"/>. It serves one stream after the other.
/// </summary>
/// <param name="frames">The connection's.</param>
/// <param name="window">What the peer may send on the connection.</param>
internal sealed class StreamFlow(FrameWriter frames, ConnectionWindow window) : IValueTaskSource<int>, IValueTaskSource
{
    private readonly Lock _gate = new();

    private ReceivedData _received;
    private bool _inputEnded;
    private bool _inputLost;
    private long _expected;
    private int _receiveWindow;
    private int _unacknowledged;
    private Memory<byte> _destination;
    private bool _reading;
    private ManualResetValueTaskSourceCore<int> _arrival;

    private bool _isReset;
    private bool _isHeld;
    private ManualResetValueTaskSourceCore<bool> _room = new() { RunContinuationsAsynchronously = true };

    internal int Id { get; set; }

    /// <summary>Whether something came that its reader was not told of. The connection's reader's own.</summary>
    internal bool IsDue { get; set; }

    /// <summary>What may still be sent. The writer's, under its lock.</summary>
    internal long SendWindow { get; set; }

    /// <summary>Whether END_STREAM was sent. The writer's, under its lock.</summary>
    internal bool OutputEnded { get; set; }

    /// <summary>Whether either side has reset it: nothing more is sent.</summary>
    internal bool IsReset
    {
        get => Volatile.Read(ref _isReset);
        private set => Volatile.Write(ref _isReset, value);
    }

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

    /// <summary>Makes it ready for another stream.</summary>
    internal void Begin(int id)
    {
        (Id, OutputEnded, IsReset) = (id, false, false);
        (_inputEnded, _inputLost, _receiveWindow, _unacknowledged, _expected) = (false, false, Limits.StreamWindow, 0, -1);
    }

    /// <summary>The declared length of the body, or -1: what comes must be as long (RFC 9113 §8.1.1).</summary>
    internal void Expect(long length) => _expected = length;

    /// <summary>
    /// Data came, for whoever reads; see <see cref="Deliver"/>. What it does wrong: it is more than the window, or more or less than was
    /// announced.
    /// </summary>
    /// <param name="data">Without padding.</param>
    /// <param name="counted">What it takes of the window, padding included.</param>
    /// <param name="end">Whether nothing follows.</param>
    internal Http2ErrorCode Receive(ReadOnlySpan<byte> data, int counted, bool end)
    {
        int unread = counted - data.Length;
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
            _received.Keep(data);
            _inputEnded |= end;
        }

        Consumed(unread, ofStream: 0);
        if (end)
        {
            Deliver();
        }

        return Http2ErrorCode.NoError;
    }

    /// <summary>Gives what came to the reader, if one waits for it.</summary>
    internal void Deliver()
    {
        int read;
        lock (_gate)
        {
            if (!_reading || (_received.IsEmpty && !_inputEnded))
            {
                return;
            }

            read = _received.Take(_destination.Span);
            (_reading, _destination) = (false, default);
        }

        Consumed(read, read);
        _arrival.SetResult(read);
    }

    /// <summary>Reads what came; 0 at the clean end, and for an empty buffer once there is something to read.</summary>
    /// <exception cref="IOException">The stream was reset.</exception>
    internal ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        int read;
        lock (_gate)
        {
            if (_inputLost)
            {
                throw Gone();
            }

            if (_received.IsEmpty && !_inputEnded)
            {
                _arrival.Reset();
                (_reading, _destination) = (true, buffer);
                return new(this, _arrival.Version);
            }

            read = _received.Take(buffer.Span);
        }

        Consumed(read, read);
        return new(read);
    }

    /// <summary>Sends data within the windows; it waits only where they are used up.</summary>
    /// <exception cref="IOException">The stream was reset.</exception>
    internal ValueTask SendAsync(ReadOnlyMemory<byte> data)
    {
        int taken = frames.Data(this, data.Span);
        return taken == data.Length ? default : SendRestAsync(data[taken..]);
    }

    /// <summary>Ends both directions at once: whoever reads or writes finds out. False where that was done before.</summary>
    internal bool TryReset() => TryReset(keepInput: false);

    /// <summary>The same, but nobody finds out before <see cref="Unblock"/>: whoever does may end the connection.</summary>
    internal bool TryMark() => TryMark(keepInput: false);

    /// <summary>Whoever reads or writes finds out that the stream was reset.</summary>
    internal void Unblock()
    {
        if (_inputLost)
        {
            EndWaiting(Gone());
        }
        else
        {
            Deliver();
        }

        Release();
    }

    /// <summary>
    /// The peer wants no more of what is sent. What it sent itself, up to its end, can still be read: a response may be whole before its
    /// request is (RFC 9113 §8.1). False where the stream was reset before.
    /// </summary>
    internal bool TryStop() => TryReset(keepInput: true);

    /// <summary>Drops what nobody read; the peer gets its credit back.</summary>
    internal void Drop()
    {
        int dropped;
        lock (_gate)
        {
            dropped = _received.Drop();
        }

        window.Credit(dropped);
    }

    /// <summary>The reader must not take the end of waiting for the end of the data.</summary>
    /// <param name="reason">What it is told.</param>
    internal void EndWaiting(string reason) => EndWaiting(new IOException(reason));

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

        if (IsReset)
        {
            // Since the writer looked: whoever reset it found nothing to release.
            Release();
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

    int IValueTaskSource<int>.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token) => _room.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _room.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _room.OnCompleted(continuation, state, token, flags);

    private bool TryReset(bool keepInput)
    {
        bool first = TryMark(keepInput);
        if (first)
        {
            Unblock();
        }

        return first;
    }

    private bool TryMark(bool keepInput)
    {
        int dropped = 0;
        lock (_gate)
        {
            if (IsReset)
            {
                return false;
            }

            IsReset = true;
            _inputLost = !(keepInput && _inputEnded);
            if (_inputLost)
            {
                dropped = _received.Drop();
            }
        }

        window.Credit(dropped);
        return true;
    }

    private void EndWaiting(IOException reason)
    {
        lock (_gate)
        {
            if (!_reading)
            {
                return;
            }

            (_reading, _destination) = (false, default);
        }

        _arrival.SetException(reason);
    }

    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> data)
    {
        while (true)
        {
            frames.Flush();
            await new ValueTask(this, _room.Version);
            int taken = frames.Data(this, data.Span);
            if (taken == data.Length)
            {
                return;
            }

            data = data[taken..];
        }
    }

    /// <summary>Gives the peer credit for what was read, half a window at a time (RFC 9113 §6.9).</summary>
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
            frames.WindowUpdate(Id, increment);
            frames.Flush();
        }

        window.Credit(ofConnection);
    }
}

namespace Locald.Proxy.Http2;

/// <summary>What the peer may still send on all streams together (RFC 9113 §6.9), and the credit that it is owed.</summary>
/// <param name="frames">Where credit is given.</param>
/// <param name="size">Bytes of the whole window; the first credit lifts it there from RFC 9113's own.</param>
internal sealed class ConnectionWindow(FrameWriter frames, int size)
{
    private readonly Lock _gate = new();
    private readonly int _size = size;
    private int _left = size;
    private int _owed;

    /// <summary>Announces the window.</summary>
    internal void Open() => frames.WindowUpdate(0, _size - 65_535);

    /// <summary>Data came. False where it is more than the window.</summary>
    /// <param name="bytes">Padding included.</param>
    internal bool TryCharge(int bytes)
    {
        lock (_gate)
        {
            _left -= bytes;
            return _left >= 0;
        }
    }

    /// <summary>Data was read, or dropped: the peer may send as much again, half a window at a time.</summary>
    internal void Credit(int bytes)
    {
        if (bytes == 0)
        {
            return;
        }

        int increment;
        lock (_gate)
        {
            _owed += bytes;
            if (_owed < _size / 2)
            {
                return;
            }

            (increment, _owed) = (_owed, 0);
            _left += increment;
        }

        frames.WindowUpdate(0, increment);
        frames.Flush();
    }
}

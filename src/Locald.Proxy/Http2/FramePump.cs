using Locald.Proxy.IO;

namespace Locald.Proxy.Http2;

/// <summary>
/// Sends what gathers, one write at a time: while one is under way, frames gather for the next. What is appended, and what decides
/// about it, is guarded by <see cref="Gate"/>.
/// </summary>
/// <param name="stream">Where to: the TLS stream, or the transport itself where there is none.</param>
/// <param name="transport">What <paramref name="stream"/> writes to.</param>
/// <param name="sent">Called after each write, and when there will be no other.</param>
internal sealed class FramePump(Stream stream, SocketStream transport, Action sent) : IThreadPoolWorkItem
{
    private readonly bool _secure = stream != transport;
    private FrameBuffer _sending = new();
    private TaskCompletionSource? _drained;
    private bool _pumping;

    internal Lock Gate { get; } = new();

    /// <summary>What the next write sends. Another one after each <see cref="Round"/>.</summary>
    internal FrameBuffer Waiting { get; private set; } = new();

    /// <summary>Counts the writes: what was appended in an earlier one has gone.</summary>
    internal long Round { get; private set; }

    /// <summary>Whether nothing is sent any more.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>Whether several streams are under way, so that a write is worth a moment's delay.</summary>
    internal bool IsCrowded { get; set; }

    /// <summary>Sends what waits, unless somebody does already.</summary>
    internal void Flush()
    {
        bool crowded;
        lock (Gate)
        {
            if (_pumping || Waiting.Length == 0 || IsBroken)
            {
                return;
            }

            _pumping = true;
            crowded = IsCrowded;
        }

        if (crowded)
        {
            // Other streams are about to answer on this very thread: their frames join this write.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            Pump();
        }
    }

    void IThreadPoolWorkItem.Execute() => Pump();

    /// <summary>Sends what waits, and ends when all of it is sent, or the connection broke.</summary>
    internal Task DrainAsync()
    {
        Task drained;
        lock (Gate)
        {
            if (IsBroken || (!_pumping && Waiting.Length == 0))
            {
                return Task.CompletedTask;
            }

            _drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            drained = _drained.Task;
        }

        Flush();
        return drained;
    }

    /// <summary>Sends what waits and then nothing any more: whoever owns the stream may write to it himself.</summary>
    internal async Task EndAsync()
    {
        while (!TryEnd())
        {
            await DrainAsync();
        }

        sent();
    }

    /// <summary>Nothing is sent any more, and nobody waits for it.</summary>
    internal void Break()
    {
        lock (Gate)
        {
            IsBroken = true;
            if (!_pumping)
            {
                Waiting.Clear();
            }
        }

        sent();
    }

    private async void Pump()
    {
        try
        {
            while (Next() is { } frames)
            {
                transport.Gather = _secure && frames.Length > Limits.SmallBuffer;
                await stream.WriteAsync(frames.Memory);
                transport.Gather = false;
                await transport.SendGatheredAsync();
                sent();
            }
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            lock (Gate)
            {
                (IsBroken, _pumping) = (true, false);
                Waiting.Clear();
                _sending.Clear();
                Drained();
            }

            // The reader finds out as well.
            transport.Dispose();
        }

        sent();
    }

    private FrameBuffer? Next()
    {
        lock (Gate)
        {
            _sending.Clear();
            Round++;
            if (Waiting.Length == 0 || IsBroken)
            {
                Waiting.Clear();
                _pumping = false;
                Drained();
                return null;
            }

            (_sending, Waiting) = (Waiting, _sending);
            return _sending;
        }
    }

    private bool TryEnd()
    {
        lock (Gate)
        {
            return IsBroken |= !_pumping && Waiting.Length == 0;
        }
    }

    private void Drained()
    {
        _drained?.TrySetResult();
        _drained = null;
    }
}

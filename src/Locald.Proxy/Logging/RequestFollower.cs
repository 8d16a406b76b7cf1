using System.Threading.Channels;

namespace Locald.Proxy.Logging;

/// <summary>Reads requests as they end, one reader each. Lines wait for it in a bounded queue.</summary>
public sealed class RequestFollower : IDisposable
{
    private readonly RequestFeed _feed;
    private readonly Channel<LogLine> _waiting;
    private long _lost;

    internal RequestFollower(RequestFeed feed, IReadOnlyList<RequestRecord> latest)
    {
        (_feed, Latest) = (feed, latest);
        _waiting = Channel.CreateBounded<LogLine>(
            new BoundedChannelOptions(Limits.FollowerLines) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest },
            _ => Interlocked.Increment(ref _lost));
    }

    /// <summary>The requests that were remembered when it began, oldest first; those that follow come after them, none twice.</summary>
    public IReadOnlyList<RequestRecord> Latest { get; }

    /// <summary>Waits for a line.</summary>
    /// <returns>False where none will come: the server stops.</returns>
    /// <exception cref="OperationCanceledException">Told to.</exception>
    public ValueTask<bool> WaitAsync(CancellationToken stop) => _waiting.Reader.WaitToReadAsync(stop);

    /// <summary>Takes the next line, if one is there. Where lines were lost, the first is an event that tells how many.</summary>
    public bool TryRead(out LogLine line)
    {
        if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost)
        {
            line = LogLine.Lost(DateTimeOffset.UtcNow, lost);
            return true;
        }

        return _waiting.Reader.TryRead(out line);
    }

    /// <summary>Follows no more.</summary>
    public void Dispose() => _feed.Forget(this);

    internal void Add(in RequestRecord record) => _waiting.Writer.TryWrite(new(record, null, null));

    internal void End() => _waiting.Writer.TryComplete();
}

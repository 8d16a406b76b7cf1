namespace Locald.Proxy.Logging;

/// <summary>
/// The latest requests, and those to come for whoever follows. Adding one never waits: a follower that is slow loses lines instead.
/// </summary>
/// <param name="milliseconds">The clock that seconds are told by.</param>
public sealed class RequestFeed(Func<long> milliseconds)
{
    private readonly Lock _gate = new();
    private readonly Queue<RequestRecord> _latest = new(Limits.RequestsKept);
    private RequestFollower[] _followers = [];
    private bool _closed;
    private long _second;
    private int _made;

    /// <summary>
    /// Whether a record shall be made of a request that ends now: of each while somebody follows, else of the first
    /// <see cref="Limits.RecordsPerSecond"/> of a second. Takes no lock.
    /// </summary>
    internal bool Wants()
    {
        if (Volatile.Read(ref _followers).Length > 0)
        {
            return true;
        }

        long now = milliseconds() / 1000, second = Volatile.Read(ref _second);
        if (now != second && Interlocked.CompareExchange(ref _second, now, second) == second)
        {
            Volatile.Write(ref _made, 0);
        }

        return Volatile.Read(ref _made) < Limits.RecordsPerSecond && Interlocked.Increment(ref _made) <= Limits.RecordsPerSecond;
    }

    /// <summary>A request was answered, or never will be.</summary>
    internal void Add(in RequestRecord record)
    {
        lock (_gate)
        {
            if (_latest.Count == Limits.RequestsKept)
            {
                _latest.Dequeue();
            }

            _latest.Enqueue(record);
            foreach (RequestFollower follower in _followers)
            {
                follower.Add(record);
            }
        }
    }

    /// <summary>The requests that are remembered, oldest first; at most <see cref="Limits.RequestsKept"/>.</summary>
    public IReadOnlyList<RequestRecord> Latest()
    {
        lock (_gate)
        {
            return [.. _latest];
        }
    }

    /// <summary>Begins to follow.</summary>
    /// <returns>Who must be disposed of; null where <see cref="Limits.Followers"/> follow already.</returns>
    public RequestFollower? Follow()
    {
        lock (_gate)
        {
            if (_followers.Length >= Limits.Followers)
            {
                return null;
            }

            RequestFollower follower = new(this, [.. _latest]);
            if (_closed)
            {
                follower.End();
            }
            else
            {
                _followers = [.. _followers, follower];
            }

            return follower;
        }
    }

    /// <summary>The server stops: whoever follows comes to an end.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Array.ForEach(_followers, static f => f.End());
            _followers = [];
        }
    }

    internal void Forget(RequestFollower follower)
    {
        lock (_gate)
        {
            _followers = [.. _followers.Where(f => f != follower)];
        }
    }
}

namespace Locald.Proxy.Connections;

/// <summary>
/// A wait and when it is over, in one word: the sweeper never sees half of a change, and never ends a wait that its owner has already
/// replaced.
/// </summary>
internal struct Deadline
{
    private const int WaitBits = 4;

    private long _packed;

    internal readonly Wait Wait => (Wait)(Volatile.Read(in _packed) & ((1 << WaitBits) - 1));

    /// <param name="wait">What for.</param>
    /// <param name="due">Milliseconds of the server's clock.</param>
    /// <remarks>A full fence: what the caller reads next, it reads after this was seen by whoever stops the server.</remarks>
    internal void Set(Wait wait, long due) => Interlocked.Exchange(ref _packed, Pack(wait, due));

    internal void Clear() => Interlocked.Exchange(ref _packed, 0);

    /// <summary>Moves the end of that wait; does nothing while another runs.</summary>
    internal void Extend(Wait wait, long due)
    {
        long seen = Volatile.Read(ref _packed);
        if (Kind(seen) == wait)
        {
            Interlocked.CompareExchange(ref _packed, Pack(wait, due), seen);
        }
    }

    /// <summary>The wait, if it is over; it is cleared then. Otherwise <see cref="Wait.None"/>.</summary>
    internal Wait Expire(long now)
    {
        long seen = Volatile.Read(ref _packed);
        return Kind(seen) != Wait.None && now >= seen >> WaitBits && Interlocked.CompareExchange(ref _packed, 0, seen) == seen
            ? Kind(seen)
            : Wait.None;
    }

    private static long Pack(Wait wait, long due) => (due << WaitBits) | (long)wait;

    private static Wait Kind(long packed) => (Wait)(packed & ((1 << WaitBits) - 1));
}

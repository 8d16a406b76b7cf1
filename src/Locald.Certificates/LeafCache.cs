using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Certificates;

/// <summary>
/// The leaves in use, by lower-case name. Looking one up takes no lock and allocates nothing. Each name is made once at a time, and again
/// when two thirds of its life are over, at the handshake that finds it so: a laptop that slept through a timer misses nothing.
/// </summary>
internal sealed class LeafCache : IDisposable
{
    private readonly Func<string, X509Certificate2> _make;
    private readonly TimeProvider _clock;
    private readonly int _limit;
    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Slot>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly Lock _adding = new();
    private long _uses;
    private int _evicted;

    internal LeafCache(Func<string, X509Certificate2> make, TimeProvider clock, int limit)
    {
        _make = make;
        _clock = clock;
        _limit = limit;
        _byName = _slots.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    internal int Count => _slots.Count;

    internal X509Certificate2 Get(ReadOnlySpan<char> name)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        if (!_byName.TryGetValue(name, out Slot? slot))
        {
            slot = Add(name.ToString());
        }

        slot.LastUse = Interlocked.Increment(ref _uses);
        return slot.Leaf is { } leaf && leaf.IsFresh(now) ? leaf.Certificate : Make(slot, now);
    }

    /// <summary>On Windows a key lies in a file of the user's profile until its certificate is disposed of.</summary>
    public void Dispose()
    {
        foreach (Slot slot in _slots.Values)
        {
            slot.Leaf?.Certificate.Dispose();
        }

        _slots.Clear();
    }

    private X509Certificate2 Make(Slot slot, DateTimeOffset now)
    {
        lock (slot)
        {
            if (slot.Leaf is not { } leaf || !leaf.IsFresh(now))
            {
                slot.Leaf = leaf = CachedLeaf.From(_make(slot.Name), now);
            }

            return leaf.Certificate;
        }
    }

    private Slot Add(string name)
    {
        lock (_adding)
        {
            if (_slots.Count >= _limit && !_slots.ContainsKey(name))
            {
                Evict();
            }

            return _slots.GetOrAdd(name, static name => new Slot(name));
        }
    }

    /// <summary>
    /// What was not used for longest makes room. It is not disposed of, since a handshake may hold it: that is the collector's to know.
    /// But most of a leaf is memory of the cryptographic library, which the collector does not see and would let pile up.
    /// </summary>
    private void Evict()
    {
        _slots.TryRemove(_slots.MinBy(slot => slot.Value.LastUse).Key, out _);
        if (++_evicted % _limit == 0)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    private sealed class Slot(string name)
    {
        private volatile CachedLeaf? _leaf;

        internal string Name { get; } = name;

        internal long LastUse { get; set; } = long.MaxValue;

        internal CachedLeaf? Leaf
        {
            get => _leaf;
            set => _leaf = value;
        }
    }
}

namespace Locald.Proxy.Connections;

/// <summary>
/// Gives memory back to the system when a burst is over. The collector keeps what a busy second needed, and nothing reminds it on a
/// machine with memory to spare; a tool that mostly waits should not sit on it.
/// </summary>
internal sealed class IdleMemory
{
    private const long QuietBytes = 256 * 1024;
    private const long WorthwhileBytes = 4 * 1024 * 1024;
    private long _allocated;
    private long _allocatedAtLast;

    /// <summary>Called once a second.</summary>
    /// <param name="busy">Whether a request is under way, which the collection would hold up.</param>
    internal void Tick(bool busy)
    {
        long allocated = GC.GetTotalAllocatedBytes();
        bool quiet = !busy && allocated - _allocated < QuietBytes;
        _allocated = allocated;
        if (quiet && allocated - _allocatedAtLast > WorthwhileBytes)
        {
            _allocatedAtLast = allocated;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            NativeHeap.Trim();
        }
    }
}

namespace Locald.Trusting;

/// <summary>Work on many stores side by side, within bounds: each takes a process or a file's reading, and a user may have 500 profiles.</summary>
internal static class AtOnce
{
    /// <summary>Enough to hide the waiting of some helpers behind others' work.</summary>
    private static readonly int s_slots = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <returns>The results, in the order of the items.</returns>
    internal static async Task<TOut[]> EachAsync<TIn, TOut>(IReadOnlyList<TIn> items, Func<TIn, TOut> work)
    {
        using SemaphoreSlim slots = new(s_slots);
        return await Task.WhenAll(items.Select(async item =>
        {
            await slots.WaitAsync();
            try
            {
                return await Task.Run(() => work(item));
            }
            finally
            {
                slots.Release();
            }
        }));
    }
}

namespace Locald.Trust;

/// <summary>Calls into the system that may wait for a person, or for ever.</summary>
internal static class TimeLimit
{
    /// <summary>Runs the call on a thread of its own, which the end of the process does not wait for: nothing can take such a call back.</summary>
    /// <returns>False where it was still under way at the limit.</returns>
    /// <exception cref="Exception">What the call threw.</exception>
    public static bool Run(Action call, TimeSpan limit) => Run(_ => call(), limit);

    /// <summary>The same for a work of several calls: given up, it learns at its next step that nobody waits for it any more.</summary>
    public static bool Run(Action<CancellationToken> work, TimeSpan limit)
    {
        using CancellationTokenSource given = new();
        CancellationToken up = given.Token;
        Task task = Task.Factory.StartNew(() => work(up), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (Task.WaitAny([task], limit) < 0)
        {
            given.Cancel();
            return false;
        }

        task.GetAwaiter().GetResult();
        return true;
    }
}

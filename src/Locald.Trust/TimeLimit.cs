namespace Locald.Trust;

/// <summary>Calls into the system that may wait for a person, or for ever.</summary>
internal static class TimeLimit
{
    /// <summary>Runs the call on a thread of its own, which the end of the process does not wait for: nothing can take such a call back.</summary>
    /// <returns>False where it was still under way at the limit.</returns>
    /// <exception cref="Exception">What the call threw.</exception>
    public static bool Run(Action call, TimeSpan limit)
    {
        Task task = Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (Task.WaitAny([task], limit) < 0)
        {
            return false;
        }

        task.GetAwaiter().GetResult();
        return true;
    }
}

using System.Diagnostics;

namespace Locald.Running;

/// <summary>Ends what a command leaves behind.</summary>
internal static class Leftovers
{
    /// <summary>Asked to end, they have this long.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <returns>How many processes there were.</returns>
    internal static async Task<int> EndAsync(IApp app)
    {
        int count = app.Processes().Count;
        if (count == 0)
        {
            return 0;
        }

        app.Signal(SignalNumber.Terminate);
        long asked = Stopwatch.GetTimestamp();
        while (app.Processes().Count > 0)
        {
            if (Stopwatch.GetElapsedTime(asked) > Grace)
            {
                app.Kill();
                break;
            }

            await Task.Delay(Pause);
        }

        return count;
    }
}

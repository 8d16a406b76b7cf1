using System.Diagnostics;
using System.Runtime.CompilerServices;
using Locald.Proxy.Listening;

namespace Locald.Running;

/// <summary>Looks where an app listens, until it does so on the port that it was given.</summary>
internal sealed class AppWatch(IApp app, int port)
{
    /// <summary>Between two looks at the given port: a page that is waited for shall not wait for us.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    /// <summary>After some seconds, and where it is on another port: what comes now comes slowly.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Brisk = TimeSpan.FromSeconds(10);

    /// <summary>Node's inspector and its workers' (https://nodejs.org/en/learn/getting-started/debugging).</summary>
    private const int FirstInspector = 9_229;
    private const int LastInspector = 9_299;

    /// <summary>The ports on which the app was seen, each where it was not on the one before: one at most beside the given one, which is the last.</summary>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    internal async IAsyncEnumerable<int> FindAsync([EnumeratorCancellation] CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        long looked = start;
        int? seen = null;
        int? told = null;
        while (!PortOwners.Listens(port))
        {
            if (Stopwatch.GetElapsedTime(looked) >= LongPause)
            {
                looked = Stopwatch.GetTimestamp();
                int? elsewhere = await ElsewhereAsync(stop);

                // Seen twice: one that is there for a moment is not the app's.
                if (elsewhere is { } other && elsewhere == seen && elsewhere != told)
                {
                    told = elsewhere;
                    yield return other;
                }

                seen = elsewhere;
            }

            await Task.Delay(told is null && Stopwatch.GetElapsedTime(start) < Brisk ? FirstPause : LongPause, stop);
        }

        yield return port;
    }

    private async Task<int?> ElsewhereAsync(CancellationToken stop) => (await app.ListeningAsync(stop))
        .Where(p => p is < PortOwners.FirstEphemeral and not (>= FirstInspector and <= LastInspector))
        .Order()
        .Select(p => (int?)p)
        .FirstOrDefault();
}

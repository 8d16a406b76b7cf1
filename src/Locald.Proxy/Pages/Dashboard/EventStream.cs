using System.Buffers;
using Locald.Proxy.Logging;

namespace Locald.Proxy.Pages.Dashboard;

/// <summary>
/// The dashboard's server-sent events (HTML, section 9.2): <c>latest</c> with the requests there were, <c>requests</c> with those that
/// came since, <c>state</c> when anything else has changed. Ends when the server stops or the client leaves.
/// </summary>
internal sealed class EventStream(RequestFollower follower, Func<Task<DashboardState>> state) : IAsyncEnumerable<ReadOnlyMemory<byte>>, IDisposable
{
    /// <summary>Between two batches: a person reads no faster.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two looks at everything but the requests.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>Looks without news after which a comment is sent, which finds out whether the client is still there.</summary>
    private const int QuietLooks = 8;

    public async IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken stop = default)
    {
        byte[] shown = DashboardJson.Write(await state());
        yield return Event("latest", DashboardJson.Write(follower.Latest.Select(r => new LogLine(r, null, null))));
        yield return Event("state", shown);
        Task<bool> line = follower.WaitAsync(stop).AsTask();
        Task look = Task.Delay(Look, stop);
        for (int quiet = 0; ;)
        {
            await Task.WhenAny(line, look);
            stop.ThrowIfCancellationRequested();
            if (line.IsCompleted)
            {
                if (!await line)
                {
                    yield break;
                }

                yield return Event("requests", DashboardJson.Write(Waiting()));
                line = follower.WaitAsync(stop).AsTask();
                quiet = 0;
                await Task.Delay(Pace, stop);
            }

            if (look.IsCompleted)
            {
                look = Task.Delay(Look, stop);
                byte[] now = DashboardJson.Write(await state());
                if (!now.AsSpan().SequenceEqual(shown))
                {
                    yield return Event("state", shown = now);
                    quiet = 0;
                }
                else if (++quiet >= QuietLooks)
                {
                    yield return ":\n\n"u8.ToArray();
                    quiet = 0;
                }
            }
        }
    }

    public void Dispose() => follower.Dispose();

    /// <summary>The newest lines; more than a page shows are not sent.</summary>
    private List<LogLine> Waiting()
    {
        List<LogLine> lines = [];
        while (lines.Count < Limits.FollowerLines && follower.TryRead(out LogLine line))
        {
            lines.Add(line);
        }

        return lines[Math.Max(0, lines.Count - Limits.RequestsKept)..];
    }

    private static byte[] Event(string name, ReadOnlySpan<byte> data)
    {
        ArrayBufferWriter<byte> output = new(data.Length + 32);
        output.Write("event: "u8);
        output.Write(System.Text.Encoding.ASCII.GetBytes(name));
        output.Write("\ndata: "u8);
        output.Write(data);
        output.Write("\n\n"u8);
        return output.WrittenSpan.ToArray();
    }
}

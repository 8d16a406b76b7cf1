using System.Buffers;
using Locald.Proxy.Logging;

namespace Locald.Control;

/// <summary>Sends requests over the control socket, a JSON object a line, as <c>serve --log-format json</c> writes them.</summary>
/// <param name="feed">Where they come from.</param>
internal sealed class LogStream(RequestFeed feed)
{
    /// <summary>How long a peer may leave a write waiting: a terminal that was stopped by hand goes on, a forgotten one ends.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Bytes after which lines are sent, though more are waiting.</summary>
    private const int BatchSize = 32 * 1024;

    /// <summary>Answers <c>logs</c>: the requests that are remembered, and with <paramref name="follow"/> those to come.</summary>
    internal ControlAnswer Answer(bool follow)
    {
        if (!follow)
        {
            return new(Ok, (stream, stop) => SendAsync(feed.Latest(), stream, stop));
        }

        return feed.Follow() is { } follower
            ? new ControlAnswer(Ok, (stream, stop) => FollowAsync(follower, stream, stop))
            : ControlMessage.Refusal("as many follow the log already as may");
    }

    private static ReadOnlyMemory<byte> Ok => new ControlReply().Line();

    private static async Task FollowAsync(RequestFollower follower, Stream stream, CancellationToken stop)
    {
        using RequestFollower own = follower;
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task watching = WatchAsync(stream, ended);
        try
        {
            await SendAsync(follower.Latest, stream, ended.Token);
            ArrayBufferWriter<byte> batch = new();
            while (await follower.WaitAsync(ended.Token))
            {
                while (batch.WrittenCount < BatchSize && follower.TryRead(out LogLine line))
                {
                    JsonLine.Write(batch, line);
                }

                await WriteAsync(batch, stream, ended.Token);
            }
        }
        finally
        {
            await ended.CancelAsync();
            await watching;
        }
    }

    /// <summary>Waits for the follower's end, which no write would tell while there are no requests.</summary>
    private static async Task WatchAsync(Stream stream, CancellationTokenSource ended)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, ended.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // So it has ended.
        }

        await ended.CancelAsync();
    }

    private static async Task SendAsync(IReadOnlyList<RequestRecord> records, Stream stream, CancellationToken stop)
    {
        ArrayBufferWriter<byte> batch = new();
        foreach (RequestRecord record in records)
        {
            JsonLine.Write(batch, new LogLine(record, null, null));
        }

        await WriteAsync(batch, stream, stop);
    }

    private static async Task WriteAsync(ArrayBufferWriter<byte> batch, Stream stream, CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        await stream.WriteAsync(batch.WrittenMemory, limit.Token);
        batch.ResetWrittenCount();
    }
}

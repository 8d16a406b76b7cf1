using System.Threading.Channels;

namespace Locald.Proxy.Logging;

/// <summary>
/// The access log. Never holds a request up: lines wait in a bounded queue for a thread of their own, and what does not fit is
/// counted and reported instead.
/// </summary>
public sealed class RequestLog : IAsyncDisposable
{
    /// <summary>Lines that may wait while the output is slow.</summary>
    private const int MaxWaiting = 4096;

    /// <summary>How long the last lines may take when the log is closed.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private readonly LogMode _mode;
    private readonly TimeProvider _clock;
    private readonly EventLimiter _limiter;
    private readonly Channel<LogLine>? _waiting;
    private readonly Task _writing = Task.CompletedTask;
    private long _dropped;

    /// <param name="mode">How much is logged.</param>
    /// <param name="format">What a line is written as.</param>
    /// <param name="output">Written to from one thread, and not closed.</param>
    /// <param name="colour">Whether text lines may be coloured: the output is a terminal and NO_COLOR is not set.</param>
    /// <param name="clock">For the time of events.</param>
    public RequestLog(LogMode mode, LogFormat format, Stream output, bool colour, TimeProvider clock)
    {
        (_mode, _clock, _limiter) = (mode, clock, new(clock));
        if (mode == LogMode.Off)
        {
            return;
        }

        _waiting = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
        LogWriter writer = new(_waiting.Reader, output, format, colour, clock, () => Interlocked.Exchange(ref _dropped, 0));

        // A thread of its own: a pipe that nobody reads blocks it for ever, and the pool's threads are there for requests.
        _writing = Task.Factory.StartNew(writer.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Logs nothing.</summary>
    public static RequestLog Off { get; } = new(LogMode.Off, LogFormat.Text, Stream.Null, false, TimeProvider.System);

    /// <summary>Whether requests are logged; where they are not, no record need be made.</summary>
    public bool Requests => _mode != LogMode.Off;

    /// <summary>Whether events are logged.</summary>
    public bool Events => _mode == LogMode.Debug;

    public void Write(in RequestRecord record)
    {
        if (_waiting is not null)
        {
            Enqueue(new(record, null, null));
        }
    }

    /// <summary>Logs what happened to a connection, in debug mode; of a flood, the first of each second and the number of the others.</summary>
    /// <param name="name">One word, as <c>tls-refused</c>.</param>
    /// <param name="detail">Whatever there is to say; may quote the peer.</param>
    public void Event(string name, string detail)
    {
        if (!Events || !_limiter.Allow(out int withheld))
        {
            return;
        }

        if (withheld > 0)
        {
            Enqueue(LogLine.Of(_clock.GetUtcNow(), "events-withheld", $"{withheld} more in a short time"));
        }

        Enqueue(LogLine.Of(_clock.GetUtcNow(), name, detail));
    }

    /// <summary>Writes what waits, but for no longer than two seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_waiting is not null && _waiting.Writer.TryComplete())
        {
            await Task.WhenAny(_writing, Task.Delay(DrainTime, _clock)).ConfigureAwait(false);
        }
    }

    private void Enqueue(LogLine line)
    {
        if (!_waiting!.Writer.TryWrite(line))
        {
            Interlocked.Increment(ref _dropped);
        }
    }
}

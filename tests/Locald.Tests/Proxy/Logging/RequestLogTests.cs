using System.Text;
using System.Text.Json;
using Locald.Proxy.Logging;

namespace Locald.Tests.Proxy.Logging;

public sealed class RequestLogTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, 345, TimeSpan.Zero);

    private static RequestRecord Record(string path = "/x?q=1", int status = 200, string host = "app.localhost") => new()
    {
        Time = Noon, Protocol = "HTTP/1.1", Method = "GET", Host = host, Path = path, Status = status, Duration = TimeSpan.FromMilliseconds(12.3456),
        RequestBytes = 5, ResponseBytes = 4200, Route = "app.localhost", Upstream = "localhost:3000", Client = "127.0.0.1:40000",
    };

    private static async Task<string> Written(LogMode mode, LogFormat format, Action<RequestLog> use, bool colour = false, FrozenClock? clock = null)
    {
        MemoryStream output = new();
        RequestLog log = new(mode, format, output, colour, clock ?? new FrozenClock());
        use(log);
        await log.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    [Fact]
    public async Task A_request_is_one_aligned_line() => Assert.Equal(
        "12:00:00.345 200 GET       12.3ms   4.2kB app.localhost/x?q=1 -> localhost:3000\n",
        await Written(LogMode.Requests, LogFormat.Text, log => log.Write(Record())));

    [Fact]
    public async Task A_fault_and_a_client_that_left_are_shown() => Assert.Equal(
        "12:00:00.345 --- GET       12.3ms   4.2kB app.localhost/x?q=1 -> localhost:3000 (upstream-refused)\n",
        await Written(LogMode.Requests, LogFormat.Text, log => log.Write(Record(status: 0) with { Fault = "upstream-refused" })));

    [Theory]
    [InlineData(99.94, "  99.9ms")]
    [InlineData(1234, "  1234ms")]
    [InlineData(61_000, "   61.0s")]
    public async Task Durations_keep_to_their_column(double milliseconds, string column) => Assert.Contains($" GET     {column} ",
        await Written(LogMode.Requests, LogFormat.Text, log => log.Write(Record() with { Duration = TimeSpan.FromMilliseconds(milliseconds) })));

    [Fact]
    public async Task Colour_is_only_there_where_it_is_asked_for()
    {
        Assert.Contains("\e[31m502\e[0m", await Written(LogMode.Requests, LogFormat.Text, log => log.Write(Record(status: 502)), colour: true));
        Assert.DoesNotContain("\e", await Written(LogMode.Requests, LogFormat.Text, log => log.Write(Record(status: 502))));
    }

    [Fact]
    public async Task A_json_line_has_every_field()
    {
        string text = await Written(LogMode.Requests, LogFormat.Json, log => log.Write(Record()));
        Assert.EndsWith("}\n", text);
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.Equal(
            ["time", "method", "host", "path", "status", "duration_ms", "request_bytes", "response_bytes", "route", "upstream", "protocol", "client", "fault"],
            json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal("2026-11-25T12:00:00.345Z", json.RootElement.GetProperty("time").GetString());
        Assert.Equal(12.346, json.RootElement.GetProperty("duration_ms").GetDouble());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("fault").ValueKind);
    }

    [Theory]
    [InlineData(LogFormat.Text)]
    [InlineData(LogFormat.Json)]
    public async Task A_hostile_path_makes_no_line_of_its_own_and_sends_nothing_to_the_terminal(LogFormat format)
    {
        string text = await Written(LogMode.Requests, format, log => log.Write(Record("/\r\n\e[2J\u009b31m\u202e\u2028x")));
        Assert.Equal(1, text.Count(c => c == '\n'));
        Assert.DoesNotContain(text, c => c != '\n' && (char.IsControl(c) || c is '\u202e' or '\u2028'));
        Assert.Contains(format == LogFormat.Text ? @"\x0d\x0a\x1b[2J\x9b31m\u202e\u2028x" : @"\r\n\u001B[2J", text);
    }

    [Fact]
    public async Task A_long_path_is_cut()
    {
        string text = await Written(LogMode.Requests, LogFormat.Text, log => log.Write(Record("/" + new string('a', 100_000))));
        Assert.InRange(text.Length, 2048, 2300);
        Assert.Contains("aaa... ->", text);
    }

    [Fact]
    public async Task Off_writes_nothing_and_events_need_debug()
    {
        Assert.Equal("", await Written(LogMode.Off, LogFormat.Text, log => { log.Write(Record()); log.Event("x", "y"); }));
        Assert.Equal("", await Written(LogMode.Requests, LogFormat.Text, log => log.Event("x", "y")));
        Assert.Equal("12:00:00.345 --- tls-refused: unknown authority\n", await Written(LogMode.Debug, LogFormat.Text, log => log.Event("tls-refused", "unknown authority")));
        Assert.Equal("""{"time":"2026-11-25T12:00:00.345Z","event":"tls-refused","detail":"x"}""" + "\n", await Written(LogMode.Debug, LogFormat.Json, log => log.Event("tls-refused", "x")));
    }

    [Fact]
    public async Task A_flood_of_events_is_cut_short_and_counted()
    {
        FrozenClock clock = new();
        string text = await Written(LogMode.Debug, LogFormat.Text, log =>
        {
            for (int i = 0; i < 1000; i++)
            {
                log.Event("garbage", $"{i}");
            }

            clock.Advance(TimeSpan.FromSeconds(1));
            log.Event("after", "");
        }, clock: clock);
        Assert.Equal(EventLimiter.PerSecond + 2, text.Count(c => c == '\n'));
        Assert.Contains("980 more", text);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reader_that_stalls_holds_up_no_request_and_what_was_dropped_is_told()
    {
        using StallingStream output = new();
        RequestLog log = new(LogMode.Requests, LogFormat.Text, output, false, TimeProvider.System);
        log.Write(Record());
        await output.Reached.WaitAsync(TestContext.Current.CancellationToken);
        for (int i = 0; i < 5000; i++)
        {
            log.Write(Record());
        }

        output.Release();
        await log.DisposeAsync();
        string text = output.Text;
        Assert.Contains("lines-dropped: 904 lines: the reader is too slow", text);
        Assert.Equal(4096 + 2, text.Count(c => c == '\n'));
    }

    [Fact(Timeout = 30_000)]
    public async Task Closing_does_not_wait_for_ever_for_a_reader_that_stalls()
    {
        using StallingStream output = new();
        RequestLog log = new(LogMode.Requests, LogFormat.Text, output, false, TimeProvider.System);
        log.Write(Record());
        await output.Reached.WaitAsync(TestContext.Current.CancellationToken);
        await log.DisposeAsync();
        Assert.Equal("", output.Text);
        output.Release();
    }

    [Fact]
    public async Task A_reader_that_went_away_ends_the_log_only()
    {
        using BrokenStream output = new();
        RequestLog log = new(LogMode.Requests, LogFormat.Text, output, false, new FrozenClock());
        for (int i = 0; i < 10_000; i++)
        {
            log.Write(Record());
        }

        await log.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(1, output.Tries);
    }

    private sealed class FrozenClock : TimeProvider
    {
        private long _ticks;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public override DateTimeOffset GetUtcNow() => Noon.AddTicks(_ticks);

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }

    private sealed class StallingStream : MemoryStream
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _go = new();

        public Task Reached => _reached.Task;

        public string Text
        {
            get
            {
                lock (_go)
                {
                    return Encoding.UTF8.GetString(ToArray());
                }
            }
        }

        public void Release() => _go.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _reached.TrySetResult();
            _go.Wait();
            lock (_go)
            {
                base.Write(buffer);
            }
        }
    }

    private sealed class BrokenStream : MemoryStream
    {
        public int Tries { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Tries++;
            throw new IOException("broken pipe");
        }
    }
}

using System.Text;
using Locald.Proxy;
using Locald.Proxy.Logging;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Logging;

public sealed class RequestFeedTests
{
    private const int Limit = 30_000;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private long _now;

    private static RequestRecord Record(int number) => new()
    {
        Time = DateTimeOffset.UnixEpoch, Protocol = "HTTP/1.1", Method = "GET", Host = "app.localhost", Path = $"/{number}", Status = 200, Duration = default,
    };

    private static List<LogLine> Read(RequestFollower follower)
    {
        List<LogLine> lines = [];
        while (follower.TryRead(out LogLine line))
        {
            lines.Add(line);
        }

        return lines;
    }

    [Fact]
    public void The_latest_requests_are_remembered_and_older_ones_forgotten()
    {
        RequestFeed feed = new(() => _now);
        for (int i = 0; i < Limits.RequestsKept + 5; i++)
        {
            feed.Add(Record(i));
        }

        Assert.Equal(Enumerable.Range(5, Limits.RequestsKept).Select(i => $"/{i}"), feed.Latest().Select(r => r.Path));
    }

    [Fact]
    public void While_nobody_follows_a_second_makes_few_records()
    {
        RequestFeed feed = new(() => _now);
        Assert.Equal(Limits.RecordsPerSecond, Enumerable.Range(0, 10_000).Count(_ => feed.Wants()));
        _now += 1000;
        Assert.Equal(Limits.RecordsPerSecond, Enumerable.Range(0, 10_000).Count(_ => feed.Wants()));
    }

    [Fact]
    public void Whoever_follows_gets_every_request_from_then_on_and_those_before_once()
    {
        RequestFeed feed = new(() => _now);
        feed.Add(Record(1));
        RequestFollower follower = feed.Follow()!;
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Count(_ => feed.Wants()));
        feed.Add(Record(2));
        Assert.Equal("/1", Assert.Single(follower.Latest).Path);
        Assert.Equal("/2", Assert.Single(Read(follower)).Record.Path);
        follower.Dispose();
        feed.Add(Record(3));
        Assert.Empty(Read(follower));
        Assert.Equal(Limits.RecordsPerSecond, Enumerable.Range(0, 10_000).Count(_ => feed.Wants()));
    }

    [Fact]
    public void A_slow_follower_loses_the_oldest_lines_and_is_told_how_many()
    {
        RequestFeed feed = new(() => _now);
        using RequestFollower slow = feed.Follow()!;
        for (int i = 0; i < Limits.FollowerLines + 7; i++)
        {
            feed.Add(Record(i));
        }

        List<LogLine> lines = Read(slow);
        Assert.Equal(("lines-dropped", "7 lines: the reader is too slow"), (lines[0].Event, lines[0].Detail));
        Assert.Equal(Enumerable.Range(7, Limits.FollowerLines).Select(i => $"/{i}"), lines.Skip(1).Select(l => l.Record.Path));
    }

    [Fact]
    public void Only_so_many_may_follow_and_one_that_leaves_makes_room()
    {
        RequestFeed feed = new(() => _now);
        RequestFollower[] all = [.. Enumerable.Range(0, Limits.Followers).Select(_ => feed.Follow()!)];
        Assert.DoesNotContain(null, all);
        Assert.Null(feed.Follow());
        all[3].Dispose();
        Assert.NotNull(feed.Follow());
    }

    [Fact(Timeout = Limit)]
    public async Task Following_ends_when_the_server_stops()
    {
        await using TestServer server = new();
        using RequestFollower follower = server.Proxy.Feed.Follow()!;
        ValueTask<bool> waiting = follower.WaitAsync(TestContext.Current.CancellationToken);
        await server.Proxy.DisposeAsync();
        Assert.False(await waiting);
        Assert.False(await server.Proxy.Feed.Follow()!.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_is_remembered_with_all_that_the_log_says_of_it()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.GetAsync("/x?y=1");
        await TestServer.Until(() => server.Proxy.Feed.Latest().Count > 0);
        RequestRecord record = Assert.Single(server.Proxy.Feed.Latest());
        Assert.Equal(("HTTP/1.1", "GET", "app.localhost", "/x?y=1", 200, 2L), (record.Protocol, record.Method, record.Host, record.Path, record.Status, record.ResponseBytes));
        Assert.Equal(("app.localhost", $"localhost:{upstream.Port}", null), (record.Route, record.Upstream, record.Fault));
    }

    [Theory(Timeout = Limit)]
    [InlineData("GET / HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n", "unknown-name")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n", "upstream-refused")]
    [InlineData("GET / HTTP/1.1\r\nHost: a.localhost\r\nHost: b.localhost\r\n\r\n", "bad-request")]
    [InlineData("GET /nothing HTTP/1.1\r\nHost: files.localhost\r\n\r\n", "not-found")]
    public async Task What_we_answer_ourselves_says_why(string request, string fault)
    {
        await using TestServer server = new("app=1", "files=/proc");
        await using RawClient client = await server.ConnectAsync("");
        await client.AskAsync(request);
        await TestServer.Until(() => server.Proxy.Feed.Latest().Count > 0);
        Assert.Equal(fault, Assert.Single(server.Proxy.Feed.Latest()).Fault);
    }

    [Fact(Timeout = Limit)]
    public async Task Looking_at_our_own_page_is_no_news()
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync("");
        Assert.Equal(200, (await client.GetAsync(host: "locald.localhost")).Status);
        Assert.Equal(404, (await client.GetAsync(host: "nobody.localhost")).Status);
        await TestServer.Until(() => server.Proxy.Feed.Latest().Count > 0);
        Assert.Equal("nobody.localhost", Assert.Single(server.Proxy.Feed.Latest()).Host);
    }

    [Fact(Timeout = Limit)]
    public async Task A_page_that_waits_for_its_app_is_no_news_either()
    {
        await using TestServer server = new("app=1");
        await using RawClient client = await server.ConnectAsync();
        await client.AskAsync("HEAD / HTTP/1.1\r\nHost: app.localhost\r\nLocald-Waiting: 1\r\n\r\n", bodyless: true);
        await client.GetAsync("/x");
        await TestServer.Until(() => server.Proxy.Feed.Latest().Count > 0);
        Assert.Equal("/x", Assert.Single(server.Proxy.Feed.Latest()).Path);
    }

    [Fact]
    public void A_line_that_was_written_as_json_is_read_back_as_it_was()
    {
        RequestRecord record = Record(1) with
        {
            Path = "/\"\u001b<", RequestBytes = 5, ResponseBytes = 7, Duration = TimeSpan.FromMilliseconds(1.5), Route = "app.localhost", Upstream = "localhost:3000",
            Client = "127.0.0.1:1", Fault = "client-gone",
        };
        System.Buffers.ArrayBufferWriter<byte> bytes = new();
        JsonLine.Write(bytes, new(record, null, null));
        Assert.Equal(new LogLine(record, null, null), JsonLine.Read(bytes.WrittenSpan));
        bytes.ResetWrittenCount();
        LogLine lost = LogLine.Lost(DateTimeOffset.UnixEpoch, 3);
        JsonLine.Write(bytes, lost);
        Assert.Equal(lost, JsonLine.Read(bytes.WrittenSpan));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"time\":3}")]
    [InlineData("{\"time\"")]
    public void What_is_no_line_is_refused(string text) => Assert.ThrowsAny<System.Text.Json.JsonException>(() => JsonLine.Read(Encoding.UTF8.GetBytes(text)));
}

using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>Requests and responses on their way between HTTP/2 and an upstream of HTTP/1.1.</summary>
public sealed class MessageTests
{
    private const int Limit = 30_000;

    [Fact(Timeout = Limit)]
    public async Task Crumbs_of_a_cookie_become_one_line()
    {
        string head = await ForwardAsync(Http2Client.Request(fields: [("cookie", "a=1"), ("accept", "x"), ("cookie", "b=2"), ("cookie", "c=3")]));
        Assert.Equal(["a=1; b=2; c=3"], Fields.Of(head, "cookie"));
        Assert.StartsWith("GET / HTTP/1.1\r\nHost: app.localhost\r\n", head, StringComparison.Ordinal);
        Assert.Equal(["https"], Fields.Of(head, "x-forwarded-proto"));
        Assert.Empty(Fields.Of(head, "transfer-encoding"));
        Assert.Empty(Fields.Of(head, "content-length"));
    }

    [Fact(Timeout = Limit)]
    public async Task Host_may_stand_for_authority_or_say_the_same()
    {
        string head = await ForwardAsync(Http2Client.Block([(":method", "GET"), (":scheme", "https"), (":path", "/"), ("host", "app.localhost")]));
        Assert.Equal(["app.localhost"], Fields.Of(head, "host"));
        head = await ForwardAsync(Http2Client.Request(fields: ("host", "APP.localhost")));
        Assert.Equal(["app.localhost"], Fields.Of(head, "host"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_body_of_unknown_length_reaches_the_upstream_chunked_with_its_trailers()
    {
        TaskCompletionSource<(string Head, string Body)> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            seen.SetResult((head, await peer.ReadThroughAsync("sum: 7\r\n\r\n")));
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST", fields: ("te", "trailers")), end: false);
        await client.DataAsync(1, "hello");
        await client.AskAsync(1, Http2Client.Block([("sum", "7")]));
        Assert.Equal("ok", (await client.ReadAnswerAsync(1)).Body);
        (string head, string body) = await seen.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["chunked"], Fields.Of(head, "transfer-encoding"));
        Assert.Equal("5\r\nhello\r\n0\r\nsum: 7\r\n\r\n", body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_body_of_known_length_keeps_it_and_may_be_padded()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            seen.SetResult(head + System.Text.Encoding.Latin1.GetString(await peer.ReadExactlyAsync(5)));
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST", fields: ("content-length", "5")), end: false);
        await client.SendAsync(FrameType.Data, 8, 1, [3, (byte)'h', (byte)'e', 0, 0, 0]);
        await client.SendAsync(FrameType.Data, 8, 1, [1, 0]);
        await client.DataAsync(1, "llo", end: true);
        Assert.Equal("ok", (await client.ReadAnswerAsync(1)).Body);
        string request = await seen.Task;
        Assert.Equal(["5"], Fields.Of(request, "content-length"));
        Assert.EndsWith("\r\n\r\nhello", request, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("HEAD", "200 OK\r\nContent-Length: 5", 200, "5", "")]
    [InlineData("GET", "204 No Content", 204, null, "")]
    [InlineData("GET", "304 Not Modified\r\nContent-Length: 5", 304, "5", "")]
    [InlineData("GET", "200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "5", "hello")]
    [InlineData("GET", "200 OK\r\nContent-Length: 0", 200, "0", "")]
    [InlineData("GET", "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0", 200, null, "hello")]
    [InlineData("GET", "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0", 200, null, "")]
    [InlineData("GET", "200 OK\r\nConnection: close, x\r\nX: 1\r\nKeep-Alive: 1\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello", 200, "5", "hello")]
    public async Task A_response_ends_where_it_should_and_says_nothing_of_connections(string method, string response, int status, string? length, string body)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering($"HTTP/1.1 {response}\r\n" + (response.Contains("\r\n\r\nh", StringComparison.Ordinal) ? "" : "\r\n"));
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        for (int id = 1; id < 6; id += 2)
        {
            await client.AskAsync(id, Http2Client.Request(method));
            Http2Answer answer = await client.ReadAnswerAsync(id);
            Assert.Equal((status, length, body[..Math.Min(body.Length, 5)], true, null), (answer.Status, answer.Field("content-length"), answer.Body, answer.Whole, answer.Reset));
            Assert.Single(answer.Lines, l => l.StartsWith("date: ", StringComparison.Ordinal));
            Assert.All(["connection", "keep-alive", "transfer-encoding", "upgrade", "x"], n => Assert.Null(answer.Field(n)));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Interim_responses_and_trailers_pass()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Sum\r\n\r\n5\r\nhello\r\n0\r\nSum: 7\r\nContent-Length: 9\r\n\r\n");
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Http2Answer answer = await client.GetAsync(1);
        Assert.Equal((103, 200, "hello", "sum: 7", true), (answer.Interim.Single(), answer.Status, answer.Body, answer.Trailers.Single(), answer.Whole));
    }

    [Fact(Timeout = Limit)]
    public async Task A_head_longer_than_a_frame_goes_on_in_CONTINUATION()
    {
        string[] values = [.. Enumerable.Range(0, 3).Select(i => new string((char)('\x80' + i), 9000))];
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\nA: {values[0]}\r\nB: {values[1]}\r\nC: {values[2]}\r\nContent-Length: 2\r\n\r\nok");
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        for (int id = 1; id < 6; id += 2)
        {
            Http2Answer answer = await client.GetAsync(id);
            Assert.Equal((values[0], values[1], values[2], "ok"), (answer.Field("a"), answer.Field("b"), answer.Field("c"), answer.Body));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task An_unknown_name_is_404_and_the_connection_goes_on()
    {
        await using TestServer server = new("app=1");
        await using Http2Client client = await Http2Client.ConnectAsync(server, "nobody.localhost");
        for (int id = 1; id < 4; id += 2)
        {
            await client.AskAsync(id, Http2Client.Request(host: "nobody.localhost"));
            Http2Answer answer = await client.ReadAnswerAsync(id);
            Assert.Equal((404, true, null), (answer.Status, answer.Whole, answer.Reset));
            Assert.Contains("app.localhost", answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task An_upstream_that_switches_protocols_unasked_is_502()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Http2Answer answer = await client.GetAsync(1);
        Assert.Equal((502, 0, true), (answer.Status, answer.Interim.Count, answer.Whole));
    }

    [Fact(Timeout = Limit)]
    public async Task OPTIONS_may_ask_for_the_server_as_a_whole() =>
        Assert.StartsWith("OPTIONS * HTTP/1.1\r\n", await ForwardAsync(Http2Client.Request("OPTIONS", "*")), StringComparison.Ordinal);

    [Fact(Timeout = Limit)]
    public async Task Many_requests_run_beside_each_other_and_keep_their_answers_apart()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            while (await peer.ReadRequestAsync() is { Length: > 0 } head)
            {
                string path = head.Split(' ')[1];
                await peer.SendAsync($"HTTP/1.1 200 OK\r\nX-Path: {path}\r\nContent-Length: {path.Length * 3000}\r\n\r\n{string.Concat(Enumerable.Repeat(path, 3000))}");
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        for (int id = 1; id < 400; id += 2)
        {
            await client.AskAsync(id, Http2Client.Request(path: $"/{id}"));
        }

        for (int id = 399; id > 0; id -= 2)
        {
            Http2Answer answer = await client.ReadAnswerAsync(id);
            Assert.Equal((200, $"/{id}", true), (answer.Status, answer.Field("x-path"), answer.Whole));
            Assert.Equal(string.Concat(Enumerable.Repeat($"/{id}", 3000)), answer.Body);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_body_that_nobody_read_is_never_the_next_requests()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            seen.SetResult(await peer.ReadThroughAsync("0\r\n\r\n"));
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server, settings: (SettingId.InitialWindowSize, 0));

        // Its answer waits for a window, while its body comes.
        await client.AskAsync(1, Http2Client.Request("POST", fields: ("expect", "more")), end: false);
        await client.DataAsync(1, "stale", end: true);
        await client.PingAsync();
        await client.WindowAsync(1, 1 << 20);
        Http2Answer refused = await client.ReadAnswerAsync(1);
        Assert.Equal((417, true), (refused.Status, refused.Whole));
        await server.UntilClientAwaited(Locald.Proxy.Connections.Wait.Idle);
        await client.AskAsync(3, Http2Client.Request("POST"), end: false);
        await client.DataAsync(3, "fresh", end: true);
        Assert.Equal("5\r\nfresh\r\n0\r\n\r\n", await seen.Task.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_head_that_announces_a_body_and_has_none_is_answered()
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST", fields: [("expect", "more"), ("content-length", "5")]));
        Assert.Equal(417, (await client.ReadAnswerAsync(1)).Status);
        await server.UntilClientAwaited(Locald.Proxy.Connections.Wait.Idle);
    }

    private static async Task<string> ForwardAsync(byte[] block)
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            seen.SetResult(await peer.ReadHeadAsync());
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, block);
        Assert.Equal("ok", (await client.ReadAnswerAsync(1)).Body);
        return await seen.Task;
    }
}

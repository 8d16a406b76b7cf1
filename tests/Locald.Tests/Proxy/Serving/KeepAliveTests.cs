namespace Locald.Tests.Proxy.Serving;

public sealed class KeepAliveTests
{
    private const int Limit = 30_000;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact(Timeout = Limit)]
    public async Task A_connection_carries_request_after_request_and_so_does_the_upstreams()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 5; i++)
        {
            Answer answer = await client.GetAsync($"/{i}");
            Assert.Equal((200, "ok", null), (answer.Status, answer.Body, answer.Field("connection")));
        }

        Assert.Equal(1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task Requests_that_arrive_together_are_answered_in_their_order()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            while (await peer.ReadRequestAsync() is { Length: > 0 } head)
            {
                string path = head.Split(' ')[1];
                await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {path.Length}\r\n\r\n{path}");
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(string.Concat(Enumerable.Range(0, 20).Select(i => i % 3 == 0
            ? $"POST /{i} HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 4\r\n\r\nbody"
            : i % 3 == 1 ? $"POST /{i} HTTP/1.1\r\nHost: app.localhost\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
            : $"GET /{i} HTTP/1.1\r\nHost: app.localhost\r\n\r\n")));
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal($"/{i}", (await client.ReadAnswerAsync()).Body);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task An_empty_line_before_a_request_is_ignored()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("\r\n\r\nGET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n\r\n");
        Assert.Equal("ok", (await client.ReadAnswerAsync()).Body);
        Assert.Equal("ok", (await client.GetAsync()).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_head_may_arrive_byte_by_byte()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        foreach (char c in "\r\nGET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n")
        {
            await client.SendAsync(c.ToString());
        }

        Assert.Equal("ok", (await client.ReadAnswerAsync()).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_that_says_close_is_the_last()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.GetAsync(fields: "Connection: close\r\n");
        Assert.Equal(("ok", "close"), (answer.Body, answer.Field("connection")));
        await client.AssertEndAsync();
        Assert.Equal("ok", (await (await server.ConnectAsync()).GetAsync()).Body);
        Assert.Equal(1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task HTTP_1_0_closes_unless_it_asks_to_keep_the_connection()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer kept = await client.AskAsync("GET / HTTP/1.0\r\nHost: app.localhost\r\nConnection: keep-alive\r\n\r\n");
        Assert.Equal(("ok", "keep-alive"), (kept.Body, kept.Field("connection")));
        Answer last = await client.AskAsync("GET / HTTP/1.0\r\nHost: app.localhost\r\n\r\n");
        Assert.Equal(("ok", "close"), (last.Body, last.Field("connection")));
        await client.AssertEndAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_says_it_is_done_still_gets_its_answer()
    {
        TaskCompletionSource go = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await go.Task;
            await peer.SendAsync(Ok);
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await client.EndAsync();
        go.SetResult();
        Assert.Equal("ok", (await client.ReadAnswerAsync()).Body);
        await client.AssertEndAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task After_200_connections_that_broke_off_none_is_left()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (i, _) =>
        {
            await using RawClient client = i % 4 == 0 ? await RawClient.PlainAsync(server.Port) : await server.ConnectAsync();
            await client.SendAsync((i % 5) switch
            {
                0 => "GET / HTTP/1.1\r\nHo",
                1 => "GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n",
                2 => "POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 100000\r\n\r\nsome",
                3 => "POST / HTTP/1.1\r\nHost: nobody.localhost\r\nContent-Length: 100000\r\n\r\nsome",
                _ => "GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
            });
            client.Reset();
        });
        await server.UntilNobodyIsConnected();
    }
}

using Locald.Proxy;
using Locald.Proxy.Connections;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>How connections end: by a stop of the server, by a client that leaves, by a limit of time.</summary>
public sealed class EndTests
{
    private const int Limit = 30_000;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(25);

    [Fact(Timeout = Limit)]
    public async Task A_stop_lets_what_runs_finish_and_refuses_what_is_new()
    {
        TaskCompletionSource asked = new(), go = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            asked.SetResult();
            await go.Task;
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client idle = await Http2Client.ConnectAsync(server);
        await idle.PingAsync();
        await using Http2Client busy = await Http2Client.ConnectAsync(server);
        await busy.AskAsync(1, Http2Client.Request());
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Task stopping = server.Proxy.StopAsync(Grace);
        await idle.AssertEndAsync(Http2ErrorCode.NoError);
        Http2Frame goAway = await busy.UntilAsync(0, FrameType.GoAway);
        Assert.Equal((Http2ErrorCode.NoError, 1), (goAway.Code, goAway.Number));
        await busy.AskAsync(3, Http2Client.Request());
        Assert.Equal(Http2ErrorCode.RefusedStream, (await busy.ReadAnswerAsync(3)).Reset);
        Assert.False(stopping.IsCompleted);
        go.SetResult();
        Http2Answer answer = await busy.ReadAnswerAsync(1);
        Assert.Equal(("done", true), (answer.Body, answer.Whole));
        await busy.DisposeAsync();
        await idle.DisposeAsync();
        await stopping.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, server.Proxy.OpenConnections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stop_cuts_no_answer_short_for_a_client_that_still_speaks()
    {
        const int Length = 4 << 20;
        TaskCompletionSource asked = new(), go = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            asked.SetResult();
            await go.Task;
            await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Length}\r\n\r\n{new string('x', Length)}");
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server, settings: (SettingId.InitialWindowSize, 2 * Length));
        await client.WindowAsync(0, 2 * Length);

        // The rest of the answer waits on the server's side.
        client.Wire.Socket.ReceiveBufferSize = 256 * 1024;
        await client.AskAsync(1, Http2Client.Request());
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Task stopping = server.Proxy.StopAsync(Grace);
        Assert.Equal(Http2ErrorCode.NoError, (await client.UntilAsync(0, FrameType.GoAway)).Code);
        go.SetResult();
        int came = 0;
        bool whole = false;
        while (!whole && await client.ReadFrameAsync() is { } frame)
        {
            came += frame.Type == FrameType.Data ? frame.Payload.Length : 0;
            whole = frame is { StreamId: 1, IsLast: true };
            await client.SendAsync(FrameType.Ping, 0, 0, new byte[8]);
        }

        Assert.Equal((Length, true), (came, whole));
        await client.Wire.EndAsync();
        Assert.Null(await client.NextAsync(-1));
        await client.Wire.AssertEndAsync();
        await client.DisposeAsync();
        await stopping.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task A_tunnel_has_nothing_to_finish()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + $"Sec-WebSocket-Accept: {Locald.Proxy.Messages.WebSocketKey.Accept(Fields.Of(head, "sec-websocket-key").Single())}\r\n\r\nup");
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Block([(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/"), (":authority", "app.localhost")]), end: false);
        await client.UntilAsync(1, FrameType.Data);
        Task stopping = server.Proxy.StopAsync(Timeout.InfiniteTimeSpan);
        Assert.Equal(Http2ErrorCode.Cancel, (await client.ReadAnswerAsync(1)).Reset);
        Assert.Equal(Http2ErrorCode.NoError, (await client.UntilAsync(0, FrameType.GoAway)).Code);
        await client.DisposeAsync();
        await stopping.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stop_waits_no_longer_for_a_client_that_does_not_close()
    {
        await using TestServer server = new();
        await using Http2Client resting = await Http2Client.ConnectAsync(server, "localhost");
        Assert.Equal(200, (await AskHomeAsync(resting, 1)).Status);
        await server.UntilClientAwaited(Wait.Idle);
        server.Pass(Limits.Linger + 1);
        await using Http2Client late = await Http2Client.ConnectAsync(server, "localhost");
        Assert.Equal(200, (await AskHomeAsync(late, 1)).Status);
        Task stopping = server.Proxy.StopAsync(Grace);
        await resting.AssertEndAsync(Http2ErrorCode.NoError);
        Assert.Equal(Http2ErrorCode.NoError, (await late.UntilAsync(0, FrameType.GoAway)).Code);
        await TestServer.Until(() => server.Proxy.OpenConnections == 1 && server.Proxy.Waits.Single() is (Wait.Idle, Wait.None));
        Assert.False(stopping.IsCompleted);
        server.Pass(Limits.Linger + 1);
        Assert.Null(await late.NextAsync(-1));
        await stopping.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task Every_client_is_told_of_a_stop_also_where_its_last_answer_ends_that_very_moment()
    {
        await using TestServer server = new();
        Http2Client[] clients = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Http2Client.ConnectAsync(server, "localhost")));
        await Task.WhenAll(clients.Select(static c => c.PingAsync()));
        await Task.WhenAll(clients.Select(static c => c.AskAsync(1, Http2Client.Request(host: "localhost"))));
        Task stopping = server.Proxy.StopAsync(Grace);
        foreach (Http2Client client in clients)
        {
            Assert.Equal(Http2ErrorCode.NoError, (await client.UntilAsync(0, FrameType.GoAway)).Code);
            await client.DisposeAsync();
        }

        await stopping.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task When_time_is_up_what_still_runs_is_cut()
    {
        TaskCompletionSource asked = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            asked.SetResult();
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request());
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await server.Proxy.StopAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal(0, server.Proxy.OpenConnections);
        Assert.False((await client.ReadAnswerAsync(1)).Whole);
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_closes_in_order_is_closed_in_order()
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.ConnectAsync(server, "localhost");
        Assert.Equal(200, (await AskHomeAsync(client, 1)).Status);
        await client.SendAsync(FrameType.GoAway, 0, 0, new byte[8]);
        await client.Wire.EndAsync();
        await client.AssertEndAsync(Http2ErrorCode.NoError);
        await server.UntilNobodyIsConnected();
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_brings_no_request_is_closed_in_order()
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.ConnectAsync(server, "localhost");
        await client.PingAsync();
        await server.UntilClientAwaited(Wait.Idle);
        server.Pass(Limits.KeepAlive - 5000);
        Assert.Equal(200, (await AskHomeAsync(client, 1)).Status);
        await server.UntilClientAwaited(Wait.Idle);
        server.Pass(Limits.KeepAlive - 5000);
        await client.PingAsync();
        server.Pass(5001);
        await client.AssertEndAsync(Http2ErrorCode.NoError);
        await server.UntilNobodyIsConnected();
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("PRI * HTTP/2.0\r\n")]
    public async Task So_is_one_that_does_not_begin(string text)
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.DialAsync(server);
        await client.Wire.SendAsync(text);
        await server.UntilClientAwaited(Wait.Head);
        server.Pass(Limits.HeadWait + 1);
        await client.AssertEndAsync(Http2ErrorCode.NoError);
        await server.UntilNobodyIsConnected();
    }

    [Fact(Timeout = Limit)]
    public async Task So_is_one_whose_field_block_does_not_end()
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.SendAsync(FrameType.Headers, 1, 1, Http2Client.Request());
        await server.UntilClientAwaited(Wait.Head);
        server.Pass(Limits.HeadWait - 2000);
        await client.SendAsync(FrameType.Continuation, 0, 1, 0, 1, 97, 1, 98);
        server.Pass(2001);
        await client.AssertEndAsync(Http2ErrorCode.NoError);
        await server.UntilNobodyIsConnected();
    }

    [Theory(Timeout = Limit)]

    // In two parts each: the stream depends on itself, the request is malformed, the stream was reset before.
    [InlineData("1 1 1 GET; 9 4 1 00 01 41 01 61;")]
    [InlineData("1 1 1 GET; 9 0 1; 9 4 1 82;")]
    [InlineData("1 4 1 POST; 0 9 1 00; 1 5 3 82; 1 1 3 00 01 61 01 62; 9 4 3;")]
    public async Task A_field_block_that_brings_no_request_leaves_the_connection_idle(string frames)
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.SendAsync(Http2Client.Script(frames));
        await client.PingAsync();
        await server.UntilClientAwaited(Wait.Idle);
        server.Pass(Limits.KeepAlive + 1);
        await client.AssertEndAsync(Http2ErrorCode.NoError);
    }

    [Fact(Timeout = Limit)]
    public async Task A_body_that_stops_coming_is_408_and_the_connection_goes_on()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST"), end: false);
        await client.DataAsync(1, "half");
        await client.PingAsync();
        await TestServer.Until(() => upstream.Connections == 1);
        Task<Http2Answer> answering = client.ReadAnswerAsync(1);
        await TestServer.Until(() =>
        {
            server.Pass(Limits.BodyWait + 1);
            return answering.IsCompleted;
        });
        Assert.Equal((408, true), ((await answering).Status, (await answering).Whole));
        Assert.Equal(Http2ErrorCode.NoError, (await client.UntilAsync(1, FrameType.RstStream)).Code);
    }

    private static async Task<Http2Answer> AskHomeAsync(Http2Client client, int id)
    {
        await client.AskAsync(id, Http2Client.Request(host: "localhost"));
        return await client.ReadAnswerAsync(id);
    }
}

using Locald.Proxy.Http2;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;
using Locald.Tests.Proxy.Http2;

namespace Locald.Tests.Proxy.Serving;

/// <summary>What is under way when the routes change goes on to its end.</summary>
public sealed class RouteChangeTests
{
    private const int Limit = 30_000;
    private const string Upgrade =
        "GET /chat HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n";

    [Fact(Timeout = Limit)]
    public async Task A_WebSocket_over_HTTP_1_stays_open()
    {
        await using ScriptedUpstream upstream = Echoing();
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(101, (await client.AskAsync(Upgrade)).Status);
        foreach (string change in Changes(server))
        {
            await client.SendAsync(change + ";");
            Assert.Equal(change + ";", await client.ReadThroughAsync(";"));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_WebSocket_over_HTTP_2_stays_open_and_so_does_its_connection()
    {
        await using ScriptedUpstream upstream = Echoing();
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Block((":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"),
            (":path", "/chat"), (":authority", "app.localhost"), ("sec-websocket-version", "13")), end: false);
        Assert.Contains(":status: 200", (await client.UntilAsync(1, FrameType.Headers)).Lines);
        foreach (string change in Changes(server))
        {
            await client.DataAsync(1, change + ";");
            string echo = "";
            while (!echo.EndsWith(';'))
            {
                echo += Messages.Heads.Text((await client.UntilAsync(1, FrameType.Data)).Payload);
            }

            Assert.Equal(change + ";", echo);
        }

        Assert.Equal(404, (await client.GetAsync(3)).Status);
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_long_download_comes_to_its_end(bool http2)
    {
        TaskCompletionSource changed = new();
        string half = new('x', 100_000);
        await using ScriptedUpstream upstream = http2
            ? Http2Server.Serving(async (peer, request) =>
            {
                await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "200")));
                await peer.DataAsync(request.StreamId, half[..10_000]);
                await changed.Task;
                await peer.DataAsync(request.StreamId, half[..10_000], end: true);
            })
            : new(async peer =>
            {
                await peer.ReadHeadAsync();
                await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {2 * half.Length}\r\n\r\n{half}");
                await changed.Task;
                await peer.SendAsync(half);
                await peer.ReadRestAsync();
            });
        await using TestServer server = new(http2 ? Http2Server.Route(upstream) : $"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Task<Answer> download = client.GetAsync();
        await server.UntilExchangeAwaits(Locald.Proxy.Connections.Wait.Stall);
        Assert.NotEmpty(Changes(server).ToList());
        changed.SetResult();
        Answer answer = await download;
        Assert.Equal((200, http2 ? 20_000 : 200_000), (answer.Status, answer.Body.Length));
    }

    [Theory(Timeout = Limit)]
    [InlineData("http")]
    [InlineData("h2c")]
    public async Task No_request_fails_while_its_own_route_is_replaced_again_and_again(string scheme)
    {
        const int Requests = 300;
        await using ScriptedUpstream upstream = scheme == "h2c"
            ? Http2Server.Serving((peer, request) => peer.AnswerAsync(request.StreamId, "ok"))
            : ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        string route = $"app={scheme}://127.0.0.1:{upstream.Port}";
        await using TestServer server = new(route);
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        using CancellationTokenSource done = new();
        Task replacing = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                server.Proxy.Routes = TestServer.Table(route);
                await Task.Yield();
            }
        }, TestContext.Current.CancellationToken);
        for (int id = 1; id < 2 * Requests; id += 20)
        {
            for (int i = id; i < id + 20; i += 2)
            {
                await client.AskAsync(i, Http2Client.Request());
            }

            for (int i = id; i < id + 20; i += 2)
            {
                Http2Answer answer = await client.ReadAnswerAsync(i);
                Assert.Equal((200, "ok"), (answer.Status, answer.Body));
            }
        }

        await done.CancelAsync();
        await replacing;
    }

    [Fact(Timeout = Limit)]
    public async Task What_rests_for_a_target_is_closed_when_its_route_goes_and_kept_when_another_does()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Route app = server.Proxy.Routes.Routes[0];
        Assert.Equal(200, (await client.GetAsync()).Status);

        server.Proxy.Routes = RouteTable.Create([app, Route.Parse("web=1", "/")]);
        Assert.Equal(200, (await client.GetAsync()).Status);
        server.Proxy.Routes = RouteTable.Create([app]);
        Assert.Equal(200, (await client.GetAsync()).Status);
        Assert.Equal(1, upstream.Connections);

        server.Proxy.Routes = RouteTable.Empty;
        Assert.Equal(404, (await client.GetAsync()).Status);
        server.Proxy.Routes = RouteTable.Create([app]);
        Assert.Equal(200, (await client.GetAsync()).Status);
        Assert.Equal(2, upstream.Connections);
    }

    /// <summary>Another route comes, changes and goes; then the route itself gets another target, and goes.</summary>
    private static IEnumerable<string> Changes(TestServer server)
    {
        Route own = server.Proxy.Routes.Routes[0];
        yield return "nothing";
        server.Proxy.Routes = RouteTable.Create([own, Route.Parse("web=1", "/")]);
        yield return "added";
        server.Proxy.Routes = RouteTable.Create([own, Route.Parse("web=2", "/")]);
        yield return "changed";
        server.Proxy.Routes = RouteTable.Create([own]);
        yield return "removed";
        server.Proxy.Routes = RouteTable.Create([Route.Parse("app=1", "/")]);
        yield return "own changed";
        server.Proxy.Routes = RouteTable.Empty;
        yield return "own removed";
    }

    private static ScriptedUpstream Echoing() => new(async peer =>
    {
        string head = await peer.ReadHeadAsync();
        await peer.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Accept: {WebSocketKey.Accept(Fields.Of(head, "sec-websocket-key").Single())}\r\n\r\n");
        while (await peer.ReadThroughAsync(";") is { Length: > 0 } message)
        {
            await peer.SendAsync(message);
        }
    });
}

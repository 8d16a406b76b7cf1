using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Upstream;

public sealed class UpgradeTests
{
    private const int Limit = 30_000;
    private const string Ask = "GET /chat HTTP/1.1\r\nHost: app.localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n";
    private const string Switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: a\r\n\r\n";

    [Theory(Timeout = Limit)]
    [InlineData("http")]
    [InlineData("https")]
    public async Task Bytes_pass_both_ways_after_an_upgrade_also_those_that_came_early(string scheme)
    {
        await using ScriptedUpstream upstream = new(
            async peer =>
            {
                string head = await peer.ReadHeadAsync();
                Assert.Equal(("upgrade", "websocket", "k"),
                    (Fields.Of(head, "connection").Single().ToLowerInvariant(), Fields.Of(head, "upgrade").Single(), Fields.Of(head, "sec-websocket-key").Single()));
                await peer.SendAsync(Switch + "early from upstream;");
                Assert.Equal("early from client;", await peer.ReadThroughAsync(";"));
                for (int i = 0; i < 50; i++)
                {
                    await peer.SendAsync(await peer.ReadThroughAsync(";"));
                }
            },
            certificate: scheme == "https" ? TestAuthority.Certificates.Leaf("app.localhost") : null);
        await using TestServer server = new($"app={scheme}://localhost:{upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync(Ask + "early from client;");
        Assert.Equal((101, "websocket", "a"), (answer.Status, answer.Field("upgrade"), answer.Field("sec-websocket-accept")));
        Assert.Equal("upgrade", answer.Field("connection")?.ToLowerInvariant());
        Assert.Equal("early from upstream;", await client.ReadThroughAsync(";"));
        for (int i = 0; i < 50; i++)
        {
            string message = new string((char)('a' + (i % 26)), i * 1000) + ";";
            await client.SendAsync(message);
            Assert.Equal(message, await client.ReadThroughAsync(";"));
        }

        await client.AssertEndAsync();
        await client.DisposeAsync();
        await server.UntilNobodyIsConnected();
    }

    [Theory(Timeout = Limit)]
    [InlineData("http")]
    [InlineData("https")]
    public async Task When_the_client_is_done_the_upstream_may_still_speak(string scheme)
    {
        await using ScriptedUpstream upstream = new(
            async peer =>
            {
                await peer.ReadHeadAsync();
                await peer.SendAsync(Switch);
                Assert.Equal("all I have", await peer.ReadToEndAsync());
                await peer.SendAsync("and my answer");
            },
            certificate: scheme == "https" ? TestAuthority.Certificates.Leaf("app.localhost") : null);
        await using TestServer server = new($"app={scheme}://localhost:{upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(101, (await client.AskAsync(Ask)).Status);
        await client.SendAsync("all I have");
        await client.EndAsync();
        Assert.Equal("and my answer", await client.ReadToEndAsync());
        await server.UntilNobodyIsConnected();
    }

    [Fact(Timeout = Limit)]
    public async Task When_the_upstream_is_done_the_client_may_still_speak()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync(Switch + "all I have");
            peer.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            seen.SetResult(await peer.ReadToEndAsync());
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(101, (await client.AskAsync(Ask)).Status);
        Assert.Equal("all I have", await client.ReadToEndAsync());
        await client.SendAsync("and my answer");
        await client.EndAsync();
        Assert.Equal("and my answer", await seen.Task.WaitAsync(TestContext.Current.CancellationToken));
        await server.UntilNobodyIsConnected();
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tunnel_that_breaks_on_one_side_ends_on_both(bool clientBreaks)
    {
        TaskCompletionSource go = new(), over = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync(Switch);
            if (clientBreaks)
            {
                await peer.ReadRestAsync();
            }
            else
            {
                await go.Task;
                peer.Reset();
            }

            over.SetResult();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(101, (await client.AskAsync(Ask)).Status);
        go.SetResult();
        if (clientBreaks)
        {
            client.Reset();
        }
        else
        {
            Assert.Equal("", await client.ReadRestAsync());
        }

        await over.Task.WaitAsync(TestContext.Current.CancellationToken);
        await server.UntilNobodyIsConnected();
    }

    [Fact(Timeout = Limit)]
    public async Task An_upgrade_that_the_upstream_does_not_want_is_an_ordinary_exchange()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno");
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            Answer answer = await client.AskAsync(Ask);
            Assert.Equal((426, "no", null), (answer.Status, answer.Body, answer.Field("connection")));
        }

        Assert.Equal(1, upstream.Connections);
    }

    [Theory(Timeout = Limit)]
    [InlineData("GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.localhost\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: upgrade\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\nHost: app.localhost\r\nConnection: upgrade, keep-alive\r\nUpgrade: websocket\r\n\r\n")]
    public async Task An_upgrade_that_may_not_pass_is_not_asked_for(string request)
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            seen.SetResult(await peer.ReadHeadAsync());
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal("ok", (await client.AskAsync(request)).Body);
        string head = await seen.Task;
        Assert.All(["upgrade", "connection", "http2-settings"], n => Assert.Empty(Fields.Of(head, n)));
    }
}

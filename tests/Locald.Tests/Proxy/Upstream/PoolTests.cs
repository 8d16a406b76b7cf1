using System.Net;
using Locald.Proxy;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Upstream;

public sealed class PoolTests
{
    private const int Limit = 30_000;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact(Timeout = Limit)]
    public async Task Clients_share_an_upstream_connection_one_after_the_other()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        for (int i = 0; i < 3; i++)
        {
            await using (RawClient client = await server.ConnectAsync())
            {
                Assert.Equal("ok", (await client.GetAsync()).Body);
            }

            await server.UntilNobodyIsConnected();
        }

        Assert.Equal(1, upstream.Connections);
    }

    [Theory(Timeout = Limit)]
    [InlineData("GET", "", 200)]
    [InlineData("HEAD", "", 200)]
    [InlineData("PUT", "", 200)]
    [InlineData("DELETE", "", 200)]
    [InlineData("POST", "", 502)]
    [InlineData("PATCH", "", 502)]
    [InlineData("PUT", "Content-Length: 4\r\n", 502)]
    public async Task A_connection_that_died_at_rest_costs_only_requests_that_cannot_be_sent_again(string method, string fields, int status)
    {
        // The first connection takes a second request and dies without an answer: no look at the socket can foresee it.
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync(Ok);
            await peer.ReadHeadAsync();
            if (peer.Number > 1)
            {
                await peer.SendAsync(Ok);
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal("ok", (await client.GetAsync()).Body);
        Answer answer = await client.AskAsync(
            $"{method} / HTTP/1.1\r\nHost: app.localhost\r\n{fields}\r\n{(fields.Length > 0 ? "body" : "")}", method == "HEAD");
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? 2 : 1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_is_sent_again_once_and_no_more()
    {
        int asked = 0;
        await using ScriptedUpstream upstream = new(async peer =>
        {
            if (peer.Number == 1)
            {
                await peer.ReadRequestAsync();
                await peer.SendAsync(Ok);
            }

            await peer.ReadRequestAsync();
            Interlocked.Increment(ref asked);
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.GetAsync();
        Answer answer = await client.GetAsync();
        Assert.Equal((502, null), (answer.Status, answer.Field("connection")));
        Assert.Equal(2, asked);
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_that_was_answered_in_part_is_not_sent_again()
    {
        int asked = 0;
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync(Ok);
            await peer.ReadRequestAsync();
            Interlocked.Increment(ref asked);
            await peer.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.GetAsync();
        Assert.Equal(103, (await client.GetAsync()).Status);
        Assert.Equal(502, (await client.ReadAnswerAsync()).Status);
        Assert.Equal(1, asked);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_on_which_bytes_came_unasked_is_not_used()
    {
        TaskCompletionSource sent = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync(Ok);
            if (peer.Number == 1)
            {
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong");
                sent.SetResult();
            }

            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal("ok", (await client.GetAsync()).Body);
        await sent.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("ok", (await client.GetAsync()).Body);
        Assert.Equal(2, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_the_upstream_wants_closed_is_not_kept()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            Answer answer = await client.GetAsync();
            Assert.Equal(("ok", null), (answer.Body, answer.Field("connection")));
        }

        Assert.Equal(3, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task After_an_upstream_restarts_none_of_its_old_connections_is_tried()
    {
        ScriptedUpstream first = ScriptedUpstream.Answering(Ok);
        int port = first.Port;
        await using TestServer server = new($"app={port}");
        RawClient[] clients = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.ConnectAsync()));
        await Task.WhenAll(clients.Select(c => c.GetAsync()));
        await first.DisposeAsync();
        await using RawClient whileDown = await server.ConnectAsync();
        Assert.Equal(502, (await whileDown.GetAsync()).Status);
        await using ScriptedUpstream second = new(async peer =>
        {
            while (await peer.ReadRequestAsync() is { Length: > 0 })
            {
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew");
            }
        }, new IPEndPoint(IPAddress.Loopback, port));
        Assert.All(await Task.WhenAll(clients.Select(c => c.GetAsync())), a => Assert.Equal("new", a.Body));
        foreach (RawClient client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task What_cannot_be_sent_twice_goes_over_a_connection_that_has_not_rested_long()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.GetAsync();
        await server.UntilClientAwaited(Locald.Proxy.Connections.Wait.Idle);
        server.Pass(Limits.UpstreamFresh + 1);
        await client.GetAsync();
        Assert.Equal(1, upstream.Connections);
        await server.UntilClientAwaited(Locald.Proxy.Connections.Wait.Idle);
        server.Pass(Limits.UpstreamFresh + 1);
        await client.AskAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(2, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_rests_too_long_is_closed()
    {
        TaskCompletionSource ended = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync(Ok);
            await peer.ReadRestAsync();
            ended.SetResult();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.GetAsync();
        await server.UntilClientAwaited(Locald.Proxy.Connections.Wait.Idle);
        server.Pass(Limits.UpstreamIdle + 1);
        await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task A_burst_as_wide_as_a_client_may_send_finds_the_connections_of_the_last_one()
    {
        int asked = 0;
        TaskCompletionSource[] all = [new(), new()];
        await using ScriptedUpstream upstream = new(async peer =>
        {
            foreach (TaskCompletionSource burst in all)
            {
                await peer.ReadRequestAsync();
                if (Interlocked.Increment(ref asked) % Limits.Streams == 0)
                {
                    burst.SetResult();
                }

                await burst.Task.WaitAsync(TestContext.Current.CancellationToken);
                await peer.SendAsync(Ok);
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        for (int burst = 0; burst < all.Length; burst++)
        {
            int first = (2 * Limits.Streams * burst) + 1;
            await client.SendAsync([.. Enumerable.Range(0, Limits.Streams).SelectMany(i =>
                Http2Client.Frame(FrameType.Headers, 0x5, first + (2 * i), Http2Client.Request()))]);
            for (int i = 0; i < Limits.Streams; i++)
            {
                Assert.Equal("ok", (await client.ReadAnswerAsync(first + (2 * i))).Body);
            }

            await TestServer.Until(() => !server.Proxy.Sweep());
        }

        Assert.Equal(Limits.Streams, upstream.Connections);
    }
}

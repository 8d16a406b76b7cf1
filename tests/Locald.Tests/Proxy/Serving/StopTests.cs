using System.Diagnostics;
using System.Net.Sockets;
using Locald.Proxy.Connections;

namespace Locald.Tests.Proxy.Serving;

public sealed class StopTests
{
    private const int Limit = 30_000;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(25);

    [Fact(Timeout = Limit)]
    public async Task What_runs_is_finished_what_rests_is_closed_in_order_and_nobody_else_is_let_in()
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
        await using RawClient idle = await server.ConnectAsync();
        await using RawClient silent = await RawClient.PlainAsync(server.Port);
        await using RawClient busy = await server.ConnectAsync();
        await busy.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await TestServer.Until(() => server.Proxy.Waits.Count(w => w.Client is Wait.Idle or Wait.Handshake) == 2);
        Task stopping = server.Proxy.StopAsync(Grace);
        await idle.AssertEndAsync();
        Assert.Equal("", await silent.ReadRestAsync());
        await Assert.ThrowsAnyAsync<SocketException>(() => RawClient.PlainAsync(server.Port));
        Assert.False(stopping.IsCompleted);
        go.SetResult();
        Answer answer = await busy.ReadAnswerAsync();
        Assert.Equal(("done", "close"), (answer.Body, answer.Field("connection")));
        await busy.AssertEndAsync();
        await stopping.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, server.Proxy.OpenConnections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_response_that_has_begun_is_sent_whole()
    {
        TaskCompletionSource go = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
            await go.Task;
            await peer.SendAsync("later");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await client.ReadThroughAsync("first");
        Task stopping = server.Proxy.StopAsync(Grace);
        go.SetResult();
        Assert.Equal("later", await client.ReadToEndAsync());
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
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await server.Proxy.StopAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal("", await client.ReadRestAsync());
        Assert.Equal(0, server.Proxy.OpenConnections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_tunnel_has_nothing_to_finish()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.GetAsync(fields: "Connection: upgrade\r\nUpgrade: echo\r\n");
        Assert.Equal(101, answer.Status);
        await TestServer.Until(() => server.Proxy.Waits.Single().Exchange == Wait.Stall);
        long since = Stopwatch.GetTimestamp();
        await server.Proxy.StopAsync(Grace);
        Assert.True(Stopwatch.GetElapsedTime(since) < Grace / 2);
        Assert.Equal("", await client.ReadRestAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Stopping_twice_does_no_harm()
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync();
        await Task.WhenAll(server.Proxy.StopAsync(Grace), server.Proxy.StopAsync(TimeSpan.Zero));
        await server.Proxy.StopAsync(Grace);
        await server.Proxy.DisposeAsync();
        await server.Proxy.DisposeAsync();
        await server.Proxy.StopAsync(Grace);
        Assert.Equal(0, server.Proxy.OpenConnections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_stops_amid_arriving_connections_leaves_none()
    {
        for (int i = 0; i < 10; i++)
        {
            await using TestServer server = new();
            Task[] arriving = [.. Enumerable.Range(0, 20).Select(async n =>
            {
                try
                {
                    await using RawClient client = n % 2 == 0 ? await RawClient.PlainAsync(server.Port) : await server.ConnectAsync("localhost");
                    await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                    await client.ReadRestAsync();
                }
                catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException)
                {
                    // Too late.
                }
            })];
            await server.Proxy.StopAsync(TimeSpan.FromMilliseconds(200));
            await Task.WhenAll(arriving);
        }
    }
}

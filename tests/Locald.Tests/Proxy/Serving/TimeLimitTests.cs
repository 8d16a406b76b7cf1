using System.Diagnostics;
using Locald.Proxy;
using Locald.Proxy.Connections;
using Locald.Tests.Certificates;

namespace Locald.Tests.Proxy.Serving;

/// <summary>Every wait has its limit. The server's clock is moved; nothing here waits for real time, but one test.</summary>
public sealed class TimeLimitTests
{
    private const int Limit = 30_000;
    private const string Get = "GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact(Timeout = Limit)]
    public async Task A_head_that_does_not_end_in_time_is_408()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: app.lo");
        await server.UntilClientAwaited(Wait.Head);
        server.Pass(Limits.HeadWait - 2000);
        await server.UntilClientAwaited(Wait.Head);
        server.Pass(2001);
        Answer answer = await client.ReadAnswerAsync();
        Assert.Equal((408, "close"), (answer.Status, answer.Field("connection")));
        await client.AssertEndAsync();
        Assert.Equal(0, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task So_is_one_whose_beginning_came_with_the_request_before_it()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Get + "GET / HT");
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
        await server.UntilClientAwaited(Wait.Head);
        server.Pass(Limits.HeadWait + 1);
        Assert.Equal(408, (await client.ReadAnswerAsync()).Status);
        await client.AssertEndAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_body_that_stops_coming_is_408_and_the_upstream_sees_it_cut()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer => seen.SetResult(await peer.ReadRestAsync()));
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 10\r\n\r\nhello");
        await server.UntilClientAwaited(Wait.Body);
        server.Pass(Limits.BodyWait + 1);
        Answer answer = await client.ReadAnswerAsync();
        Assert.Equal((408, "close"), (answer.Status, answer.Field("connection")));
        await client.AssertEndAsync();
        Assert.EndsWith("\r\n\r\nhello", await seen.Task.WaitAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upstream_that_takes_its_time_with_a_body_is_not_the_clients_fault()
    {
        TaskCompletionSource read = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await read.Task;
            await peer.ReadRequestAsync();
            await peer.SendAsync(Ok);
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        const int Length = 24 << 20;
        Task sending = client.SendAsync($"POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: {Length}\r\n\r\n" + new string('x', Length));
        long taken = -1;
        await TestServer.Until(() => server.Proxy.Waits.Single().Client == Wait.None && taken == (taken = server.Proxy.OpenConnections));
        server.Pass(Limits.BodyWait + 1);
        server.Pass(Limits.BodyWait + 1);
        read.SetResult();
        await sending;
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_brings_no_request_is_closed_in_order()
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync();
        await server.UntilClientAwaited(Wait.Idle);
        server.Pass(Limits.HeadWait + 1);
        await client.AssertEndAsync();
        await server.UntilNobodyIsConnected();
    }

    [Fact(Timeout = Limit)]
    public async Task A_kept_connection_may_rest_for_longer()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.GetAsync();
        await server.UntilClientAwaited(Wait.Idle);
        server.Pass(Limits.KeepAlive - 5_000);
        Assert.Equal(200, (await client.GetAsync()).Status);
        await server.UntilClientAwaited(Wait.Idle);
        server.Pass(Limits.KeepAlive + 1);
        await client.AssertEndAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_handshake_that_does_not_come_ends_the_connection()
    {
        await using TestServer server = new();
        await using RawClient silent = await RawClient.PlainAsync(server.Port);
        await server.UntilClientAwaited(Wait.Handshake);
        server.Pass(Limits.Handshake + 1);
        Assert.Equal("", await silent.ReadRestAsync());
        await server.UntilNobodyIsConnected();
        await using RawClient half = await RawClient.PlainAsync(server.Port);
        await half.SendAsync(new byte[] { 22, 3, 1, 2, 0, 1 });
        await server.UntilClientAwaited(Wait.Handshake);
        server.Pass(Limits.Handshake + 1);
        await server.UntilNobodyIsConnected();
    }

    [Fact(Timeout = Limit)]
    public async Task An_upstream_that_does_not_answer_in_time_is_504()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer => seen.SetResult(await peer.ReadRestAsync()));
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Get);
        await server.UntilExchangeAwaits(Wait.Response);
        await TestServer.Until(() => upstream.Connections == 1);
        server.Pass(Limits.ResponseWait + 1);
        Answer answer = await client.ReadAnswerAsync();
        Assert.Equal((504, null), (answer.Status, answer.Field("connection")));
        await seen.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_takes_nothing_of_a_file_is_cut_off()
    {
        using TemporaryFolder folder = new();
        await using (FileStream file = new(folder["large"], FileMode.CreateNew))
        {
            file.SetLength(256 << 20);
        }

        await using TestServer server = new($"app={folder.Path}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET /large HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await server.UntilExchangeAwaits(Wait.Stall);
        await TestServer.Until(() =>
        {
            server.Pass(Limits.BodyWait + 1);
            return server.Proxy.OpenConnections == 0;
        });
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_takes_no_answer_is_cut_off_even_while_an_upstream_is_awaited()
    {
        string body = new('x', 1 << 20);
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        _ = client.SendAsync(string.Concat(Enumerable.Repeat(Get, 100)));
        await TestServer.Until(() =>
        {
            server.Pass(Limits.Stall + 1);
            return server.Proxy.OpenConnections == 0;
        });
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_was_told_to_stop_and_does_not_is_cut_off()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 1000\r\n\r\nhalf");
        Assert.Equal(413, (await client.ReadAnswerAsync()).Status);
        await server.UntilClientAwaited(Wait.Linger);
        server.Pass(Limits.Linger + 1);
        await server.UntilNobodyIsConnected();

        // The same after a head that was refused: what follows it is unknown.
        await using RawClient second = await server.ConnectAsync();
        Assert.Equal(400, (await second.AskAsync("nonsense\r\n\r\n")).Status);
        await server.UntilExchangeAwaits(Wait.Linger);
        server.Pass(Limits.Linger + 1);
        await server.UntilNobodyIsConnected();
    }

    [Fact(Timeout = Limit)]
    public async Task When_a_client_leaves_the_upstream_is_told_within_two_seconds_or_so()
    {
        TaskCompletionSource asked = new(), left = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            asked.SetResult();
            await peer.ReadRestAsync();
            left.SetResult();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Get);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        long since = Stopwatch.GetTimestamp();
        await client.DisposeAsync();
        await left.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(8), "the machine may be slow, but not that slow");
        await server.UntilNobodyIsConnected();
        Assert.Matches(" --- GET .*\\(client-gone\\)\n", await server.StopAndReadLogAsync());
    }
}

namespace Locald.Tests.Proxy.Serving;

public sealed class NamesTests
{
    private const int Limit = 30_000;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory(Timeout = Limit)]
    [InlineData("app.localhost", "other.localhost", 421)]
    [InlineData("app.localhost", "sub.app.localhost", 421)]
    [InlineData("app.localhost", "localhost", 421)]
    [InlineData("app.localhost", "127.0.0.1", 421)]
    [InlineData("app.localhost", "example.com", 421)]
    [InlineData("", "example.com", 421)]
    [InlineData("", "app.localhost", 200)]
    [InlineData("app.localhost", "APP.localhost", 200)]
    [InlineData("app.localhost", "app.localhost.", 200)]
    [InlineData("app.localhost", "app.localhost:8443", 200)]
    public async Task Host_and_the_handshakes_name_must_agree_and_be_ours(string serverName, string host, int status)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}", $"other={upstream.Port}");
        await using RawClient client = await server.ConnectAsync(serverName);
        Assert.Equal(status, (await client.GetAsync(host: host)).Status);
        Assert.Equal(status == 200 ? 1 : 0, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task An_unknown_name_gets_a_page_and_keeps_its_connection()
    {
        await using TestServer server = new("app=3000");
        await using RawClient client = await server.ConnectAsync("nobody.localhost");
        Answer answer = await client.AskAsync(
            "POST /x HTTP/1.1\r\nHost: nobody.localhost\r\nAccept: text/plain\r\nContent-Length: 4\r\n\r\nbody");
        Assert.Equal((404, null), (answer.Status, answer.Field("connection")));
        Assert.Contains("app.localhost", answer.Body, StringComparison.Ordinal);
        Answer head = await client.AskAsync("HEAD / HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n", bodyless: true);
        Assert.Equal(404, head.Status);
        Assert.Equal(404, (await client.GetAsync(host: "nobody.localhost")).Status);
    }

    [Fact(Timeout = Limit)]
    public async Task An_answer_of_our_own_does_not_wait_for_a_body_and_is_not_lost_to_it()
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /x HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
        Answer answer = await client.ReadAnswerAsync();
        Assert.Equal((404, "close"), (answer.Status, answer.Field("connection")));
        await client.SendAsync(new byte[100_000]);
        await client.AssertEndAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_that_goes_in_circles_is_508()
    {
        await using TestServer inner = new();
        await using TestServer server = new($"app=https://127.0.0.1:{inner.Port}");
        inner.Proxy.Routes = TestServer.Table($"app=https://127.0.0.1:{server.Port}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(508, (await client.GetAsync()).Status);
    }

    [Fact(Timeout = Limit)]
    public async Task Routes_change_for_the_next_request_and_not_for_one_that_runs()
    {
        TaskCompletionSource asked = new(), go = new();
        await using ScriptedUpstream before = new(async peer =>
        {
            while (await peer.ReadRequestAsync() is { Length: > 0 })
            {
                asked.SetResult();
                await go.Task;
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nbefore");
            }
        });
        await using ScriptedUpstream after = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nafter");
        await using TestServer server = new($"app={before.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        server.Proxy.Routes = TestServer.Table($"app={after.Port}");
        await using RawClient second = await server.ConnectAsync();
        Assert.Equal("after", (await second.GetAsync()).Body);
        go.SetResult();
        Assert.Equal("before", (await client.ReadAnswerAsync()).Body);
        Assert.Equal("after", (await client.GetAsync()).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_path_prefix_gives_way_to_the_targets_own_path()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            seen.SetResult(await peer.ReadHeadAsync());
            await peer.SendAsync(Ok);
        });
        await using TestServer server = new("app=3000", $"app/api=http://127.0.0.1:{upstream.Port}/v1/");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(200, (await client.GetAsync("/api/x/y?z=1")).Status);
        Assert.StartsWith("GET /v1/x/y?z=1 HTTP/1.1\r\n", await seen.Task, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task No_more_connections_are_served_at_once_than_the_limit_and_a_place_is_given_on()
    {
        // Each listening socket keeps a place for whoever comes next: of three, one is the plain port's.
        await using TestServer server = new(connections: 3);
        await using RawClient one = await server.ConnectAsync("localhost");
        await using RawClient two = await server.ConnectAsync("localhost");
        await using RawClient three = await RawClient.PlainAsync(server.Port);
        Assert.Equal(200, (await one.GetAsync(host: "localhost")).Status);
        Assert.Equal(2, server.Proxy.OpenConnections);
        await three.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await one.DisposeAsync();
        Assert.Equal(307, (await three.ReadAnswerAsync()).Status);
        Assert.True(server.Proxy.OpenConnections <= 2);
    }
}

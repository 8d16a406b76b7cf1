using Locald.Proxy;
using Locald.Proxy.Connections;
using Locald.Proxy.Routing;

namespace Locald.Tests.Proxy.Serving;

/// <summary>What a browser sees while the app behind a name is still being started.</summary>
public sealed class BootTests
{
    private const int Limit = 30_000;
    private const string Get = "GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>Port 1 of loopback refuses.</summary>
    private static (Boot Boot, RouteTable Table) Booting()
    {
        Boot boot = new();
        return (boot, RouteTable.Create([Route.Parse("app=1", "/") with { Boot = boot }]));
    }

    [Theory(Timeout = Limit)]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task A_request_is_held_until_the_app_is_there(string method)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(method == "GET" ? Ok : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
        await using TestServer server = new();
        (Boot boot, server.Proxy.Routes) = Booting();
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync($"{method} / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await server.UntilExchangeAwaits(Wait.Response);
        server.Proxy.Routes = TestServer.Table($"app={upstream.Port}");
        boot.End();
        Answer answer = await client.ReadAnswerAsync(bodyless: method == "HEAD");
        Assert.Equal((200, null), (answer.Status, answer.Field("locald-page")));
    }

    [Fact(Timeout = Limit)]
    public async Task It_follows_the_app_through_every_change_of_its_route()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new();
        (Boot first, server.Proxy.Routes) = Booting();
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Get);
        await server.UntilExchangeAwaits(Wait.Response);
        (Boot second, server.Proxy.Routes) = Booting();
        first.End();
        server.Proxy.Routes = TestServer.Table($"app={upstream.Port}");
        second.End();
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
    }

    [Fact(Timeout = Limit)]
    public async Task Where_the_app_never_comes_its_name_is_unknown_again()
    {
        await using TestServer server = new();
        (Boot boot, server.Proxy.Routes) = Booting();
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Get);
        await server.UntilExchangeAwaits(Wait.Response);
        server.Proxy.Routes = RouteTable.Empty;
        boot.End();
        Assert.Equal(404, (await client.ReadAnswerAsync()).Status);
    }

    [Fact(Timeout = Limit)]
    public async Task After_a_minute_it_is_503_with_a_page_that_asks_again()
    {
        await using TestServer server = new();
        (_, server.Proxy.Routes) = Booting();
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Get);
        await server.UntilExchangeAwaits(Wait.Response);
        server.Pass(Limits.BootWait - 5_000);
        await server.UntilExchangeAwaits(Wait.Response);
        server.Pass(5_001);
        Answer answer = await client.ReadAnswerAsync();
        Assert.Equal((503, "starting"), (answer.Status, answer.Field("locald-page")));
        Assert.NotNull(answer.Field("retry-after"));
        Assert.Null(answer.Field("connection"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 2\r\n\r\nhi")]
    public async Task What_is_more_than_a_question_is_503_at_once(string request)
    {
        await using TestServer server = new();
        (_, server.Proxy.Routes) = Booting();
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync(request);
        Assert.Equal((503, "starting"), (answer.Status, answer.Field("locald-page")));
        Assert.NotNull(answer.Field("retry-after"));
    }

    [Fact(Timeout = Limit)]
    public async Task An_app_that_answers_already_is_asked_at_once()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new();
        server.Proxy.Routes = RouteTable.Create([Route.Parse($"app={upstream.Port}", "/") with { Boot = new() }]);
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(200, (await client.GetAsync()).Status);
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_leaves_is_held_no_longer()
    {
        await using TestServer server = new();
        (_, server.Proxy.Routes) = Booting();
        RawClient client = await server.ConnectAsync();
        await client.SendAsync(Get);
        await server.UntilExchangeAwaits(Wait.Response);
        await client.DisposeAsync();
        await TestServer.Until(() =>
        {
            server.Pass(1_001);
            return server.Proxy.OpenConnections == 0;
        });
        Assert.Matches(" --- GET .*\\(client-gone\\)\n", await server.StopAndReadLogAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_stops_waits_for_no_app()
    {
        await using TestServer server = new();
        (_, server.Proxy.Routes) = Booting();
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Get);
        await server.UntilExchangeAwaits(Wait.Response);
        Task stopping = server.Proxy.StopAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(503, (await client.ReadAnswerAsync()).Status);
        await stopping;
    }
}

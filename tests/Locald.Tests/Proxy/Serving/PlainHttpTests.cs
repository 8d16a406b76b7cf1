namespace Locald.Tests.Proxy.Serving;

public sealed class PlainHttpTests
{
    private const int Limit = 30_000;

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Plain_HTTP_is_sent_to_TLS_on_the_redirect_port_and_on_the_TLS_port(bool onTlsPort)
    {
        await using TestServer server = new();
        await using RawClient client = await RawClient.PlainAsync(onTlsPort ? server.Port : server.HttpPort);
        Answer answer = await client.AskAsync("GET /a?b=c HTTP/1.1\r\nHost: app.localhost:1234\r\n\r\n");
        Assert.Equal(307, answer.Status);
        Assert.Equal($"https://app.localhost:{server.Port}/a?b=c", answer.Field("location"));
        Assert.Equal(("no-store", "close"), (answer.Field("cache-control"), answer.Field("connection")));
        await client.AssertEndAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_body_that_is_still_coming_does_not_cost_the_client_its_answer()
    {
        await using TestServer server = new();
        await using RawClient client = await RawClient.PlainAsync(server.HttpPort);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 100000\r\n\r\n");
        await client.SendAsync(new byte[50_000]);
        Assert.Equal(307, (await client.ReadAnswerAsync()).Status);
        await client.SendAsync(new byte[50_000]);
        await client.AssertEndAsync();
        await client.DisposeAsync();
        await server.UntilNobodyIsConnected();
    }

    [Fact(Timeout = Limit)]
    public async Task Garbage_on_the_TLS_port_is_answered_or_closed()
    {
        await using TestServer server = new();
        foreach (string garbage in new[] { "\0\0\0\r\n\r\n", "SSH-2.0-OpenSSH_9.6\r\n\r\n", "\u0080\u002e\u0001\u0003\r\n\r\n", "\n\n", "\u0015\u0003\u0003\n" })
        {
            await using RawClient client = await RawClient.PlainAsync(server.Port);
            Assert.Equal(400, (await client.AskAsync(garbage)).Status);
            await client.AssertEndAsync();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_host_that_is_not_this_machine_is_not_sent_anywhere()
    {
        await using TestServer server = new();
        await using RawClient client = await RawClient.PlainAsync(server.HttpPort);
        Answer answer = await client.GetAsync(host: "example.com");
        Assert.Equal((421, null), (answer.Status, answer.Field("location")));
    }

    [Fact(Timeout = Limit)]
    public async Task Malformed_plain_HTTP_is_refused_as_over_TLS()
    {
        await using TestServer server = new();
        await using RawClient client = await RawClient.PlainAsync(server.HttpPort);
        Assert.Equal(400, (await client.AskAsync("GET / HTTP/1.1\nHost: app.localhost\n\n")).Status);
        await client.AssertEndAsync();
    }
}

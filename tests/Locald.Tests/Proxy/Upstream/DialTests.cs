using System.Net;
using System.Net.Sockets;
using Locald.Tests.Certificates;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Upstream;

public sealed class DialTests
{
    private const int Limit = 30_000;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory(Timeout = Limit)]
    [InlineData("127.0.0.1", "{0}")]
    [InlineData("::1", "{0}")]
    [InlineData("::1", "localhost:{0}")]
    [InlineData("127.0.0.1", "127.0.0.1:{0}")]
    [InlineData("::1", "http://[::1]:{0}")]
    public async Task A_port_is_found_on_whichever_loopback_it_listens(string address, string target)
    {
        await using ScriptedUpstream upstream = new(Script, new IPEndPoint(IPAddress.Parse(address), 0));
        await using TestServer server = new("app=" + string.Format(null, target, upstream.Port));
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal("ok", (await client.GetAsync()).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_unix_socket_is_an_upstream()
    {
        using TemporaryFolder folder = new();
        await using ScriptedUpstream upstream = new(Script, new UnixDomainSocketEndPoint(folder["s"]));
        await using TestServer server = new($"app=unix:{folder["s"]}", $"none=unix:{folder["none"]}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal("ok", (await client.GetAsync()).Body);
        Assert.Equal("ok", (await client.GetAsync()).Body);
        await using RawClient none = await server.ConnectAsync("none.localhost");
        Answer missing = await none.GetAsync(host: "none.localhost");
        Assert.Equal((502, "upstream-socket-missing"), (missing.Status, missing.Field("locald-page")));
    }

    [Fact(Timeout = Limit)]
    public async Task TLS_on_loopback_may_be_self_signed()
    {
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create();
        System.Security.Cryptography.X509Certificates.CertificateRequest request = new(
            "CN=whatever", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using ScriptedUpstream upstream = new(Script, certificate: certificate);
        await using TestServer server = new($"app=https://localhost:{upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("ok", (await client.GetAsync()).Body);
        }

        Assert.Equal(1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task TLS_to_a_server_that_does_not_speak_it_is_502()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadExactlyAsync(1);
            await peer.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n");
        });
        await using TestServer server = new($"app=https://localhost:{upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.GetAsync();
        Assert.Equal((502, "upstream-tls-failed", null), (answer.Status, answer.Field("locald-page"), answer.Field("connection")));
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_without_an_address_is_502()
    {
        await using TestServer server = new("app=http://no-such-name.invalid:80");
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.GetAsync();
        Assert.Equal((502, "upstream-name-not-found"), (answer.Status, answer.Field("locald-page")));
    }

    [Fact(Timeout = Limit)]
    public async Task An_upstream_that_is_down_is_502_and_served_again_when_it_is_back()
    {
        using Socket reserved = TestServer.Listen();
        int port = ((IPEndPoint)reserved.LocalEndPoint!).Port;
        reserved.Dispose();
        await using TestServer server = new($"app={port}");
        await using RawClient client = await server.ConnectAsync();
        Answer down = await client.GetAsync(fields: "Accept: text/plain\r\n");
        Assert.Equal((502, "upstream-refused", "no-store", null),
            (down.Status, down.Field("locald-page"), down.Field("cache-control"), down.Field("connection")));
        Assert.Contains($"{port}", down.Body, StringComparison.Ordinal);
        Answer posted = await client.AskAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 4\r\n\r\nbody");
        Assert.Equal((502, null), (posted.Status, posted.Field("connection")));
        await using ScriptedUpstream upstream = new(Script, new IPEndPoint(IPAddress.Loopback, port));
        Assert.Equal("ok", (await client.GetAsync()).Body);
    }

    private static async Task Script(ScriptedUpstream.Peer peer)
    {
        while (await peer.ReadRequestAsync() is { Length: > 0 })
        {
            await peer.SendAsync(Ok);
        }
    }
}

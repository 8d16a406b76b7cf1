using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Tls;

public sealed class HandshakeTests
{
    private const int Limit = 30_000;

    /// <summary>A fatal alert in the clear, unrecognized_name (RFC 6066 §3).</summary>
    private static readonly byte[] UnrecognizedName = [21, 3, 3, 0, 2, 2, 112];

    [Theory(Timeout = Limit)]
    [InlineData("app.localhost", "app.localhost")]
    [InlineData("APP.LocalHost", "app.localhost")]
    [InlineData("a.b.localhost", "a.b.localhost")]
    [InlineData("localhost", "localhost")]
    [InlineData("127.0.0.1", "localhost")]
    [InlineData("", "localhost")]
    public async Task A_client_gets_a_leaf_for_the_name_it_asks_for(string asked, string named)
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync(asked);
        using X509Certificate2 leaf = new(client.Tls.RemoteCertificate!);
        Assert.True(leaf.MatchesHostname(named));
        Answer answer = await client.GetAsync(host: asked.Length == 0 ? "[::1]" : asked);
        Assert.NotEqual(421, answer.Status);
    }

    [Theory(Timeout = Limit)]
    [InlineData("example.com")]
    [InlineData("localhost.example.com")]
    [InlineData("xlocalhost")]
    [InlineData("-a.localhost")]
    public async Task A_name_that_gets_no_certificate_is_told_so_by_an_alert(string name)
    {
        await using TestServer server = new();
        using MemoryStream record = new();
        await Assert.ThrowsAsync<AuthenticationException>(() => RawClient.SecureAsync(server.Port, name, record: record));
        Assert.Equal(UnrecognizedName, record.ToArray());
        await server.UntilNobodyIsConnected();
    }

    [Theory(Timeout = Limit)]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Both_versions_of_TLS_are_spoken_and_ALPN_agrees_on_HTTP_1_1(SslProtocols version)
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync("localhost", o =>
        {
            o.EnabledSslProtocols = version;
            o.ApplicationProtocols = [new("spdy/3"), SslApplicationProtocol.Http11];
        });
        Assert.Equal(version, client.Tls.SslProtocol);
        Assert.Equal(SslApplicationProtocol.Http11, client.Tls.NegotiatedApplicationProtocol);
        Assert.Equal(200, (await client.GetAsync(host: "localhost")).Status);
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_without_ALPN_is_served()
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync("locald.localhost", o => o.ApplicationProtocols = null);
        Assert.Equal(200, (await client.GetAsync(host: "locald.localhost")).Status);
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_speaks_no_protocol_of_ours_is_refused_in_the_handshake()
    {
        await using TestServer server = new();
        await Assert.ThrowsAnyAsync<Exception>(() => server.ConnectAsync("app.localhost", o => o.ApplicationProtocols = [new("spdy/3")]));
        await server.UntilNobodyIsConnected();
    }

    [Theory(Timeout = Limit)]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_second_handshake_resumes_the_first(SslProtocols version)
    {
        await using TestServer server = new();
        long first = await HandshakeBytesAsync(server, version);
        long second = await HandshakeBytesAsync(server, version);

        // A resumed handshake carries no certificate.
        Assert.True(second < first - 300, $"{first} bytes, then {second}");
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_leaves_within_the_handshake_leaves_nothing_behind()
    {
        await using TestServer server = new();
        for (int i = 0; i < 20; i++)
        {
            await using RawClient client = await RawClient.PlainAsync(server.Port);
            await client.SendAsync(new byte[] { 22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3 });
            if (i % 2 == 0)
            {
                client.Reset();
            }
        }

        await server.UntilNobodyIsConnected();
    }

    [Fact(Timeout = Limit)]
    public async Task Garbage_that_begins_like_a_handshake_ends_the_connection()
    {
        await using TestServer server = new();
        Random random = new(7);
        for (int i = 0; i < 40; i++)
        {
            byte[] garbage = new byte[random.Next(600, 3000)];
            random.NextBytes(garbage);
            int record = random.Next(64, 500);
            (garbage[0], garbage[1], garbage[2], garbage[3], garbage[4]) = (22, 3, (byte)random.Next(5), (byte)(record >> 8), (byte)record);
            if (i % 2 == 0)
            {
                // A plausible ClientHello that goes wrong later.
                (garbage[5], garbage[6], garbage[7], garbage[8], garbage[9], garbage[10]) = (1, 0, (byte)((record - 4) >> 8), (byte)(record - 4), 3, 3);
            }

            await using RawClient client = await RawClient.PlainAsync(server.Port);
            await client.SendAsync(garbage);
            await client.ReadRestAsync();
        }

        await server.UntilNobodyIsConnected();
    }

    private static async Task<long> HandshakeBytesAsync(TestServer server, SslProtocols version)
    {
        // A name of its own: a client keeps one session for each, and tests run side by side.
        using MemoryStream record = new();
        await using RawClient client = await RawClient.SecureAsync(server.Port, "resumed.localhost", o => o.EnabledSslProtocols = version, record);
        await client.AskAsync("GET / HTTP/1.1\r\nHost: resumed.localhost\r\nAccept: text/plain\r\nConnection: close\r\n\r\n");
        return record.Length;
    }
}

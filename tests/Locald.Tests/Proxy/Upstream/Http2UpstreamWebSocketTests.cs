using System.Net.Security;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Upstream;

/// <summary>WebSockets to targets that speak HTTP/2.</summary>
public sealed class Http2UpstreamWebSocketTests
{
    private const int Limit = 30_000;

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_WebSocket_goes_through_as_an_extended_CONNECT(bool http2)
    {
        TaskCompletionSource<string[]> seen = new();
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            seen.SetResult(request.Lines);
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "200"), ("sec-websocket-protocol", "chat")));
            Http2Frame frame;
            do
            {
                frame = await peer.UntilAsync(request.StreamId, FrameType.Data);
                await peer.DataAsync(request.StreamId, Messages.Heads.Text(frame.Payload), end: frame.IsLast);
            }
            while (!frame.IsLast);
        }, (SettingId.EnableConnectProtocol, 1));
        await using TestServer server = new(Http2Server.Route(upstream));
        if (http2)
        {
            await using Http2Client client = await Http2Client.ConnectAsync(server);
            await client.AskAsync(1, Http2Client.Block((":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/chat"),
                (":authority", "app.localhost"), ("sec-websocket-version", "13")), end: false);
            await client.DataAsync(1, "hello", end: true);
            Http2Answer answer = await client.ReadAnswerAsync(1);
            Assert.Equal((200, "hello", "chat", null, true),
                (answer.Status, answer.Body, answer.Field("sec-websocket-protocol"), answer.Field("sec-websocket-accept"), answer.Whole));
        }
        else
        {
            await using RawClient client = await server.ConnectAsync();
            Answer answer = await client.AskAsync("GET /chat HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            Assert.Equal((101, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "websocket"), (answer.Status, answer.Field("sec-websocket-accept"), answer.Field("upgrade")));
            await client.SendAsync("hello");
            Assert.Equal("hello", await client.ReadUpToAsync(5));
        }

        string[] lines = await seen.Task;
        Assert.Equal([":method: CONNECT", ":protocol: websocket", ":scheme: http", ":path: /chat", ":authority: app.localhost"], lines[..5]);
        Assert.Contains("sec-websocket-version: 13", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("sec-websocket-key", StringComparison.Ordinal) || l.StartsWith("upgrade", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_WebSocket_that_the_upstream_refuses_is_answered_as_any_request_and_one_it_does_not_know_is_502()
    {
        await using ScriptedUpstream refusing = Http2Server.Serving((peer, request) =>
            peer.SendAsync(FrameType.Headers, 5, request.StreamId, Http2Peer.Block((":status", "404"))), (SettingId.EnableConnectProtocol, 1));
        await using ScriptedUpstream ignorant = Http2Server.Serving((peer, request) => peer.AnswerAsync(request.StreamId, "plain"));
        await using TestServer server = new($"app=h2c://127.0.0.1:{refusing.Port}", $"other=h2c://127.0.0.1:{ignorant.Port}");
        const string Upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(404, (await client.AskAsync("GET /chat HTTP/1.1\r\nHost: app.localhost\r\n" + Upgrade)).Status);
        await using RawClient other = await server.ConnectAsync("other.localhost");
        Answer answer = await other.AskAsync("GET /chat HTTP/1.1\r\nHost: other.localhost\r\n" + Upgrade);
        Assert.Equal(502, answer.Status);
        Assert.Contains("RFC 8441", answer.Body, StringComparison.Ordinal);
        Assert.Equal("plain", (await other.AskAsync("GET / HTTP/1.1\r\nHost: other.localhost\r\n\r\n")).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_WebSocket_to_a_server_behind_TLS_goes_over_HTTP_1_1()
    {
        await using ScriptedUpstream upstream = new(async wire =>
        {
            if (wire.Stream is SslStream { NegotiatedApplicationProtocol: var chosen } && chosen == SslApplicationProtocol.Http2)
            {
                await using Http2Server peer = await Http2Server.GreetAsync(wire);
                await peer.AnswerAsync((await peer.NextRequestAsync())!.StreamId, "two");
                await peer.NextRequestAsync();
                return;
            }

            Assert.StartsWith("GET /chat HTTP/1.1\r\n", await wire.ReadHeadAsync(), StringComparison.Ordinal);
            await wire.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
        }, certificate: TestAuthority.Certificates.Leaf("app.localhost"), offers: ["h2", "http/1.1"]);
        await using TestServer server = new($"app=https://127.0.0.1:{upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal("two", (await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n")).Body);
        Answer answer = await client.AskAsync("GET /chat HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        Assert.Equal((101, "hello"), (answer.Status, await client.ReadUpToAsync(5)));
    }
}

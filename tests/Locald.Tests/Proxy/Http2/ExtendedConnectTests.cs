using Locald.Proxy.Connections;
using Locald.Proxy.Http2;
using Locald.Proxy.Messages;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>WebSockets over HTTP/2, RFC 8441.</summary>
public sealed class ExtendedConnectTests
{
    private const int Limit = 30_000;

    private static byte[] Connect(string protocol = "websocket", params (string, string)[] fields) =>
        Http2Client.Block([(":method", "CONNECT"), (":protocol", protocol), (":scheme", "https"), (":path", "/chat"), (":authority", "app.localhost"), ("sec-websocket-version", "13"), .. fields]);

    [Fact(Timeout = Limit)]
    public async Task Bytes_pass_both_ways_until_both_sides_have_ended()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            Assert.StartsWith("GET /chat HTTP/1.1\r\n", head, StringComparison.Ordinal);
            Assert.Equal(("upgrade", "websocket", "13", "chat"), (Fields.Of(head, "connection").Single(), Fields.Of(head, "upgrade").Single(),
                Fields.Of(head, "sec-websocket-version").Single(), Fields.Of(head, "sec-websocket-protocol").Single()));
            Assert.Empty(Fields.Of(head, "transfer-encoding"));
            await peer.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: chat\r\n"
                + $"Sec-WebSocket-Accept: {WebSocketKey.Accept(Fields.Of(head, "sec-websocket-key").Single())}\r\n\r\nearly;");
            while (await peer.ReadThroughAsync(";") is { Length: > 0 } message)
            {
                await peer.SendAsync(message);
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Connect(fields: [("sec-websocket-protocol", "chat"), ("sec-websocket-key", "not mine to choose")]), end: false);
        await client.DataAsync(1, new string('a', 10_000) + ";");
        await client.DataAsync(1, "b;", end: true);
        Http2Answer answer = await client.ReadAnswerAsync(1);
        Assert.Equal((200, "chat", null, true), (answer.Status, answer.Field("sec-websocket-protocol"), answer.Field("sec-websocket-accept"), answer.Whole));
        Assert.Equal("early;" + new string('a', 10_000) + ";b;", answer.Body);
        await server.UntilClientAwaited(Wait.Idle);
    }

    [Theory(Timeout = Limit)]
    [InlineData("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")]
    [InlineData("")]
    public async Task An_upstream_that_does_not_answer_the_key_is_502(string accept)
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{accept}\r\n");
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Connect(), end: false);
        Http2Answer answer = await client.ReadAnswerAsync(1);
        Assert.Equal((502, true), (answer.Status, answer.Whole));
        await server.UntilClientAwaited(Wait.Idle);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upstream_that_wants_no_WebSocket_answers_as_to_any_request()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        for (int id = 1; id < 6; id += 2)
        {
            await client.AskAsync(id, Connect(), end: false);
            Http2Answer answer = await client.ReadAnswerAsync(id);
            Assert.Equal((404, "no", true), (answer.Status, answer.Body, answer.Whole));
            Assert.Equal(Http2ErrorCode.NoError, (await client.UntilAsync(id, FrameType.RstStream)).Code);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Another_protocol_is_501()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Connect("connect-udp"), end: false);
        Assert.Equal(501, (await client.ReadAnswerAsync(1)).Status);
        Assert.Equal(0, upstream.Connections);
        await server.UntilClientAwaited(Wait.Idle);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tunnel_that_breaks_on_one_side_is_reset_on_the_other(bool clientBreaks)
    {
        TaskCompletionSource go = new(), over = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + $"Sec-WebSocket-Accept: {WebSocketKey.Accept(Fields.Of(head, "sec-websocket-key").Single())}\r\n\r\n");
            await go.Task;
            if (!clientBreaks)
            {
                peer.Reset();
            }

            await peer.ReadRestAsync();
            over.SetResult();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Connect(), end: false);
        await client.UntilAsync(1, FrameType.Headers);
        go.SetResult();
        if (clientBreaks)
        {
            await client.ResetAsync(1);
            await over.Task.WaitAsync(TestContext.Current.CancellationToken);
        }
        else
        {
            Assert.Equal(Http2ErrorCode.Cancel, (await client.UntilAsync(1, FrameType.RstStream)).Code);
        }

        await server.UntilClientAwaited(Wait.Idle);
        await client.PingAsync();
    }

    [Fact]
    public void The_answer_to_a_key_is_that_of_RFC_6455() => Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", WebSocketKey.Accept("dGhlIHNhbXBsZSBub25jZQ=="));
}

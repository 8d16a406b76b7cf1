using Locald.Proxy.Connections;
using Locald.Proxy.Http2;
using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Http2;
using Locald.Tests.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Upstream;

/// <summary>Requests to <c>h2c://</c> targets, and their answers.</summary>
public sealed class Http2UpstreamTests
{
    private const int Limit = 30_000;

    [Fact(Timeout = Limit)]
    public async Task The_upstream_gets_the_request_as_fields_with_our_word_on_the_client()
    {
        TaskCompletionSource<(string[], string)> seen = new();
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            seen.SetResult((request.Lines, await peer.ReadBodyAsync(request)));
            await peer.AnswerAsync(request.StreamId, "hello", ("x-mine", "1"));
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync(
            "POST /a?b HTTP/1.1\r\nHost: app.localhost:8443\r\nX-Forwarded-For: 6.6.6.6\r\nConnection: keep-alive, x-secret\r\nX-Secret: s\r\nX-Open: o\r\n"
            + "TE: trailers\r\nTransfer-Encoding: chunked\r\nUpgrade: foo\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
        (string[] lines, string body) = await seen.Task;
        Assert.Equal(
            [
                ":method: POST", ":scheme: http", ":path: /a?b", ":authority: app.localhost:8443", "x-open: o", "te: trailers", "via: 1.1 locald",
                "x-forwarded-for: 127.0.0.1", "x-forwarded-proto: https", "forwarded: for=127.0.0.1;proto=https;host=\"app.localhost:8443\"",
                "x-forwarded-host: app.localhost:8443", "x-forwarded-port: 8443",
            ], lines);
        Assert.Equal("body", body);
        Assert.Equal((200, "hello", "1", "chunked"), (answer.Status, answer.Body, answer.Field("x-mine"), answer.Field("transfer-encoding")));
    }

    [Theory(Timeout = Limit)]
    [InlineData("GET", "5", "hello", true, "content-length: 5", "hello")]
    [InlineData("GET", null, "hello", true, "transfer-encoding: chunked", "hello")]
    [InlineData("GET", null, "", true, "content-length: 0", "")]
    [InlineData("GET", "0", "", false, "content-length: 0", "")]
    [InlineData("GET", null, "", false, "transfer-encoding: chunked", "")]
    [InlineData("HEAD", "5", "", true, "content-length: 5", "")]
    [InlineData("HEAD", null, "", true, "via: x", "")]
    public async Task A_response_is_framed_anew_for_HTTP_1_1(string method, string? length, string body, bool endsWithHead, string expected, string read)
    {
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            bool bare = body.Length == 0 && endsWithHead;
            (string, string)[] fields = length is null ? [("via", "x")] : [("content-length", length), ("via", "x")];
            await peer.SendAsync(FrameType.Headers, bare ? 5 : 4, request.StreamId, Http2Peer.Block([(":status", "200"), .. fields]));
            if (!bare)
            {
                await peer.DataAsync(request.StreamId, body, end: true);
            }
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync($"{method} / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
            Answer answer = await client.ReadAnswerAsync(bodyless: method == "HEAD");
            Assert.Contains($"\r\n{expected}\r\n", answer.Head, StringComparison.OrdinalIgnoreCase);
            Assert.Equal((200, read), (answer.Status, answer.Body));
        }

        Assert.Equal(1, upstream.Connections);
    }

    [Theory(Timeout = Limit)]
    [InlineData(204)]
    [InlineData(304)]
    public async Task A_response_without_a_body_gets_no_length(int status)
    {
        await using ScriptedUpstream upstream = Http2Server.Serving((peer, request) =>
            peer.SendAsync(FrameType.Headers, 5, request.StreamId, Http2Peer.Block((":status", $"{status}"))));
        await using TestServer server = new(Http2Server.Route(upstream));
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        Assert.Equal((status, null, null), (answer.Status, answer.Field("content-length"), answer.Field("transfer-encoding")));
    }

    [Fact(Timeout = Limit)]
    public async Task Trailers_pass_both_ways_and_a_response_of_trailers_alone_remains_one()
    {
        TaskCompletionSource<string[]> seen = new();
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            if (request.IsLast)
            {
                await peer.SendAsync(FrameType.Headers, 5, request.StreamId, Http2Peer.Block((":status", "200"), ("grpc-status", "12")));
                return;
            }

            Http2Frame last = await peer.UntilAsync(request.StreamId, FrameType.Headers);
            seen.SetResult(last.Lines);
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "200")));
            await peer.DataAsync(request.StreamId, "abc");
            await peer.SendAsync(FrameType.Headers, 5, request.StreamId, Http2Peer.Block(("grpc-status", "0"), ("set-cookie", "too late")));
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST", fields: ("te", "trailers")), end: false);
        await client.DataAsync(1, "x");
        await client.SendAsync(FrameType.Headers, 5, 1, Http2Peer.Block(("x-sum", "1"), ("authorization", "too late")));
        Http2Answer answer = await client.ReadAnswerAsync(1);
        Assert.Equal(["x-sum: 1"], await seen.Task);
        Assert.Equal((200, "abc", true), (answer.Status, answer.Body, answer.Whole));
        Assert.Equal(["grpc-status: 0"], answer.Trailers);

        await client.AskAsync(3, Http2Client.Request());
        Http2Frame only = await client.UntilAsync(3, FrameType.Headers);
        Assert.True(only.IsLast);
        Assert.Contains("grpc-status: 12", only.Lines);
    }

    [Fact(Timeout = Limit)]
    public async Task Both_sides_stream_at_once()
    {
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "200")));
            Http2Frame frame;
            do
            {
                frame = await peer.UntilAsync(request.StreamId, FrameType.Data);
                await peer.DataAsync(request.StreamId, "got " + Messages.Heads.Text(frame.Payload), end: frame.IsLast);
            }
            while (!frame.IsLast);
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST"), end: false);
        await client.UntilAsync(1, FrameType.Headers);
        for (int i = 0; i < 20; i++)
        {
            await client.DataAsync(1, $"{i}");
            Assert.Equal($"got {i}", Messages.Heads.Text((await client.UntilAsync(1, FrameType.Data)).Payload));
        }

        await client.DataAsync(1, "z", end: true);
        Assert.Equal("got z", (await client.UntilAsync(1, FrameType.Data)) is { } data ? Messages.Heads.Text(data.Payload) : null);
        await server.UntilClientAwaited(Wait.Idle);
    }

    [Fact(Timeout = Limit)]
    public async Task A_response_that_breaks_off_never_ends_cleanly()
    {
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "200")));
            await peer.DataAsync(request.StreamId, "half");
            await peer.ResetAsync(request.StreamId, Http2ErrorCode.InternalError);
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Http2Answer answer = await client.GetAsync(1);
        Assert.Equal((false, Http2ErrorCode.InternalError), (answer.Whole, answer.Reset));
        await using RawClient old = await server.ConnectAsync();
        await old.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        Assert.False((await old.ReadAnswerAsync()).Whole);
    }

    [Fact(Timeout = Limit)]
    public async Task What_came_before_the_response_broke_off_is_delivered()
    {
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "200")));
            await peer.DataAsync(request.StreamId, "first ");
            await go.Task;
            await peer.SendAsync([
                .. Http2Peer.Frame(FrameType.Data, 0, request.StreamId, "second"u8),
                .. Http2Peer.Frame(FrameType.RstStream, 0, request.StreamId, Http2Peer.Number((uint)Http2ErrorCode.InternalError)),
            ]);
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await client.ReadThroughAsync("first ");
        go.SetResult();
        Assert.Contains("second", await client.ReadRestAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_response_that_is_whole_before_its_request_is_delivered()
    {
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            await peer.AnswerAsync(request.StreamId, "enough");
            await peer.ResetAsync(request.StreamId, Http2ErrorCode.NoError);
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST"), end: false);
        Http2Answer answer = await client.ReadAnswerAsync(1);
        Assert.Equal((200, "enough", true), (answer.Status, answer.Body, answer.Whole));
        Assert.Equal(Http2ErrorCode.NoError, (await client.UntilAsync(1, FrameType.RstStream)).Code);
    }

    [Theory(Timeout = Limit)]
    [InlineData("content-type", "a/b")]
    [InlineData(":status", "20")]
    [InlineData(":status", "2000")]
    [InlineData(":status", "099")]
    [InlineData(":status", "2 0")]
    [InlineData(":status", "101")]
    [InlineData(":status", "200", ":status", "200")]
    [InlineData(":status", "200", ":path", "/")]
    [InlineData(":status", "200", "a", "b", ":status", "200")]
    [InlineData(":status", "200", "Upper", "b")]
    [InlineData(":status", "200", "a b", "b")]
    [InlineData(":status", "200", "", "b")]
    [InlineData(":status", "200", "a", "b\r\nx: y")]
    [InlineData(":status", "200", "a", "b\0")]
    [InlineData(":status", "200", "a", " b")]
    [InlineData(":status", "200", "connection", "close")]
    [InlineData(":status", "200", "transfer-encoding", "chunked")]
    [InlineData(":status", "200", "upgrade", "x")]
    [InlineData(":status", "200", "keep-alive", "5")]
    [InlineData(":status", "200", "content-length", "x")]
    [InlineData(":status", "200", "content-length", "1", "content-length", "2")]
    public async Task A_malformed_response_is_502_and_its_connection_goes_on(params string[] fields)
    {
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            if (request.StreamId == 3)
            {
                Assert.Equal(Http2ErrorCode.ProtocolError, (await peer.UntilAsync(1, FrameType.RstStream)).Code);
                await peer.AnswerAsync(3, "fine");
                return;
            }

            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block(fields.Chunk(2).Select(f => (f[0], f[1]))));
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(502, (await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n")).Status);
        Assert.Equal("fine", (await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n")).Body);
        Assert.Equal(1, upstream.Connections);
    }

    [Theory(Timeout = Limit)]
    [InlineData("4", "12345")]
    [InlineData("6", "12345")]
    public async Task A_body_of_another_length_than_was_announced_is_cut(string length, string body)
    {
        await using ScriptedUpstream upstream = Http2Server.Serving((peer, request) => peer.AnswerAsync(request.StreamId, body, ("content-length", length)));
        await using TestServer server = new(Http2Server.Route(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Assert.False((await client.GetAsync(1)).Whole);
    }

    [Fact(Timeout = Limit)]
    public async Task Interim_responses_pass()
    {
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            Assert.Contains("expect: 100-continue", request.Lines);
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "100")));
            string body = await peer.ReadBodyAsync(request);
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "103"), ("link", "x")));
            await peer.AnswerAsync(request.StreamId, body);
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        Assert.Equal(100, (await client.ReadAnswerAsync()).Status);
        await client.SendAsync("body");
        Answer hints = await client.ReadAnswerAsync();
        Assert.Equal((103, "x"), (hints.Status, hints.Field("link")));
        Assert.Equal("body", (await client.ReadAnswerAsync()).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_field_that_is_never_to_be_indexed_remains_one_both_ways()
    {
        static byte[] Secret(string value) => [0x10, 1, (byte)'x', 1, (byte)value[0]];
        TaskCompletionSource<byte[]> seen = new();
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            seen.SetResult(request.Payload);
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, [.. Http2Peer.Block((":status", "200"), ("y", "1")), .. Secret("a")]);
            await peer.SendAsync(FrameType.Headers, 5, request.StreamId, [.. Http2Peer.Block(("z", "1")), .. Secret("b")]);
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, [.. Http2Client.Request("GET", fields: ("y", "1")), .. Secret("c")]);
        FieldList request = Fields(await seen.Task);
        Assert.Equal(["x"], request.NeverIndexed);
        Assert.Contains("x: c", request.Lines);
        Assert.Equal(["x"], Fields((await client.UntilAsync(1, FrameType.Headers)).Payload).NeverIndexed);
        Assert.Equal(["x"], Fields((await client.UntilAsync(1, FrameType.Headers)).Payload).NeverIndexed);

        // Nothing that stands in these blocks refers to an earlier one.
        static FieldList Fields(byte[] block)
        {
            FieldList fields = new();
            Assert.Equal(HpackFault.None, new HpackDecoder().Decode(block, fields));
            return fields;
        }
    }
}

using System.Net.Security;
using Locald.Proxy;
using Locald.Proxy.Connections;
using Locald.Proxy.Http2;
using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Http2;
using Locald.Tests.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Upstream;

/// <summary>Requests to <c>h2c://</c> targets.</summary>
public sealed class Http2UpstreamTests
{
    private const int Limit = 30_000;

    private static string[] Routes(ScriptedUpstream upstream) => [$"app=h2c://127.0.0.1:{upstream.Port}"];

    /// <summary>Serves requests one after the other on each connection.</summary>
    private static ScriptedUpstream Serving(Func<Http2Server, Http2Frame, Task> serve, params (SettingId, uint)[] settings) => new(async wire =>
    {
        await using Http2Server peer = await Http2Server.GreetAsync(wire, settings);
        while (await peer.NextRequestAsync() is { } request)
        {
            await serve(peer, request);
        }
    });

    [Fact(Timeout = Limit)]
    public async Task The_upstream_gets_the_request_as_fields_with_our_word_on_the_client()
    {
        TaskCompletionSource<(string[], string)> seen = new();
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            seen.SetResult((request.Lines, await peer.ReadBodyAsync(request)));
            await peer.AnswerAsync(request.StreamId, "hello", ("X-Mine".ToLowerInvariant(), "1"));
        });
        await using TestServer server = new(Routes(upstream));
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
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            bool bare = body.Length == 0 && endsWithHead;
            (string, string)[] fields = length is null ? [("via", "x")] : [("content-length", length), ("via", "x")];
            await peer.SendAsync(FrameType.Headers, bare ? 5 : 4, request.StreamId, Http2Peer.Block([(":status", "200"), .. fields]));
            if (!bare)
            {
                await peer.DataAsync(request.StreamId, body, end: true);
            }
        });
        await using TestServer server = new(Routes(upstream));
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
        await using ScriptedUpstream upstream = Serving((peer, request) =>
            peer.SendAsync(FrameType.Headers, 5, request.StreamId, Http2Peer.Block((":status", $"{status}"))));
        await using TestServer server = new(Routes(upstream));
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        Assert.Equal((status, null, null), (answer.Status, answer.Field("content-length"), answer.Field("transfer-encoding")));
    }

    [Fact(Timeout = Limit)]
    public async Task Trailers_pass_both_ways_and_a_response_of_trailers_alone_remains_one()
    {
        TaskCompletionSource<string[]> seen = new();
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
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
        await using TestServer server = new(Routes(upstream));
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
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
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
        await using TestServer server = new(Routes(upstream));
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
    public async Task Exchanges_share_a_connection_and_open_another_where_the_upstream_takes_no_more()
    {
        TaskCompletionSource go = new();
        int arrived = 0;
        await using ScriptedUpstream upstream = new(async wire =>
        {
            await using Http2Server peer = await Http2Server.GreetAsync(wire, (SettingId.MaxConcurrentStreams, 2));
            List<Http2Frame> asked = [];
            while (asked.Count < 2 && await peer.NextRequestAsync() is { } request)
            {
                asked.Add(request);
                if (Interlocked.Increment(ref arrived) == 6)
                {
                    go.SetResult();
                }
            }

            Assert.Equal([1, 3], asked.Select(a => a.StreamId));
            await go.Task;

            // In any order.
            await peer.AnswerAsync(3, $"{wire.Number}");
            await peer.AnswerAsync(1, $"{wire.Number}");
            await peer.NextRequestAsync();
        });
        await using TestServer server = new(Routes(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        for (int id = 1; id < 12; id += 2)
        {
            await client.AskAsync(id, Http2Client.Request());
        }

        List<string> bodies = [];
        for (int id = 1; id < 12; id += 2)
        {
            bodies.Add((await client.ReadAnswerAsync(id)).Body);
        }

        Assert.Equal(["1", "1", "2", "2", "3", "3"], bodies.Order());
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_leaves_cancels_its_own_stream_and_no_other()
    {
        TaskCompletionSource asked = new();
        TaskCompletionSource<Http2ErrorCode> cancelled = new();
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            if (request.Lines.Contains(":path: /slow"))
            {
                asked.SetResult();
                cancelled.SetResult((await peer.UntilAsync(request.StreamId, FrameType.RstStream)).Code);
                await peer.AnswerAsync(request.StreamId, "too late");
                return;
            }

            await peer.AnswerAsync(request.StreamId, "other");
        });
        await using TestServer server = new(Routes(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request(path: "/slow"));
        await asked.Task;
        await client.ResetAsync(1);
        Assert.Equal(Http2ErrorCode.Cancel, await cancelled.Task);
        Assert.Equal("other", (await client.GetAsync(3)).Body);
        Assert.Equal(1, upstream.Connections);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_the_upstream_did_not_look_at_is_asked_once_more(bool goAway)
    {
        int asked = 0;
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            if (Interlocked.Increment(ref asked) > 1)
            {
                await peer.AnswerAsync(request.StreamId, "again");
            }
            else if (goAway)
            {
                await peer.SendAsync(FrameType.GoAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
            }
            else
            {
                await peer.ResetAsync(request.StreamId, Http2ErrorCode.RefusedStream);
            }
        });
        await using TestServer server = new(Routes(upstream));
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal((200, "again"), (answer.Status, answer.Body));
        Assert.Equal(goAway ? 2 : 1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task What_runs_when_the_upstream_says_goodbye_is_finished_and_the_next_goes_elsewhere()
    {
        await using ScriptedUpstream upstream = new(async wire =>
        {
            await using Http2Server peer = await Http2Server.GreetAsync(wire);
            Http2Frame request = (await peer.NextRequestAsync())!;
            await peer.SendAsync(FrameType.GoAway, 0, 0, [0, 0, 0, 1, 0, 0, 0, 0]);
            await peer.AnswerAsync(request.StreamId, $"{wire.Number}");
            Assert.Null(await peer.NextRequestAsync());
        });
        await using TestServer server = new(Routes(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Assert.Equal("1", (await client.GetAsync(1)).Body);
        Assert.Equal("2", (await client.GetAsync(3)).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_response_that_breaks_off_never_ends_cleanly()
    {
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "200")));
            await peer.DataAsync(request.StreamId, "half");
            await peer.ResetAsync(request.StreamId, Http2ErrorCode.InternalError);
        });
        await using TestServer server = new(Routes(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Http2Answer answer = await client.GetAsync(1);
        Assert.Equal((false, Http2ErrorCode.InternalError), (answer.Whole, answer.Reset));
        await using RawClient old = await server.ConnectAsync();
        await old.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        Assert.False((await old.ReadAnswerAsync()).Whole);
    }

    [Fact(Timeout = Limit)]
    public async Task A_response_that_is_whole_before_its_request_is_delivered()
    {
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            await peer.AnswerAsync(request.StreamId, "enough");
            await peer.ResetAsync(request.StreamId, Http2ErrorCode.NoError);
        });
        await using TestServer server = new(Routes(upstream));
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
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            if (request.StreamId == 3)
            {
                Assert.Equal(Http2ErrorCode.ProtocolError, (await peer.UntilAsync(1, FrameType.RstStream)).Code);
                await peer.AnswerAsync(3, "fine");
                return;
            }

            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block(fields.Chunk(2).Select(f => (f[0], f[1]))));
        });
        await using TestServer server = new(Routes(upstream));
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
        await using ScriptedUpstream upstream = Serving((peer, request) => peer.AnswerAsync(request.StreamId, body, ("content-length", length)));
        await using TestServer server = new(Routes(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Assert.False((await client.GetAsync(1)).Whole);
    }

    [Theory(Timeout = Limit)]
    [InlineData("5 4 1 00000002;", "ProtocolError")]
    [InlineData("1 5 2 88;", "ProtocolError")]
    [InlineData("1 5 3 88;", "ProtocolError")]
    [InlineData("0 1 3 88;", "ProtocolError")]
    [InlineData("1 5 1 ff;", "CompressionError")]
    [InlineData("4 0 0 000200000001;", "ProtocolError")]
    [InlineData("4 0 0 00;", "FrameSizeError")]
    [InlineData("8 0 0 00000000;", "ProtocolError")]
    [InlineData("9 4 1 88;", "ProtocolError")]
    [InlineData("1 0 1 88;6 0 0 *8;", "ProtocolError")]
    [InlineData("0 0 0 00;", "ProtocolError")]
    public async Task An_upstream_that_breaks_the_connections_rules_is_told_so_and_left(string frames, string code)
    {
        TaskCompletionSource<Http2ErrorCode> told = new();
        await using ScriptedUpstream upstream = Serving(async (peer, _) =>
        {
            await peer.SendAsync(Http2Peer.Script(frames));
            told.SetResult((await peer.UntilAsync(0, FrameType.GoAway)).Code);
        });
        await using TestServer server = new(Routes(upstream));
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal((502, code), (answer.Status, (await told.Task).ToString()));
    }

    [Fact(Timeout = Limit)]
    public async Task Interim_responses_pass()
    {
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            Assert.Contains("expect: 100-continue", request.Lines);
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "100")));
            string body = await peer.ReadBodyAsync(request);
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "103"), ("link", "x")));
            await peer.AnswerAsync(request.StreamId, body);
        });
        await using TestServer server = new(Routes(upstream));
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        Assert.Equal(100, (await client.ReadAnswerAsync()).Status);
        await client.SendAsync("body");
        Answer hints = await client.ReadAnswerAsync();
        Assert.Equal((103, "x"), (hints.Status, hints.Field("link")));
        Assert.Equal("body", (await client.ReadAnswerAsync()).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upload_keeps_to_the_upstreams_windows_as_they_change()
    {
        const int Size = 200_000;
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            peer.GivesCredit = false;
            string sent = "";
            async Task ReadToAsync(int length)
            {
                while (sent.Length < length)
                {
                    sent += Messages.Heads.Text((await peer.UntilAsync(request.StreamId, FrameType.Data)).Payload);
                }

                // Nothing more comes: a ping would overtake nothing.
                await peer.PingAsync();
                Assert.Equal(length, sent.Length);
            }

            await ReadToAsync(1000);
            await peer.SendAsync(FrameType.Settings, 0, 0, Http2Peer.Settings((SettingId.InitialWindowSize, 3000)));
            await ReadToAsync(3000);
            await peer.SendAsync(FrameType.Settings, 0, 0, Http2Peer.Settings((SettingId.InitialWindowSize, 10)));
            await peer.WindowAsync(request.StreamId, 2990);
            await peer.PingAsync();
            await peer.WindowAsync(request.StreamId, 1);
            await ReadToAsync(3001);
            await peer.WindowAsync(request.StreamId, Size);
            await ReadToAsync(65_535);
            await peer.WindowAsync(0, Size);
            sent += await peer.ReadBodyAsync(request);
            await peer.AnswerAsync(request.StreamId, $"{sent.Length}");
        }, (SettingId.InitialWindowSize, 1000));
        await using TestServer server = new(Routes(upstream));
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync($"POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: {Size}\r\n\r\n{new string('x', Size)}");
        Assert.Equal($"{Size}", answer.Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_reads_nothing_holds_its_own_stream_up_and_no_other()
    {
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            if (request.Lines.Contains(":path: /small"))
            {
                await peer.AnswerAsync(request.StreamId, "small");
                return;
            }

            // As much as a stream may send ahead: our window, and what the client was sent.
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block((":status", "200")));
            for (int sent = 0; sent < Limits.StreamWindow; sent += 16_384)
            {
                await peer.DataAsync(request.StreamId, new string('x', 16_384));
            }
        });
        await using TestServer server = new(Routes(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server, settings: (SettingId.InitialWindowSize, 5));
        client.GivesCredit = false;
        for (int id = 1; id < 120; id += 2)
        {
            await client.AskAsync(id, Http2Client.Request(path: "/large"));
            await client.UntilAsync(id, FrameType.Headers);
        }

        Http2Answer small = await client.GetAsync(121, "/small");
        Assert.Equal((200, "small", true), (small.Status, small.Body, small.Whole));
        Assert.Equal(1, upstream.Connections);
    }

    [Theory(Timeout = Limit)]
    [InlineData("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "http://")]
    [InlineData("220 mail.example ESMTP\r\n", "frame")]
    [InlineData("", "closed")]
    public async Task A_target_that_does_not_speak_HTTP_2_is_502_with_what_to_do(string says, string hint)
    {
        await using ScriptedUpstream upstream = new(peer => peer.SendAsync(says));
        await using TestServer server = new(Routes(upstream));
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        Assert.Equal(502, answer.Status);
        Assert.Contains(hint, answer.Body, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_target_that_takes_no_streams_is_502()
    {
        await using ScriptedUpstream upstream = Serving((_, _) => Task.CompletedTask, (SettingId.MaxConcurrentStreams, 0));
        await using TestServer server = new(Routes(upstream));
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(502, (await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n")).Status);
        Assert.Equal(1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upstream_that_does_not_answer_in_time_is_504_and_its_stream_is_cancelled()
    {
        TaskCompletionSource asked = new();
        TaskCompletionSource<Http2ErrorCode> cancelled = new();
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            asked.SetResult();
            cancelled.SetResult((await peer.UntilAsync(request.StreamId, FrameType.RstStream)).Code);
        });
        await using TestServer server = new(Routes(upstream));
        await using RawClient client = await server.ConnectAsync();
        Task<Answer> answer = client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await asked.Task;
        server.Pass(Limits.ResponseWait + 1);
        Assert.Equal((504, Http2ErrorCode.Cancel), ((await answer).Status, await cancelled.Task));
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_leaves_while_the_upstream_is_dialled_is_not_waited_for_and_the_next_gets_the_connection()
    {
        TaskCompletionSource dialled = new(), greet = new();
        await using ScriptedUpstream upstream = new(async wire =>
        {
            dialled.SetResult();
            await greet.Task;
            await using Http2Server peer = await Http2Server.GreetAsync(wire, (SettingId.MaxConcurrentStreams, 1));
            Http2Frame request = (await peer.NextRequestAsync())!;
            Assert.Contains(":path: /second", request.Lines);
            await peer.AnswerAsync(request.StreamId, "here");
            await peer.NextRequestAsync();
        });
        await using TestServer server = new(Routes(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request(path: "/first"));
        await dialled.Task;
        await client.ResetAsync(1);
        await server.UntilClientAwaited(Wait.Idle);
        await client.AskAsync(3, Http2Client.Request(path: "/second"));
        greet.SetResult();
        Assert.Equal("here", (await client.ReadAnswerAsync(3)).Body);
        Assert.Equal(1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_rests_for_long_is_closed_in_order()
    {
        TaskCompletionSource<Http2ErrorCode> bye = new();
        await using ScriptedUpstream upstream = new(async wire =>
        {
            await using Http2Server peer = await Http2Server.GreetAsync(wire);
            await peer.AnswerAsync((await peer.NextRequestAsync())!.StreamId);
            bye.TrySetResult((await peer.UntilAsync(0, FrameType.GoAway)).Code);
        });
        await using TestServer server = new(Routes(upstream));
        await using RawClient client = await server.ConnectAsync();
        await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await server.UntilClientAwaited(Wait.Idle);
        server.Pass(Limits.UpstreamIdle + 1);
        Assert.Equal(Http2ErrorCode.NoError, await bye.Task);
    }

    [Theory(Timeout = Limit)]
    [InlineData("GET", 200)]
    [InlineData("POST", 502)]
    public async Task A_connection_that_closes_under_a_request_is_replaced_where_asking_again_does_no_harm(string method, int status)
    {
        await using ScriptedUpstream upstream = new(async wire =>
        {
            await using Http2Server peer = await Http2Server.GreetAsync(wire);
            await peer.AnswerAsync((await peer.NextRequestAsync())!.StreamId);
            if (wire.Number > 1)
            {
                await peer.NextRequestAsync();
                return;
            }

            await peer.NextRequestAsync();
        });
        await using TestServer server = new(Routes(upstream));
        await using RawClient client = await server.ConnectAsync();
        await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        Assert.Equal(status, (await client.AskAsync($"{method} / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 0\r\n\r\n")).Status);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_behind_TLS_chooses_the_version(bool http2)
    {
        await using ScriptedUpstream upstream = new(async wire =>
        {
            if (!http2)
            {
                while (await wire.ReadRequestAsync() is { Length: > 0 } head)
                {
                    await wire.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {head.Split(' ')[0].Length}\r\n\r\n{head.Split(' ')[0]}");
                }

                return;
            }

            await using Http2Server peer = await Http2Server.GreetAsync(wire);
            while (await peer.NextRequestAsync() is { } request)
            {
                Assert.Contains(":scheme: https", request.Lines);
                await peer.AnswerAsync(request.StreamId, "two");
            }
        }, certificate: TestAuthority.Certificates.Leaf("app.localhost"), offers: http2 ? ["h2", "http/1.1"] : ["http/1.1"]);
        await using TestServer server = new($"app=https://127.0.0.1:{upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(http2 ? "two" : "GET", (await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n")).Body);
        }

        Assert.Equal(1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_field_that_is_never_to_be_indexed_remains_one_both_ways()
    {
        static byte[] Secret(string value) => [0x10, 1, (byte)'x', 1, (byte)value[0]];
        TaskCompletionSource<byte[]> seen = new();
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            seen.SetResult(request.Payload);
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, [.. Http2Peer.Block((":status", "200"), ("y", "1")), .. Secret("a")]);
            await peer.SendAsync(FrameType.Headers, 5, request.StreamId, [.. Http2Peer.Block(("z", "1")), .. Secret("b")]);
        });
        await using TestServer server = new(Routes(upstream));
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

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_WebSocket_goes_through_as_an_extended_CONNECT(bool http2)
    {
        TaskCompletionSource<string[]> seen = new();
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
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
        await using TestServer server = new(Routes(upstream));
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
        await using ScriptedUpstream refusing = Serving((peer, request) =>
            peer.SendAsync(FrameType.Headers, 5, request.StreamId, Http2Peer.Block((":status", "404"))), (SettingId.EnableConnectProtocol, 1));
        await using ScriptedUpstream ignorant = Serving((peer, request) => peer.AnswerAsync(request.StreamId, "plain"));
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

    [Theory(Timeout = 4 * Limit)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_frames_an_upstream_sends_its_clients_are_answered_or_told(int seed)
    {
        Random random = new(seed);
        await using ScriptedUpstream upstream = Serving(async (peer, request) =>
        {
            List<byte> frames = [];
            lock (random)
            {
                for (int i = random.Next(12); i > 0; i--)
                {
                    frames.AddRange(RandomFrame(random, request.StreamId));
                }
            }

            await peer.SendAsync([.. frames]);
            await peer.ResetAsync(request.StreamId);
        });
        await using TestServer server = new(Routes(upstream));
        for (int round = 0; round < 150; round++)
        {
            await using Http2Client client = await Http2Client.ConnectAsync(server);
            await client.AskAsync(1, Http2Client.Request(random.Next(3) == 0 ? "HEAD" : "GET"));
            await client.AskAsync(3, Http2Client.Request());
            Http2Answer one = await client.ReadAnswerAsync(1), three = await client.ReadAnswerAsync(3);
            Assert.All([one, three], a => Assert.True(a.Whole || a.Reset is not null));
        }
    }

    private static byte[] RandomFrame(Random random, int id)
    {
        id = random.Next(10) == 0 ? random.Next(6) : id;
        string[] names = ["content-length", "x", "set-cookie", "X", "connection", ":status", "date", "via"];
        switch (random.Next(16))
        {
            case < 6:
                (string, string)[] fields = [.. Enumerable.Range(0, random.Next(3)).Select(_ => (names[random.Next(names.Length)], $"{random.Next(12)}"))];
                string status = random.Next(8) == 0 ? $"{random.Next(1000)}" : random.Next(4) == 0 ? "103" : "200";
                return Http2Peer.Frame(FrameType.Headers, random.Next(4) == 0 ? 5 : 4, id, Http2Peer.Block([(":status", status), .. fields]));
            case 6:
                return Http2Peer.Frame(FrameType.Headers, 5, id, Http2Peer.Block((names[random.Next(names.Length)], "1")));
            case < 11:
                return Http2Peer.Frame(FrameType.Data, random.Next(3) == 0 ? 1 : 0, id, new byte[random.Next(10)]);
            case 11:
                return Http2Peer.Frame(FrameType.RstStream, 0, id, Http2Peer.Number((uint)random.Next(14)));
            case 12:
                return Http2Peer.Frame(FrameType.WindowUpdate, 0, random.Next(2) * id, Http2Peer.Number((uint)random.Next(100_000)));
            case 13:
                return Http2Peer.Frame(FrameType.Settings, 0, 0, Http2Peer.Settings(((SettingId)random.Next(1, 10), (uint)random.Next(3))));
            case 14:
                return Http2Peer.Frame(FrameType.GoAway, 0, 0, [0, 0, 0, (byte)random.Next(4), 0, 0, 0, 0]);
            default:
                byte[] payload = new byte[random.Next(40)];
                random.NextBytes(payload);
                return Http2Peer.Frame((FrameType)random.Next(12), random.Next(256), id, payload);
        }
    }
}

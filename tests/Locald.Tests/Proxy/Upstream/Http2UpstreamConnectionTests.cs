using Locald.Proxy;
using Locald.Proxy.Connections;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Upstream;

/// <summary>The connections of HTTP/2 to targets: shared, left, refused and replaced.</summary>
public sealed class Http2UpstreamConnectionTests
{
    private const int Limit = 30_000;

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
        await using TestServer server = new(Http2Server.Route(upstream));
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
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
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
        await using TestServer server = new(Http2Server.Route(upstream));
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
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
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
        await using TestServer server = new(Http2Server.Route(upstream));
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal((200, "again"), (answer.Status, answer.Body));
        Assert.Equal(goAway ? 2 : 1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task The_last_exchange_of_a_connection_is_cancelled_before_the_connection_ends()
    {
        TaskCompletionSource<FrameType> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            await peer.SendAsync(FrameType.Headers, 4, request.StreamId, Http2Peer.Block([(":status", "200")]));
            await peer.DataAsync(request.StreamId, "half");
            while (await peer.ReadFrameAsync() is { } frame)
            {
                if (frame.Type is FrameType.RstStream or FrameType.GoAway)
                {
                    first.TrySetResult(frame.Type);
                }
            }
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request());
        await client.UntilAsync(1, FrameType.Data);
        server.Proxy.Routes = TestServer.Table();
        await client.ResetAsync(1);
        Assert.Equal(FrameType.RstStream, await first.Task.WaitAsync(TestContext.Current.CancellationToken));
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
        await using TestServer server = new(Http2Server.Route(upstream));
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Assert.Equal("1", (await client.GetAsync(1)).Body);
        Assert.Equal("2", (await client.GetAsync(3)).Body);
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
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, _) =>
        {
            await peer.SendAsync(Http2Peer.Script(frames));
            told.SetResult((await peer.UntilAsync(0, FrameType.GoAway)).Code);
        });
        await using TestServer server = new(Http2Server.Route(upstream));
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal((502, code), (answer.Status, (await told.Task).ToString()));
    }

    [Fact(Timeout = Limit)]
    public async Task An_upload_keeps_to_the_upstreams_windows_as_they_change()
    {
        const int Size = 200_000;
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
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
        await using TestServer server = new(Http2Server.Route(upstream));
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync($"POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: {Size}\r\n\r\n{new string('x', Size)}");
        Assert.Equal($"{Size}", answer.Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_reads_nothing_holds_its_own_stream_up_and_no_other()
    {
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
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
        await using TestServer server = new(Http2Server.Route(upstream));
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
        await using TestServer server = new(Http2Server.Route(upstream));
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        Assert.Equal(502, answer.Status);
        Assert.Contains(hint, answer.Body, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_target_that_takes_no_streams_is_502()
    {
        await using ScriptedUpstream upstream = Http2Server.Serving((_, _) => Task.CompletedTask, (SettingId.MaxConcurrentStreams, 0));
        await using TestServer server = new(Http2Server.Route(upstream));
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(502, (await client.AskAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n")).Status);
        Assert.Equal(1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upstream_that_does_not_answer_in_time_is_504_and_its_stream_is_cancelled()
    {
        TaskCompletionSource asked = new();
        TaskCompletionSource<Http2ErrorCode> cancelled = new();
        await using ScriptedUpstream upstream = Http2Server.Serving(async (peer, request) =>
        {
            asked.SetResult();
            cancelled.SetResult((await peer.UntilAsync(request.StreamId, FrameType.RstStream)).Code);
        });
        await using TestServer server = new(Http2Server.Route(upstream));
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
        await using TestServer server = new(Http2Server.Route(upstream));
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
        await using TestServer server = new(Http2Server.Route(upstream));
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
            await peer.NextRequestAsync();
        });
        await using TestServer server = new(Http2Server.Route(upstream));
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
}

using Locald.Proxy.Connections;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>One side leaves: the other finds out, and nothing else is harmed.</summary>
public sealed class CancelTests
{
    private const int Limit = 30_000;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory(Timeout = Limit)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_client_that_gives_up_ends_the_exchange_with_the_upstream_and_is_logged_so(bool answered, bool wholeConnection)
    {
        TaskCompletionSource asked = new(), over = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            if (answered)
            {
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            }

            asked.SetResult();
            await peer.ReadRestAsync();
            over.SetResult();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request());
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        if (answered)
        {
            await client.UntilAsync(1, FrameType.Data);
        }

        if (wholeConnection)
        {
            client.Wire.Reset();
            await over.Task.WaitAsync(TestContext.Current.CancellationToken);
            await server.UntilNobodyIsConnected();
        }
        else
        {
            await client.ResetAsync(1);
            await over.Task.WaitAsync(TestContext.Current.CancellationToken);
            await server.UntilClientAwaited(Wait.Idle);
            await client.PingAsync();
            Assert.Null(client.ResetOf(1));
        }

        string line = Assert.Single((await server.StopAndReadLogAsync()).Split('\n'), l => l.Contains(" GET ", StringComparison.Ordinal));
        Assert.Contains(answered ? " 200 " : " --- ", line, StringComparison.Ordinal);
        Assert.EndsWith("(client-gone)", line, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upload_that_is_given_up_never_looks_whole_to_the_upstream()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer => seen.SetResult(await peer.ReadRestAsync()));
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST"), end: false);
        await client.DataAsync(1, "half");
        await TestServer.Until(() => upstream.Connections == 1);
        await client.ResetAsync(1);
        Assert.DoesNotContain("\r\n0\r\n", await seen.Task.WaitAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await server.UntilClientAwaited(Wait.Idle);
    }

    [Theory(Timeout = Limit)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nx\r\n")]
    public async Task An_upstream_that_breaks_off_is_a_reset_and_never_a_clean_end(string response)
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync(response);
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        for (int id = 1; id < 6; id += 2)
        {
            Http2Answer answer = await client.GetAsync(id);
            Assert.Equal((200, "half", false, Http2ErrorCode.InternalError), (answer.Status, answer.Body, answer.Whole, answer.Reset));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task An_upstream_that_is_down_is_502_also_for_a_request_with_a_body()
    {
        int port;
        await using (ScriptedUpstream gone = ScriptedUpstream.Answering(Ok))
        {
            port = gone.Port;
        }

        await using TestServer server = new($"app={port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Http2Answer answer = await client.GetAsync(1);
        Assert.Equal((502, true), (answer.Status, answer.Whole));
        await client.AskAsync(3, Http2Client.Request("POST"), end: false);
        await client.DataAsync(3, "hello", end: true);
        answer = await client.ReadAnswerAsync(3);
        Assert.Equal((502, true), (answer.Status, answer.Whole));
        await client.AskAsync(5, Http2Client.Request("POST"), end: false);
        answer = await client.ReadAnswerAsync(5);
        Assert.Equal((502, true), (answer.Status, answer.Whole));
        Assert.Equal(Http2ErrorCode.NoError, (await client.UntilAsync(5, FrameType.RstStream)).Code);
        await server.UntilClientAwaited(Wait.Idle);
    }

    [Fact(Timeout = Limit)]
    public async Task A_response_that_needs_no_more_of_the_body_comes_whole_and_then_the_stream_is_reset()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nmuch");
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST"), end: false);
        await client.DataAsync(1, "a part");
        Http2Answer answer = await client.ReadAnswerAsync(1);
        Assert.Equal((413, "much", true), (answer.Status, answer.Body, answer.Whole));
        Assert.Equal(Http2ErrorCode.NoError, (await client.UntilAsync(1, FrameType.RstStream)).Code);

        // What was on its way meanwhile is no offence.
        await client.DataAsync(1, "more", end: true);
        await client.PingAsync();
        await server.UntilClientAwaited(Wait.Idle);
        Assert.Null(client.ResetOf(1));
    }

    [Fact(Timeout = Limit)]
    public async Task A_stream_that_is_cancelled_while_it_waits_for_a_window_ends()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{new string('x', 100_000)}");
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server, settings: (SettingId.InitialWindowSize, 0));
        for (int id = 1; id < 400; id += 2)
        {
            await client.AskAsync(id, Http2Client.Request());
            Assert.Equal(FrameType.Headers, (await client.NextAsync(id))!.Type);
            await client.ResetAsync(id);
        }

        await server.UntilClientAwaited(Wait.Idle);
        await client.SendAsync(FrameType.Settings, 0, 0, Http2Client.Settings((SettingId.InitialWindowSize, 65_535)));
        Assert.Equal(100_000, (await client.GetAsync(401)).Body.Length);
    }

    [Fact(Timeout = Limit)]
    public async Task Clients_that_leave_as_soon_as_they_have_their_answer_harm_nobody_elses()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        for (int i = 0; i < 500; i++)
        {
            // What they used of the upstream may be ended with them while it comes to rest for the next.
            await using Http2Client client = await Http2Client.ConnectAsync(server);
            Assert.Equal("ok", (await client.GetAsync(1)).Body);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_burst_of_cancels_does_no_harm()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        for (int id = 1; id < 2000; id += 2)
        {
            await client.SendAsync([.. Http2Client.Frame(FrameType.Headers, 5, id, Http2Client.Request()), .. Http2Client.Frame(FrameType.RstStream, 0, id, Http2Client.Number(8))]);
        }

        Http2Answer answer;
        int next = 2001;
        do
        {
            // Those that their exchanges have yet to let go of may have to be waited for.
            answer = await client.GetAsync(next);
            next += 2;
        }
        while (answer.Reset == Http2ErrorCode.RefusedStream);
        Assert.Equal("ok", answer.Body);
        await server.UntilClientAwaited(Wait.Idle);
    }
}

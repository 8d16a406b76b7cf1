using Locald.Proxy.Http2;
using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>RFC 9113 §5: what ends one stream while the connection goes on, and what is ignored.</summary>
public sealed class StreamStateTests
{
    private const int Limit = 30_000;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory(Timeout = Limit)]
    [InlineData("1 5 1 GET; 0 1 1 00;", nameof(Http2ErrorCode.StreamClosed))]
    [InlineData("1 5 1 GET; 0 0 1;", nameof(Http2ErrorCode.StreamClosed))]
    [InlineData("1 5 1 GET; 1 5 1 00 01 61 01 62;", nameof(Http2ErrorCode.StreamClosed))]
    [InlineData("1 4 1 POST; 1 4 1 00 01 61 01 62;", nameof(Http2ErrorCode.ProtocolError))]
    [InlineData("1 4 1 POST; 1 5 1 00 01 41 01 62;", nameof(Http2ErrorCode.ProtocolError))]
    [InlineData("1 4 1 POST; 1 5 1 82;", nameof(Http2ErrorCode.ProtocolError))]
    [InlineData("1 4 1 POST; 1 5 1 00 01 61 02 2062;", nameof(Http2ErrorCode.ProtocolError))]
    [InlineData("1 4 1 POST; 1 5 1 00 01 61 02 0D0A;", nameof(Http2ErrorCode.ProtocolError))]
    [InlineData("1 4 1 POST; 1 5 1 00 02 7465 04 677A6970;", nameof(Http2ErrorCode.ProtocolError))]
    [InlineData("1 4 1 POST; 1 5 1 00 0A 636F6E6E656374696F6E 05 636C6F7365;", nameof(Http2ErrorCode.ProtocolError))]
    [InlineData("1 25 1 00000001 10 GET;", nameof(Http2ErrorCode.ProtocolError))]
    [InlineData("2 0 1 00000001 10;", nameof(Http2ErrorCode.ProtocolError))]
    [InlineData("2 0 1 00000000;", nameof(Http2ErrorCode.FrameSizeError))]
    [InlineData("2 0 1 000000001000;", nameof(Http2ErrorCode.FrameSizeError))]
    [InlineData("1 4 1 POST 00 0E 636F6E74656E742D6C656E677468 01 35; 0 0 1 000000; 1 5 1 00 01 61 01 62;", nameof(Http2ErrorCode.ProtocolError))]
    [InlineData("1 5 1 GET; 8 0 1 00000000;", nameof(Http2ErrorCode.ProtocolError))]
    [InlineData("1 5 1 GET; 8 0 1 7FFFFFFF;", nameof(Http2ErrorCode.FlowControlError))]
    public async Task An_error_of_one_stream_resets_it_and_the_connection_goes_on(string frames, string code)
    {
        await using (ScriptedUpstream upstream = Next())
        {
            await using TestServer server = new($"app={upstream.Port}");
            await using PipedSession session = await PipedSession.OpenAsync(server);
            await AssertAsync(session.Client);
        }

        await using (ScriptedUpstream upstream = Next())
        {
            await using TestServer server = new($"app={upstream.Port}");
            await using Http2Client client = await Http2Client.ConnectAsync(server);
            await AssertAsync(client);
        }

        static ScriptedUpstream Next() => new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            if (head.StartsWith("GET /next ", StringComparison.Ordinal))
            {
                await peer.SendAsync(Ok);
            }

            await peer.ReadRestAsync();
        });

        async Task AssertAsync(Http2Peer client)
        {
            await client.SendAsync(Http2Client.Script(frames));
            Http2Answer answer = await client.ReadAnswerAsync(1);
            Assert.Equal((0, code), (answer.Status, answer.Reset.ToString()));
            Assert.Equal("ok", (await client.GetAsync(3, "/next")).Body);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("63 FF 0 0102;")]
    [InlineData("63 0 1 0102;")]
    [InlineData("63 0 7;")]
    [InlineData("4 0 0 00FF 00000001 F0F0 FFFFFFFF;")]
    [InlineData("6 1 0 *8;")]
    [InlineData("4 1 0;")]
    [InlineData("2 0 1 80000003 10;")]
    [InlineData("2 0 9 00000003 10;")]
    [InlineData("3 0 1 00000008;")]
    [InlineData("8 0 1 00000001;")]
    [InlineData("8 0 1 80000001;")]
    [InlineData("8 0 0 80000001;")]
    [InlineData("2 0 1 00000000 10;")]
    [InlineData("7 0 0 *8;")]
    [InlineData("7 0 0 *30;")]
    public async Task What_means_nothing_to_us_is_ignored(string frames)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using PipedSession session = await PipedSession.OpenAsync(server);
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        foreach (Http2Peer peer in (Http2Peer[])[session.Client, client])
        {
            Assert.Equal("ok", (await peer.GetAsync(1)).Body);
            await peer.SendAsync(Http2Client.Script(frames));
            await peer.PingAsync();
            Assert.Equal("ok", (await peer.GetAsync(3)).Body);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("0 1 1 00;")]
    [InlineData("0 0 1;")]
    public async Task Data_for_a_stream_that_has_ended_is_STREAM_CLOSED(string frame)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.GetAsync(1);
        await server.UntilClientAwaited(Locald.Proxy.Connections.Wait.Idle);
        await client.SendAsync(Http2Client.Script(frame));
        Assert.Equal(Http2ErrorCode.StreamClosed, (await client.UntilAsync(1, FrameType.RstStream)).Code);
        Assert.Equal(200, (await client.GetAsync(3)).Status);
    }

    [Fact(Timeout = Limit)]
    public async Task So_it_is_for_one_that_the_client_has_reset_and_fields_for_it_end_the_connection()
    {
        await using ScriptedUpstream upstream = new(peer => peer.ReadRestAsync());
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST"), end: false);
        await client.AskAsync(3, Http2Client.Request("POST"), end: false);

        // From here on the client is waited for only when both exchanges have let go.
        await client.PingAsync();
        await client.ResetAsync(1);
        await client.ResetAsync(3);
        await client.PingAsync();
        await server.UntilClientAwaited(Locald.Proxy.Connections.Wait.Idle);
        await client.DataAsync(1, "late");
        Assert.Equal(Http2ErrorCode.StreamClosed, (await client.UntilAsync(1, FrameType.RstStream)).Code);
        await client.AskAsync(3, Http2Client.Block([("sum", "1")]));
        await client.AssertEndAsync(Http2ErrorCode.StreamClosed);
    }

    [Fact(Timeout = Limit)]
    public async Task Fields_for_a_stream_that_has_ended_end_the_connection()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.GetAsync(1);
        await server.UntilClientAwaited(Locald.Proxy.Connections.Wait.Idle);
        await client.AskAsync(1, Http2Client.Request());
        await client.AssertEndAsync(Http2ErrorCode.StreamClosed);
    }

    [Fact(Timeout = Limit)]
    public async Task Our_settings_come_first_and_the_clients_are_acknowledged()
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Http2Frame ours = (await client.NextAsync(0))!;
        Assert.Equal((FrameType.Settings, FrameFlags.None), (ours.Type, ours.Flags));
        Assert.Equal("000300000100" + "000400040000" + "000600008000" + "000800000001", Convert.ToHexString(ours.Payload));
        Assert.Equal((4 << 20) - 65_535, (await client.UntilAsync(0, FrameType.WindowUpdate)).Number);
        Http2Frame acknowledgement = await client.UntilAsync(0, FrameType.Settings);
        Assert.Equal((FrameFlags.Ack, 0), (acknowledgement.Flags, acknowledgement.Payload.Length));
        await client.PingAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_that_is_whole_still_takes_windows_and_priorities_and_a_goodbye()
    {
        TaskCompletionSource go = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await go.Task;
            await peer.SendAsync(Ok);
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.SendAsync(Http2Client.Script("1 5 1 GET; 8 0 1 00000010; 2 0 1 0000000010; 2 0 1 80000003 FF; 7 0 0 *8;"));
        await client.PingAsync();
        go.SetResult();
        Assert.Equal("ok", (await client.ReadAnswerAsync(1)).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task The_reserved_bit_and_flags_without_a_meaning_are_ignored()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            seen.SetResult(await peer.ReadChunkedAsync());
            await peer.SendAsync(Ok);
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.SendAsync(Http2Client.Script("4 FE 80000000; 1 D6 80000001 POST; 8 FF 80000001 00000010; 2 FF 80000001 0000000010; 0 F6 80000001 61; 0 F7 80000001 62;"));
        Assert.Equal("ok", (await client.ReadAnswerAsync(1)).Body);
        Assert.Equal("ab", await seen.Task.WaitAsync(TestContext.Current.CancellationToken));

        // Ours, and the acknowledgements of both of the client's.
        Assert.Equal(FrameFlags.None, (await client.UntilAsync(0, FrameType.Settings)).Flags);
        Assert.Equal(FrameFlags.Ack, (await client.UntilAsync(0, FrameType.Settings)).Flags);
        Assert.Equal(FrameFlags.Ack, (await client.UntilAsync(0, FrameType.Settings)).Flags);
    }

    [Theory(Timeout = Limit)]

    // Malformed, depending on itself, and trailers of a stream that we have reset: each adds "z: y" to the table (RFC 9113 §4.3).
    [InlineData("1 5 1 GET 00 01 41 01 61 40 01 7A 01 79;")]
    [InlineData("1 25 1 00000001 10 GET 40 01 7A 01 79;")]
    [InlineData("1 4 1 POST; 8 0 1 00000000; 1 5 1 40 01 7A 01 79;")]
    public async Task What_a_request_that_failed_has_put_into_the_table_is_there_for_the_next(string frames)
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            if (head.StartsWith("GET", StringComparison.Ordinal))
            {
                seen.SetResult(head);
                await peer.SendAsync(Ok);
            }

            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.SendAsync(Http2Client.Script(frames + "1 5 3 GET BE;"));
        Assert.Equal("ok", (await client.ReadAnswerAsync(3)).Body);
        Assert.Equal(Http2ErrorCode.ProtocolError, client.ResetOf(1));
        Assert.Equal(["y"], Fields.Of(await seen.Task, "z"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_without_a_table_is_told_that_none_is_used()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server, settings: (SettingId.HeaderTableSize, 0));
        await client.PingAsync();
        HpackDecoder without = new(tableSize: 0);
        for (int id = 1; id < 6; id += 2)
        {
            await client.AskAsync(id, Http2Client.Request());
            byte[] block = (await client.UntilAsync(id, FrameType.Headers)).Payload;

            // RFC 7541 §4.2: the size is said at the beginning of the first block, and no entry is named then.
            Assert.Equal(id == 1, block[0] == 0x20);
            Assert.Equal(HpackFault.None, Blocks.Decode(without, block, out string[] lines));
            Assert.Equal(":status: 200", lines[0]);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task More_streams_than_announced_are_refused_and_may_come_again()
    {
        TaskCompletionSource go = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            while (await peer.ReadRequestAsync() is { Length: > 0 })
            {
                await go.Task;
                await peer.SendAsync(Ok);
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        for (int i = 0; i <= 256; i++)
        {
            await client.AskAsync((2 * i) + 1, Http2Client.Request());
        }

        Assert.Equal(Http2ErrorCode.RefusedStream, (await client.ReadAnswerAsync(513)).Reset);
        go.SetResult();
        for (int i = 0; i < 256; i++)
        {
            Assert.Equal("ok", (await client.ReadAnswerAsync((2 * i) + 1)).Body);
        }

        Assert.Equal("ok", (await client.GetAsync(515)).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_head_may_come_in_parts_padded_and_with_a_priority()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        byte[] block = Http2Client.Request();
        await client.SendAsync(
        [
            .. Http2Client.Frame(FrameType.Headers, 0x29, 1, [3, 0, 0, 0, 9, 16, .. block.AsSpan(0, 4), 0, 0, 0]),
            .. Http2Client.Frame(FrameType.Continuation, 0, 1, block.AsSpan(4, 5)),
            .. Http2Client.Frame(FrameType.Continuation, 0, 1),
            .. Http2Client.Frame(FrameType.Continuation, 4, 1, block.AsSpan(9)),
        ]);
        Assert.Equal("ok", (await client.ReadAnswerAsync(1)).Body);
    }
}

using System.Net;
using System.Net.Sockets;
using Locald.Proxy;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>What a client can send too much of in HTTP/2: its stream or its connection ends, and no other's.</summary>
public sealed class LimitTests
{
    private const int Limit = 60_000;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory(Timeout = Limit)]
    [InlineData("field block", nameof(Http2ErrorCode.EnhanceYourCalm))]
    [InlineData("continuations", nameof(Http2ErrorCode.EnhanceYourCalm))]
    [InlineData("field string", nameof(Http2ErrorCode.CompressionError))]
    public async Task Too_much_of_a_field_block_ends_the_connection_and_no_other(string bound, string code)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client other = await Http2Client.ConnectAsync(server);
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        Assert.Equal("ok", (await client.GetAsync(1)).Body);
        await client.SendAsync(Frames(bound, id: 3));
        await client.AssertEndAsync(Enum.Parse<Http2ErrorCode>(code));
        Assert.Equal("ok", (await other.GetAsync(1)).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_trailer_section_that_is_too_large_ends_its_stream_alone()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST"), end: false);
        await client.SendAsync(Parts(1, Http2Client.Block(("a", new string('a', Limits.Head))), end: true));
        Assert.Equal(Http2ErrorCode.ProtocolError, (await client.ReadAnswerAsync(1)).Reset);
        Assert.Equal("ok", (await client.GetAsync(3)).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task More_data_than_the_connections_window_ends_the_connection_and_no_other()
    {
        // It takes connections and never says a word of TLS: nobody reads what was uploaded to it.
        using Socket silent = TestServer.Listen(new(IPAddress.Loopback, 0));
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app=https://127.0.0.1:{((IPEndPoint)silent.LocalEndPoint!).Port}", $"other={upstream.Port}");
        await using Http2Client other = await Http2Client.ConnectAsync(server, "other.localhost");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        client.GivesCredit = false;
        const int Uploads = Limits.ConnectionWindow / Limits.StreamWindow;
        for (int upload = 0; upload < Uploads; upload++)
        {
            await client.AskAsync((2 * upload) + 1, Http2Client.Request("POST"), end: false);
            for (int sent = 0; sent < Limits.StreamWindow; sent += Limits.Http2Frame)
            {
                await client.SendAsync(FrameType.Data, 0, (2 * upload) + 1, new byte[Limits.Http2Frame]);
            }
        }

        // Each stream has filled its window, and all of them together the connection's.
        await client.PingAsync();
        await client.AskAsync((2 * Uploads) + 1, Http2Client.Request("POST"), end: false);
        await client.SendAsync(FrameType.Data, 0, (2 * Uploads) + 1, 1);
        Assert.Equal(Http2ErrorCode.FlowControlError, (await client.UntilAsync(0, FrameType.GoAway)).Code);
        silent.Dispose();
        Assert.Null(await client.NextAsync(-1));
        await other.AskAsync(1, Http2Client.Request(host: "other.localhost"));
        Assert.Equal("ok", (await other.ReadAnswerAsync(1)).Body);
    }

    [Fact]
    public void Frames_that_bring_nothing_are_forgiven_as_time_passes()
    {
        long now = 5;
        FrameBudget budget = new(() => now);
        Spend(Limits.FrameBudget);
        now += 1000;
        Spend(Limits.FrameRefill);
        Http2ConnectionException refused = Assert.Throws<Http2ConnectionException>(() => budget.Spend());
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, refused.Code);

        void Spend(int times)
        {
            for (int i = 0; i < times; i++)
            {
                budget.Spend();
            }
        }
    }

    private static byte[] Frames(string bound, int id)
    {
        byte[] request = Http2Client.Request();
        switch (bound)
        {
            case "field block":
                // Small fields, many times over: it is the block's own length that counts.
                return Parts(id, [.. request, .. Http2Client.Block(Enumerable.Range(0, 2000).Select(i => ($"a{i}", new string('v', 30))))], end: true);
            case "continuations":
                return [.. Http2Client.Frame(FrameType.Headers, 1, id, request),
                    .. Enumerable.Repeat(Http2Client.Frame(FrameType.Continuation, 0, id), Limits.Continuations + 1).SelectMany(f => f)];
            default:
                // Code 0 of five bits is the digit 0 (RFC 7541 Appendix B): 41 KB that are more than 64 KiB decoded.
                byte[] zeros = new byte[((Limits.FieldString + 8) * 5) / 8];
                byte[] length = new byte[8];
                int prefix = Locald.Proxy.Http2.Hpack.HpackInteger.Write(length, 0x80, 7, zeros.Length);
                return Parts(id, [.. request, 0, 1, (byte)'a', .. length.AsSpan(0, prefix), .. zeros], end: true);
        }
    }

    /// <summary>HEADERS, and what does not fit into it.</summary>
    private static byte[] Parts(int id, byte[] block, bool end)
    {
        List<byte> frames = [];
        for (int at = 0; at < block.Length; at += Limits.Http2Frame)
        {
            int part = Math.Min(Limits.Http2Frame, block.Length - at);
            int flags = (at == 0 && end ? 1 : 0) | (at + part == block.Length ? 4 : 0);
            frames.AddRange(Http2Client.Frame(at == 0 ? FrameType.Headers : FrameType.Continuation, flags, id, block.AsSpan(at, part)));
        }

        return [.. frames];
    }
}

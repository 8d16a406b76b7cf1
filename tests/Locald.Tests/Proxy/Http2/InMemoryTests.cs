using Locald.Proxy;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>A session over a pipe in memory, with a clock that stands until it is moved: what depends on order and time, to the frame.</summary>
public sealed class InMemoryTests
{
    private const int Limit = 30_000;

    [Fact(Timeout = Limit)]
    public async Task Frames_that_bring_nothing_are_forgiven_as_time_passes_and_one_too_many_ends_it()
    {
        await using TestServer server = new();
        server.StopClock();
        await using PipedSession session = await PipedSession.OpenAsync(server);
        byte[] ping = Http2Peer.Frame(FrameType.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);

        // The client's SETTINGS were the first.
        await SendPingsAsync(Limits.FrameBudget - 1);
        server.Pass(1000);
        await SendPingsAsync(Limits.FrameRefill);
        await session.Client.SendAsync(ping);
        await session.Client.AssertEndAsync(Http2ErrorCode.EnhanceYourCalm);

        async Task SendPingsAsync(int count)
        {
            for (int sent = 0; sent < count; sent++)
            {
                await session.Client.SendAsync(ping);
                Assert.Equal(FrameFlags.Ack, (await session.Client.UntilAsync(0, FrameType.Ping)).Flags);
            }
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_field_block_in_pieces_is_one_request()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestServer server = new($"app={upstream.Port}");
        await using PipedSession session = await PipedSession.OpenAsync(server);
        byte[][] pieces = [.. Http2Peer.Request().Chunk(16)];
        await session.Client.SendAsync(FrameType.Headers, 1, 1, pieces[0]);
        foreach (byte[] piece in pieces[1..])
        {
            await session.Client.SendAsync(FrameType.Continuation, piece == pieces[^1] ? 4 : 0, 1, piece);
        }

        Assert.Equal("ok", (await session.Client.ReadAnswerAsync(1)).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_frame_that_comes_byte_by_byte_is_waited_for()
    {
        await using TestServer server = new();
        await using PipedSession session = await PipedSession.OpenAsync(server);
        foreach (byte one in Http2Peer.Frame(FrameType.Ping, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1))
        {
            await session.Client.SendAsync(one);
        }

        Assert.Equal("0807060504030201", Convert.ToHexString((await session.Client.UntilAsync(0, FrameType.Ping)).Payload));
    }

    [Fact(Timeout = Limit)]
    public async Task The_windows_of_stream_and_connection_let_through_what_they_say_and_no_byte_more()
    {
        const int Window = 65_535;
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\nContent-Length: {Window + 3}\r\n\r\n{new string('x', Window + 3)}");
        await using TestServer server = new($"app={upstream.Port}");
        await using PipedSession session = await PipedSession.OpenAsync(server);
        session.Client.GivesCredit = false;
        await session.Client.AskAsync(1, Http2Peer.Request());
        await ReadAsync(Window);
        await session.Client.WindowAsync(1, 1);
        await session.Client.PingAsync();
        await session.Client.WindowAsync(0, 2);
        await ReadAsync(1);
        await session.Client.WindowAsync(1, 2);
        await ReadAsync(1);
        await session.Client.WindowAsync(0, 1);
        await ReadAsync(1);

        async Task ReadAsync(int length)
        {
            while (length > 0)
            {
                length -= (await session.Client.UntilAsync(1, FrameType.Data)).Payload.Length;
            }

            Assert.Equal(0, length);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_reset_before_the_answer_frees_the_stream_for_the_next()
    {
        await using ScriptedUpstream upstream = new(peer => peer.ReadRestAsync());
        await using TestServer server = new($"app={upstream.Port}");
        await using PipedSession session = await PipedSession.OpenAsync(server);
        for (int id = 1; id < 2 * (Limits.Streams + 8); id += 2)
        {
            await session.Client.AskAsync(id, Http2Peer.Request());
            await session.Client.ResetAsync(id);
        }

        await session.Client.PingAsync();
        for (int id = 1; id < 2 * (Limits.Streams + 8); id += 2)
        {
            Assert.Null(session.Client.ResetOf(id));
        }
    }
}

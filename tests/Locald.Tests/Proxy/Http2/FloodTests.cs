using Locald.Proxy;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>RFC 9113 §10.5: whoever asks for work without end is sent away, and nobody else notices.</summary>
public sealed class FloodTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData("6 0 0 *8;")]
    [InlineData("4 0 0;")]
    [InlineData("4 0 0 0004 00000001;")]
    [InlineData("2 0 1 0000000010;")]
    [InlineData("0 0 1;")]
    [InlineData("0 8 1 00;")]
    [InlineData("8 0 0 00000001;")]
    [InlineData("8 0 1 00000001;")]
    [InlineData("63 0 0;")]
    [InlineData("7 0 0 *8;")]
    public async Task A_flood_of_frames_ends_the_connection_and_no_other(string frame)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client other = await Http2Client.ConnectAsync(server);
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST"), end: false);
        byte[] flood = [.. Enumerable.Repeat(Http2Client.Script(frame), 1000).SelectMany(f => f)];
        await AssertFloodEndsAsync(client, _ => flood);
        Assert.Equal("ok", (await other.GetAsync(1)).Body);
        await other.DisposeAsync();
        await server.UntilNobodyIsConnected();
    }

    [Theory(Timeout = Limit)]

    // The client resets, and what it does makes us reset (a header, data for what has ended, no window, a wrong length, too much).
    [InlineData("1 5 ID GET; 3 0 ID 00000008;")]
    [InlineData("1 5 ID 82;")]
    [InlineData("1 5 ID GET; 0 1 ID 00;")]
    [InlineData("1 5 ID GET; 8 0 ID 00000000;")]
    [InlineData("1 5 ID GET; 8 0 ID 7FFFFFFF;")]
    [InlineData("1 25 ID ID! 10 GET;")]
    public async Task So_does_one_of_streams_that_are_reset(string frames)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        int id = 1;
        await AssertFloodEndsAsync(client, _ =>
        {
            List<byte> burst = [];
            for (int i = 0; i < 100; i++, id += 2)
            {
                burst.AddRange(Http2Client.Script(frames.Replace("ID!", $"{id:x8}", StringComparison.Ordinal).Replace("ID", $"{id:x}", StringComparison.Ordinal)));
            }

            return [.. burst];
        });
        await server.UntilNobodyIsConnected();
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10_000)]
    public async Task A_field_block_in_too_many_parts_ends_the_connection(int size)
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.SendAsync(FrameType.Headers, 1, 1);
        await AssertFloodEndsAsync(client, _ => Http2Client.Frame(FrameType.Continuation, 0, 1, new byte[size]));
        await server.UntilNobodyIsConnected();
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_floods_before_it_reads_finds_the_reason()
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.ConnectAsync(server);

        // Fewer than are read away behind the end, and more than the budget takes while they come.
        await client.SendAsync([.. Enumerable.Repeat(Http2Client.Frame(FrameType.Settings, 0, 0), Limits.FrameBudget + 8000).SelectMany(f => f)]);
        await client.AssertEndAsync(Http2ErrorCode.EnhanceYourCalm);
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_asks_and_never_reads_is_cut()
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.ConnectAsync(server, "localhost");
        byte[] pings = [.. Enumerable.Repeat(Http2Client.Frame(FrameType.Ping, 0, 0, new byte[8]), 1000).SelectMany(f => f)];
        bool sending = true;
        Task flooding = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    await client.SendAsync(pings);
                }
            }
            catch (IOException)
            {
                Volatile.Write(ref sending, false);
            }
        }, TestContext.Current.CancellationToken);
        await TestServer.Until(() =>
        {
            // The budget fills with the clock, so that it is not what ends it.
            server.Pass(1000);
            return !Volatile.Read(ref sending);
        });
        await flooding;
        await server.UntilNobodyIsConnected();
    }

    private static async Task AssertFloodEndsAsync(Http2Client client, Func<int, byte[]> burst)
    {
        client.GivesCredit = false;
        Task flooding = Task.Run(async () =>
        {
            try
            {
                for (int i = 0; i < 2000; i++)
                {
                    await client.SendAsync(burst(i));
                }
            }
            catch (IOException)
            {
                // The server has heard enough.
            }
        });
        Http2Frame? frame;
        do
        {
            frame = await client.NextAsync(0);
        }
        while (frame is not null && frame.Type != FrameType.GoAway);

        // Whoever still does not stop is cut, which may take the GOAWAY from him.
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, frame?.Code ?? Http2ErrorCode.EnhanceYourCalm);
        await flooding;
        await client.DisposeAsync();
    }
}

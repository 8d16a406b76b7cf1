using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>RFC 9113, rule by rule: what ends a connection, and with which word.</summary>
public sealed class ConnectionErrorTests
{
    private const int Limit = 30_000;

    /// <summary>An upstream that has the request and does not answer.</summary>
    private static ScriptedUpstream Silent() => new(peer => peer.ReadRestAsync());

    [Theory(Timeout = Limit)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n")]
    [InlineData("x")]
    public async Task A_connection_begins_with_the_preface(string text)
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.DialAsync(server);
        await client.Wire.SendAsync(text);
        await client.AssertEndAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory(Timeout = Limit)]
    [InlineData("1 5 1 GET;")]
    [InlineData("6 0 0 *8;")]
    [InlineData("4 1 0;")]
    [InlineData("8 0 0 00000001;")]
    public async Task Its_first_frame_is_SETTINGS(string frames)
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.DialAsync(server);
        await client.Wire.SendAsync(Http2Client.Preface);
        await client.SendAsync(Http2Client.Script(frames));
        await client.AssertEndAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory(Timeout = Limit)]

    // §4.2: longer than we take, whatever it is.
    [InlineData("0 0 1 *16385;")]
    [InlineData("1 5 1 *16385;")]
    [InlineData("9 4 1 *16385;")]
    [InlineData("63 0 1 *16385;")]

    // §6.4 and on: of another length than the type has.
    [InlineData("6 0 0 *7;")]
    [InlineData("6 0 0 *9;")]
    [InlineData("6 1 0 *6;")]
    [InlineData("4 0 0 *5;")]
    [InlineData("4 1 0 *6;")]
    [InlineData("7 0 0 *7;")]
    [InlineData("8 0 0 *3;")]
    [InlineData("1 5 1 GET; 8 0 1 *5;")]
    [InlineData("1 5 1 GET; 3 0 1 *3;")]
    [InlineData("1 5 1 GET; 3 0 1 *5;")]
    [InlineData("1 25 1 *4;")]
    [InlineData("1 2D 1 01 00000000 10;")]
    [InlineData("2 0 1 *16385;")]
    [InlineData("4 0 0 *16386;")]
    public Task A_frame_of_a_wrong_size_is_FRAME_SIZE_ERROR(string frames) => AssertAsync(frames, Http2ErrorCode.FrameSizeError);

    [Theory(Timeout = Limit)]

    // Streams that were not opened (§5.1).
    [InlineData("0 1 1 00;")]
    [InlineData("3 0 1 00000008;")]
    [InlineData("8 0 1 00000001;")]
    [InlineData("1 5 1 GET; 0 1 3 00;")]
    [InlineData("1 5 3 GET; 3 0 2 00000008;")]
    [InlineData("1 5 3 GET; 8 0 2 00000001;")]
    [InlineData("1 5 3 GET; 0 1 2 00;")]
    [InlineData("1 5 2 GET;")]

    // A new stream has a higher number than any before it (§5.1.1).
    [InlineData("1 5 3 GET; 1 5 1 GET;")]
    [InlineData("1 5 5 GET; 1 5 3 GET;")]
    [InlineData("1 5 1 GET; 1 5 7 GET; 1 5 9 GET; 1 5 3 GET;")]
    [InlineData("1 5 1 GET; 1 5 7 GET; 1 5 9 GET; 1 1 5 GET; 9 4 5;")]

    // Frames of a stream without one, and frames of the connection with one.
    [InlineData("0 1 0 00;")]
    [InlineData("1 5 0 GET;")]
    [InlineData("2 0 0 0000000010;")]
    [InlineData("3 0 0 00000008;")]
    [InlineData("4 0 1;")]
    [InlineData("6 0 1 *8;")]
    [InlineData("7 0 1 *8;")]
    [InlineData("5 4 1 00000002;")]

    // Padding (§6.1, §6.2).
    [InlineData("1 4 1 POST; 0 8 1 05 01020304;")]
    [InlineData("1 4 1 POST; 0 8 1;")]
    [InlineData("1 4 1 POST; 0 8 1 01;")]
    [InlineData("1 D 1 FF GET;")]
    [InlineData("1 D 1;")]

    // Field blocks are not interrupted (§4.3, §6.10).
    [InlineData("9 4 1 GET;")]
    [InlineData("9 4 0 82;")]
    [InlineData("1 5 1 GET; 9 4 1 GET;")]
    [InlineData("1 1 1 GET; 6 0 0 *8;")]
    [InlineData("1 1 1 GET; 0 1 1 00;")]
    [InlineData("1 1 1 GET; 9 4 3 82;")]
    [InlineData("1 1 1 GET; 1 5 1 GET;")]
    [InlineData("1 1 1 GET; 1 5 3 GET;")]
    [InlineData("1 1 1 GET; 63 0 1;")]
    [InlineData("1 1 1 GET; 2 0 1 0000000010;")]
    [InlineData("1 1 0 GET; 9 4 0;")]

    // Settings out of their range (§6.5.2), a window that does not grow (§6.9).
    [InlineData("4 0 0 0002 00000002;")]
    [InlineData("4 0 0 0005 00003FFF;")]
    [InlineData("4 0 0 0005 01000000;")]
    [InlineData("4 0 0 0008 00000002;")]
    [InlineData("4 0 0 0008 00000001 0008 00000000;")]
    [InlineData("8 0 0 00000000;")]
    public Task What_may_not_come_is_PROTOCOL_ERROR(string frames) => AssertAsync(frames, Http2ErrorCode.ProtocolError);

    [Theory(Timeout = Limit)]
    [InlineData("4 0 0 0004 80000000;")]
    [InlineData("8 0 0 7FFFFFFF;")]
    [InlineData("1 5 1 GET; 8 0 1 7FFF0000; 4 0 0 0004 7FFFFFFF;")]
    public Task A_window_beyond_its_bound_is_FLOW_CONTROL_ERROR(string frames) => AssertAsync(frames, Http2ErrorCode.FlowControlError);

    [Theory(Timeout = Limit)]
    [InlineData("1 5 1 80;")]
    [InlineData("1 5 1 FF FF FF FF FF FF;")]
    [InlineData("1 5 1 00 05 61;")]
    [InlineData("1 5 1 BF;")]
    [InlineData("1 5 1 82 3F E2 1F;")]
    [InlineData("1 5 1 3F E2 1F 82;")]
    [InlineData("1 4 1 POST; 1 5 1 80;")]
    public Task A_field_block_that_cannot_be_read_is_COMPRESSION_ERROR(string frames) => AssertAsync(frames, Http2ErrorCode.CompressionError);

    [Fact(Timeout = Limit)]
    public async Task The_end_names_the_last_stream_that_was_begun()
    {
        await using ScriptedUpstream upstream = Silent();
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.SendAsync(Http2Client.Script("1 5 1 GET; 1 5 3 GET; 2 0 9 0000000010; 6 0 0 *7;"));
        Assert.Equal(3, (await client.UntilAsync(0, FrameType.GoAway)).Number);
    }

    /// <summary>In memory, and over a connection.</summary>
    private static async Task AssertAsync(string frames, params Http2ErrorCode[] codes)
    {
        await using ScriptedUpstream upstream = Silent();
        await using TestServer server = new($"app={upstream.Port}");
        await using (PipedSession piped = await PipedSession.OpenAsync(server))
        {
            await piped.Client.SendAsync(Http2Client.Script(frames));
            await piped.Client.AssertEndAsync(codes);
        }

        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.SendAsync(Http2Client.Script(frames));
        await client.AssertEndAsync(codes);

        // The server waits a while for the client's own end, so that no reset takes the GOAWAY away.
        await client.DisposeAsync();
        await server.UntilNobodyIsConnected();
    }
}

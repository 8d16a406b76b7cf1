using Locald.Proxy.Connections;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>RFC 9113 §8.2 and §8.3: of a request that could be read in two ways, nothing goes to an upstream.</summary>
public sealed class RequestValidationTests
{
    private const int Limit = 30_000;
    private const string Good = ":method=GET&:scheme=https&:path=/&:authority=app.localhost";

    [Theory(Timeout = Limit)]
    [InlineData(Good + "&Name=v")]
    [InlineData(Good + "&=v")]
    [InlineData(Good + "&a b=v")]
    [InlineData(Good + "&a:b=v")]
    [InlineData(Good + "&a\0=v")]
    [InlineData(Good + "&a\r\nb=v")]
    [InlineData(Good + "&a\u00e4=v")]
    [InlineData(Good + "&a\u007f=v")]
    [InlineData(Good + "&a\tb=v")]
    [InlineData(Good + "&a,b=v")]
    [InlineData(Good + "&a=v\rx")]
    [InlineData(Good + "&a=v\nx: y")]
    [InlineData(Good + "&a=v\r\nx: y")]
    [InlineData(Good + "&a=v\0")]
    [InlineData(Good + "&a= v")]
    [InlineData(Good + "&a=v\t")]
    [InlineData(Good + "&connection=close")]
    [InlineData(Good + "&keep-alive=1")]
    [InlineData(Good + "&proxy-connection=close")]
    [InlineData(Good + "&transfer-encoding=chunked")]
    [InlineData(Good + "&upgrade=websocket")]
    [InlineData(Good + "&te=gzip")]
    [InlineData(Good + "&te=trailers, gzip")]
    [InlineData(Good + "&host=other.localhost")]
    [InlineData(Good + "&host=app.localhost&host=app.localhost")]
    [InlineData(Good + "&:path=/")]
    [InlineData(Good + "&:method=GET")]
    [InlineData(Good + "&:scheme=https")]
    [InlineData(Good + "&:authority=app.localhost")]
    [InlineData(Good + "&:status=200")]
    [InlineData(Good + "&:other=1")]
    [InlineData(Good + "&:=1")]
    [InlineData(Good + "&:protocol=websocket")]
    [InlineData(":Method=GET&:scheme=https&:path=/&:authority=app.localhost")]
    [InlineData(":method=CONNECT&:protocol=websocket&:authority=app.localhost")]
    [InlineData(":method=GET&:scheme=https&a=b&:path=/&:authority=app.localhost")]
    [InlineData(":scheme=https&:path=/&:authority=app.localhost")]
    [InlineData(":method=GET&:path=/&:authority=app.localhost")]
    [InlineData(":method=GET&:scheme=https&:authority=app.localhost")]
    [InlineData(":method=GET&:scheme=https&:path=&:authority=app.localhost")]
    [InlineData(":method=&:scheme=https&:path=/&:authority=app.localhost")]
    [InlineData(":method=G T&:scheme=https&:path=/&:authority=app.localhost")]
    [InlineData(":method=G\r\nT&:scheme=https&:path=/&:authority=app.localhost")]
    [InlineData(":method=GET&:scheme=ftp&:path=/&:authority=app.localhost")]
    [InlineData(":method=GET&:scheme=&:path=/&:authority=app.localhost")]
    [InlineData(":method=GET&:scheme=https&:path=a&:authority=app.localhost")]
    [InlineData(":method=GET&:scheme=https&:path=/ HTTP/1.1&:authority=app.localhost")]
    [InlineData(":method=GET&:scheme=https&:path=/\r\na: b&:authority=app.localhost")]
    [InlineData(":method=GET&:scheme=https&:path=https://app.localhost/&:authority=app.localhost")]
    [InlineData(":method=GET&:scheme=https&:path=/&:authority=app.localhost\r\na: b")]
    [InlineData(":method=GET&:scheme=https&:path=/&:authority=")]
    [InlineData(":method=CONNECT&:scheme=https&:path=/&:authority=app.localhost")]
    [InlineData(":method=CONNECT")]
    [InlineData(Good + "&content-length=1")]
    public async Task A_malformed_request_is_reset(string fields)
    {
        Http2Answer answer = await AskAsync(fields);
        Assert.Equal((0, Http2ErrorCode.ProtocolError), (answer.Status, answer.Reset));
    }

    [Theory(Timeout = Limit)]
    [InlineData(Good + "&content-length=0&content-length=1", 400)]
    [InlineData(Good + "&content-length=x", 400)]
    [InlineData(Good + "&content-length=-1", 400)]
    [InlineData(":method=GET&:scheme=https&:path=/", 400)]
    [InlineData(":method=GET&:scheme=https&:path=/&host=", 400)]
    [InlineData(":method=GET&:scheme=https&:path=/&:authority=a@app.localhost", 400)]
    [InlineData(":method=GET&:scheme=https&:path=/&:authority=app.localhost/x", 400)]
    [InlineData(":method=GET&:scheme=https&:path=*&:authority=app.localhost", 400)]
    [InlineData(":method=GET&:scheme=https&:path=/%23#a&:authority=app.localhost", 400)]
    [InlineData(":method=GET&:scheme=https&:path=/&:authority=other.localhost", 421)]
    [InlineData(":method=GET&:scheme=https&:path=/&:authority=example.com", 421)]
    [InlineData(":method=TRACE&:scheme=https&:path=/&:authority=app.localhost", 405)]
    [InlineData(":method=CONNECT&:authority=app.localhost", 405)]
    [InlineData(Good + "&expect=more", 417)]
    [InlineData(Good + "&a=v\u0001", 400)]
    [InlineData(Good + "&a=v\u007f", 400)]
    [InlineData(Good + "&content-length=0, 1", 400)]
    [InlineData(Good + "&content-length=", 400)]
    [InlineData(Good + "&content-length=99999999999999999999", 400)]
    public async Task A_request_that_is_refused_has_its_status(string fields, int status)
    {
        Http2Answer answer = await AskAsync(fields);
        Assert.Equal((status, true), (answer.Status, answer.Whole));
    }

    [Theory(Timeout = Limit)]
    [InlineData("3", "four")]
    [InlineData("5", "four")]
    [InlineData("0", "four")]
    public async Task A_body_of_another_length_than_announced_never_looks_whole_to_the_upstream(string length, string body)
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer => seen.TrySetResult(await peer.ReadRestAsync()));
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Request("POST", fields: ("content-length", length)), end: false);
        await client.DataAsync(1, body, end: true);
        Assert.Equal(Http2ErrorCode.ProtocolError, (await client.ReadAnswerAsync(1)).Reset);
        if (upstream.Connections > 0)
        {
            Assert.DoesNotContain("four", await seen.Task.WaitAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        await server.UntilClientAwaited(Wait.Idle);
    }

    [Fact(Timeout = Limit)]
    public async Task Bodies_that_are_too_long_do_not_use_up_the_connections_window()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string request = await peer.ReadRequestAsync();
            if (request.StartsWith("POST /whole ", StringComparison.Ordinal))
            {
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }

            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        for (int i = 0; i < 100; i++)
        {
            int id = (2 * i) + 1;
            await client.AskAsync(id, Http2Client.Request("POST", fields: ("content-length", "16383")), end: false);
            await client.DataAsync(id, new('x', 16_384));
            Assert.Equal(Http2ErrorCode.ProtocolError, (await client.ReadAnswerAsync(id)).Reset);
        }

        await client.AskAsync(201, Http2Client.Request("POST", "/whole"), end: false);
        await client.DataAsync(201, new('x', 16_384), end: true);
        Assert.Equal("ok", (await client.ReadAnswerAsync(201)).Body);
    }

    [Theory(Timeout = Limit)]
    [InlineData(20)]
    [InlineData(300)]
    public async Task A_head_that_is_too_large_is_431_and_the_next_request_is_served(int fields)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        byte[] block = Http2Client.Request(fields: [.. Enumerable.Range(0, fields).Select(i => ($"a{i}", new string('v', 40_000 / fields)))]);

        // Its last field goes into the table, and the next request names it from there: :authority is index 1.
        block = [.. block, 0x40, 1, (byte)'z', 1, (byte)'y'];
        for (int at = 0; at < block.Length; at += 16_384)
        {
            int part = Math.Min(16_384, block.Length - at);
            await client.SendAsync(at == 0 ? FrameType.Headers : FrameType.Continuation, (at == 0 ? 1 : 0) | (at + part == block.Length ? 4 : 0), 1, block[at..(at + part)]);
        }

        Http2Answer answer = await client.ReadAnswerAsync(1);
        Assert.Equal((431, true), (answer.Status, answer.Whole));
        Assert.Equal(0, upstream.Connections);
        await client.AskAsync(3, [.. Http2Client.Request(), 0xbe]);
        Assert.Equal("ok", (await client.ReadAnswerAsync(3)).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_field_block_without_end_is_not_kept()
    {
        await using TestServer server = new();
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.SendAsync(FrameType.Headers, 1, 1, new byte[16_000]);
        try
        {
            for (int i = 0; i < 100; i++)
            {
                await client.SendAsync(FrameType.Continuation, 0, 1, new byte[16_000]);
            }
        }
        catch (IOException)
        {
            // The server has heard enough.
        }

        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, (await client.UntilAsync(0, FrameType.GoAway)).Code);
    }

    private static async Task<Http2Answer> AskAsync(string fields)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestServer server = new($"app={upstream.Port}");
        await using Http2Client client = await Http2Client.ConnectAsync(server);
        await client.AskAsync(1, Http2Client.Block(fields.Split('&').Select(f => (f[..f.IndexOf('=')], f[(f.IndexOf('=') + 1)..]))));
        Http2Answer answer = await client.ReadAnswerAsync(1);
        Assert.Equal(0, upstream.Connections);
        await client.PingAsync();
        await server.UntilClientAwaited(Wait.Idle);
        Assert.Equal("ok", (await client.GetAsync(3)).Body);
        return answer;
    }
}

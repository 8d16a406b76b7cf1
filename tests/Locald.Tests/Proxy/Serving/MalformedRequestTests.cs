using System.Collections.Concurrent;
using Locald.Proxy;

namespace Locald.Tests.Proxy.Serving;

/// <summary>What two parsers could read differently is refused, the connection closed, and nothing of it forwarded.</summary>
public sealed class MalformedRequestTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: app.localhost\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: app.localhost\r\n";
    private const int Limit = 60_000;

    public static TheoryData<int, string> Requests => new()
    {
        // request line
        { 400, "GET / HTTP/1.1\nHost: app.localhost\n\n" },
        { 400, "GET / HTTP/1.1\r\nHost: app.localhost\n\r\n" },
        { 400, "GET  / HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 400, "GET / HTTP/1.1 \r\nHost: app.localhost\r\n\r\n" },
        { 400, " GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 400, "GET /\r\nHost: app.localhost\r\n\r\n" },
        { 400, "GET\r\n\r\n" },
        { 400, "G@T / HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 400, "GET / http/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 400, "GET / HTTP/1.10\r\nHost: app.localhost\r\n\r\n" },
        { 505, "GET / HTTP/2.0\r\nHost: app.localhost\r\n\r\n" },
        { 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
        { 400, "GET /#fragment HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 400, "GET path HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 400, "GET * HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 400, "GET /\u00e9 HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 400, "GET ftp://app.localhost/ HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 400, "GET http://me@app.localhost/ HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 405, "CONNECT app.localhost:443 HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 405, "TRACE / HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },

        // host
        { 400, "GET / HTTP/1.1\r\n\r\n" },
        { 400, Get + "Host: app.localhost\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\nHost: app.localhost/x\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\nHost: me@app.localhost\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\nHost: app.localhost:port\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\nHost: app.localhost, b.localhost\r\n\r\n" },
        { 400, "GET http://b.localhost/ HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },

        // fields
        { 400, Get + "X : 1\r\n\r\n" },
        { 400, Get + " X: folded\r\n\r\n" },
        { 400, Get + "X: 1\r\n\tfolded\r\n\r\n" },
        { 400, Get + ": no name\r\n\r\n" },
        { 400, Get + "no colon\r\n\r\n" },
        { 400, Get + "X(y): 1\r\n\r\n" },
        { 400, Get + "X: a\0b\r\n\r\n" },
        { 400, Get + "X: a\rb\r\n\r\n" },
        { 400, Get + "X: a\u007fb\r\n\r\n" },
        { 417, Post + "Expect: the-impossible\r\nContent-Length: 1\r\n\r\nx" },

        // framing
        { 400, Post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx" },
        { 400, Post + "Content-Length: 1, 2\r\n\r\nxx" },
        { 400, Post + "Content-Length: +1\r\n\r\nx" },
        { 400, Post + "Content-Length: -1\r\n\r\nx" },
        { 400, Post + "Content-Length: 0x1\r\n\r\nx" },
        { 400, Post + "Content-Length: 1 1\r\n\r\nx" },
        { 400, Post + "Content-Length:\r\n\r\n" },
        { 400, Post + "Content-Length: 99999999999999999999\r\n\r\n" },
        { 400, Post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { 400, Post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" },
        { 400, Post + "Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n" },
        { 400, Post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" },
        { 400, Post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" },
        { 400, Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { 501, Post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
        { 400, "POST / HTTP/1.0\r\nHost: app.localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },

        // bounds
        { 414, "GET /" + new string('a', Limits.Target) + " HTTP/1.1\r\nHost: app.localhost\r\n\r\n" },
        { 414, "GET /" + new string('a', Limits.Head) },
        { 431, Get + "X: " + new string('a', Limits.Head) + "\r\n\r\n" },
        { 431, Get + string.Concat(Enumerable.Repeat("X: 1\r\n", Limits.Fields)) + "\r\n" },
    };

    [Fact(Timeout = Limit)]
    public async Task Each_is_answered_with_its_status_and_nothing_reaches_the_upstream()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using TestServer server = new($"app={upstream.Port}");
        foreach (TheoryDataRow<int, string> row in Requests)
        {
            (int status, string request) = row.Data;
            await using RawClient client = await server.ConnectAsync();
            Answer answer = await client.AskAsync(request);
            Assert.True(status == answer.Status, $"{answer.Status} instead of {status} for {request[..Math.Min(request.Length, 120)]}");
            Assert.Equal("close", answer.Field("connection"));
            await client.AssertEndAsync();
            Assert.Equal(0, upstream.Connections);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_hidden_behind_a_malformed_one_is_never_read()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        Assert.Equal(400, (await client.ReadAnswerAsync()).Status);
        await client.AssertEndAsync();
        Assert.Equal(0, upstream.Connections);
    }

    [Theory(Timeout = Limit)]
    [InlineData("GET /bad HTTP/1.1\nHost: app.localhost\n\n")]
    [InlineData("GET /bad HTTP/1.1\r\nHost: app.localhost\r\nHost: app.localhost\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(Post + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: chunked\r\n\r\n0\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n")]
    [InlineData(Post + "Transfer-Encoding: chunked\r\n\r\n1\r\naX0\r\n\r\n")]
    public async Task What_comes_before_a_malformed_request_is_answered_and_what_comes_behind_it_is_never_read(string malformed)
    {
        ConcurrentQueue<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            while (await peer.ReadHeadAsync() is { Length: > 0 } head)
            {
                seen.Enqueue(head.Split(' ')[1]);
                if (head.StartsWith("GET", StringComparison.Ordinal))
                {
                    await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst");
                }
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        const string Hidden = "GET /hidden HTTP/1.1\r\nHost: app.localhost\r\n\r\n";
        await client.SendAsync("GET /first HTTP/1.1\r\nHost: app.localhost\r\n\r\n" + malformed + Hidden + Hidden);
        Assert.Equal("first", (await client.ReadAnswerAsync()).Body);
        Assert.Equal(400, (await client.ReadAnswerAsync()).Status);
        await client.AssertEndAsync();
        Assert.Equal("/first", seen.First());
        Assert.DoesNotContain("/hidden", seen);
    }

    [Theory(Timeout = Limit)]
    [InlineData("x\r\n")]
    [InlineData("5\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhelloX\r\n0\r\n\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("5 \n\r\nhello\r\n")]
    [InlineData("1000000000000000\r\n")]
    [InlineData("0\r\nContent-Length : 1\r\n\r\n")]
    [InlineData("0\r\nbad\r\n\r\n")]
    public async Task A_malformed_chunk_is_refused_and_the_upstream_never_sees_a_whole_request(string body)
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer => seen.SetResult(await peer.ReadRestAsync()));
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync(Post + "Transfer-Encoding: chunked\r\n\r\n" + body);
        Assert.Equal(400, answer.Status);
        Assert.Equal("close", answer.Field("connection"));
        await client.AssertEndAsync();
        Assert.DoesNotContain("0\r\n\r\n", await seen.Task.WaitAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_body_that_ends_with_its_connection_is_told_so()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer => seen.SetResult(await peer.ReadRestAsync()));
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Post + "Content-Length: 10\r\n\r\nhalf");
        await client.EndAsync();
        Answer answer = await client.ReadAnswerAsync();
        Assert.Equal(400, answer.Status);
        await client.AssertEndAsync();
    }
}

using System.Security.Cryptography;
using System.Text;
using Locald.Proxy;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Upstream;

public sealed class RequestBodyTests
{
    private const int Limit = 60_000;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Post = "POST / HTTP/1.1\r\nHost: app.localhost\r\n";

    [Fact(Timeout = Limit)]
    public async Task A_body_of_known_length_arrives_as_it_is()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            Assert.Equal(["11"], Fields.Of(head, "content-length"));
            string body = await peer.ReadUpToAsync(11);
            await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{body}");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Post + "Content-Length: 11\r\n\r\nhello");
        await client.SendAsync(" world");
        Assert.Equal("hello world", (await client.ReadAnswerAsync()).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_chunked_body_arrives_chunked_with_its_trailers_and_without_its_extensions()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            Assert.Equal(["chunked"], Fields.Of(head, "transfer-encoding"));
            seen.SetResult(await peer.ReadThroughAsync("\r\n\r\n"));
            await peer.SendAsync(Ok);
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Post + "Transfer-Encoding: chunked\r\n\r\n5;name=\"v\"\r\nhello\r\n");
        await client.SendAsync("0006\r\n wor");
        await client.SendAsync("ld\r\n000\r\nX-Sum: 7\r\nContent-Length: 3\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n");
        Assert.Equal("ok", (await client.ReadAnswerAsync()).Body);
        string body = await seen.Task;
        Assert.EndsWith("\r\n0\r\nX-Sum: 7\r\n\r\n", body, StringComparison.Ordinal);
        Assert.DoesNotContain("name", body, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sixteen_MiB_stream_through(bool chunked)
    {
        byte[] body = new byte[16 << 20];
        new Random(5).NextBytes(body);
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            string received = chunked ? await peer.ReadChunkedAsync() : await peer.ReadUpToAsync(body.Length);
            string sum = Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(received)));
            await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {sum.Length}\r\n\r\n{sum}");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Post + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {body.Length}\r\n\r\n"));
        for (int at = 0; at < body.Length; at += 1 << 18)
        {
            await client.SendAsync(chunked ? "40000\r\n" : "");
            await client.SendAsync(body.AsMemory(at, 1 << 18));
            await client.SendAsync(chunked ? "\r\n" : "");
        }

        await client.SendAsync(chunked ? "0\r\n\r\n" : "");
        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), (await client.ReadAnswerAsync()).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upstream_that_reads_nothing_holds_the_client_back()
    {
        TaskCompletionSource read = new();
        const int Length = 64 << 20;
        await using ScriptedUpstream upstream = new(async peer =>
        {
            peer.Socket.ReceiveBufferSize = 64 * 1024;
            await peer.ReadHeadAsync();
            await read.Task;
            for (int left = Length; left > 0; left -= 1 << 20)
            {
                await peer.ReadExactlyAsync(1 << 20);
            }

            await peer.SendAsync(Ok);
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Post + $"Content-Length: {Length}\r\n\r\n");
        int sent = 0;
        Task sending = Task.Run(async () =>
        {
            byte[] piece = new byte[64 * 1024];
            while (sent < Length)
            {
                await client.SendAsync(piece);
                sent += piece.Length;
            }
        }, TestContext.Current.CancellationToken);

        // It comes to rest: what is under way fits the kernel's buffers, and ours.
        await Settled(() => sent);
        Assert.True(sent < Length / 2, $"{sent} bytes went out");
        read.SetResult();
        await sending;
        Assert.Equal("ok", (await client.ReadAnswerAsync()).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task The_upstreams_100_is_passed_on_and_then_the_body()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            Assert.Equal(["100-continue"], Fields.Of(head, "expect"));
            await peer.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            Assert.Equal("body", await peer.ReadUpToAsync(4));
            await peer.SendAsync(Ok);
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer interim = await client.AskAsync(Post + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        Assert.Equal(100, interim.Status);
        await client.SendAsync("body");
        Answer answer = await client.ReadAnswerAsync();
        Assert.Equal((200, "ok", null), (answer.Status, answer.Body, answer.Field("connection")));
    }

    [Theory(Timeout = Limit)]
    [InlineData("417 Expectation Failed")]
    [InlineData("200 OK")]
    public async Task A_final_status_instead_of_100_ends_the_connection(string status)
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync($"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nno");
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync(Post + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        Assert.Equal((status[..3], "no", "close"), ($"{answer.Status}", answer.Body, answer.Field("connection")));
        await client.DisposeAsync();
        await server.UntilNobodyIsConnected();
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_before_the_body_was_read_reaches_a_client_that_still_sends(bool upstreamCloses)
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\n\r\ntoo much");
            if (!upstreamCloses)
            {
                await peer.ReadRestAsync();
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Post + "Content-Length: 200000\r\n\r\n");
        await client.SendAsync(new byte[100_000]);
        Answer answer = await client.ReadAnswerAsync();

        // An upstream that closes with bytes unread resets the connection, and may take its answer with it.
        Assert.Contains(answer.Status, upstreamCloses ? [413, 502] : new[] { 413 });
        Assert.Equal("close", answer.Field("connection"));
        await client.SendAsync(new byte[100_000]);
        await client.AssertEndAsync();
        await client.DisposeAsync();
        await server.UntilNobodyIsConnected();
    }

    [Fact(Timeout = Limit)]
    public async Task After_an_early_answer_that_is_no_refusal_the_rest_is_read_away_and_the_connection_kept()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            // Either the body still comes to this connection, and the next request behind it, or the connection is given up.
            while (await peer.ReadHeadAsync() is { Length: > 0 } head)
            {
                await peer.SendAsync(Ok);
                await peer.ReadUpToAsync(head.StartsWith("POST", StringComparison.Ordinal) ? 1000 : 0);
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 10; i++)
        {
            await client.SendAsync(Post + "Content-Length: 1000\r\n\r\n");
            Assert.Equal("ok", (await client.ReadAnswerAsync()).Body);
            await client.SendAsync(new byte[1000]);
            Assert.Equal("ok", (await client.GetAsync()).Body);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(Limits.Drain, true)]
    [InlineData(2 * Limits.Drain, false)]
    public async Task Of_a_body_that_nobody_wants_so_much_is_read_away_and_not_more(long length, bool kept)
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync(Ok);
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Post + $"Content-Length: {length}\r\n\r\n");
        Assert.Equal("ok", (await client.ReadAnswerAsync()).Body);
        try
        {
            await client.SendAsync(new byte[length]);
        }
        catch (IOException) when (!kept)
        {
            // It has been told that its answer is all it gets.
        }

        if (kept)
        {
            Assert.Equal("ok", (await client.GetAsync()).Body);
        }
        else
        {
            Assert.Equal("", await client.ReadRestAsync());
        }

        await using RawClient next = await server.ConnectAsync();
        Assert.Equal("ok", (await next.GetAsync()).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upstream_that_leaves_within_the_upload_is_502()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.ReadExactlyAsync(10_000);
            peer.Reset();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Post + "Content-Length: 100000\r\n\r\n");
        await client.SendAsync(new byte[20_000]);
        Answer answer = await client.ReadAnswerAsync();
        Assert.Equal((502, "close"), (answer.Status, answer.Field("connection")));
        await client.SendAsync(new byte[80_000]);
        await client.AssertEndAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_leaves_within_its_upload_is_seen_by_the_upstream()
    {
        TaskCompletionSource<string> seen = new();
        await using ScriptedUpstream upstream = new(async peer => seen.SetResult(await peer.ReadRestAsync()));
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        await TestServer.Until(() => upstream.Connections == 1);
        client.Reset();
        Assert.DoesNotContain("\r\n0\r\n", await seen.Task.WaitAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await server.UntilNobodyIsConnected();
    }

    /// <summary>Until a count has not moved for a while.</summary>
    internal static async Task Settled(Func<int> count)
    {
        for (int last = -1, still = 0; still < 30; still = last == count() ? still + 1 : 0)
        {
            last = count();
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}

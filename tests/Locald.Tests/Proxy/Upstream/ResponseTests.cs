using System.Security.Authentication;
using Locald.Proxy;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Upstream;

public sealed class ResponseTests
{
    private const int Limit = 30_000;
    private const string Get = "GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n";

    [Theory(Timeout = Limit)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello")]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello", "hello")]
    [InlineData("HTTP/1.1 299 Sch\u00f6n\r\nX: \u00fc\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "hello")]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello", "hello")]
    public async Task A_framed_response_arrives_whole_and_both_connections_are_kept(string response, string body)
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(response);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            Answer answer = await client.GetAsync();
            Assert.Equal((body, true, null), (answer.Body, answer.Whole, answer.Field("connection")));
        }

        Assert.Equal(1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task Trailers_are_passed_on_and_never_to_a_later_response()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\nContent-Length: 2\r\n\r\n");
            await peer.ReadRequestAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.GetAsync();
        Assert.Equal(("ok", "X-Sum: 7\r\n"), (answer.Body, answer.Trailers));
        answer = await client.GetAsync();
        Assert.Equal(("to the end", "", true), (answer.Body, answer.Trailers, answer.Whole));
        Assert.Equal(1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_response_that_ends_with_its_connection_is_chunked_for_1_1_and_closed_for_1_0()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync("HTTP/1.0 200 OK\r\n\r\nto the end");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer chunked = await client.GetAsync();
        Assert.Equal(("chunked", "to the end", true), (chunked.Field("transfer-encoding"), chunked.Body, chunked.Whole));
        Answer closed = await client.AskAsync("GET / HTTP/1.0\r\nHost: app.localhost\r\nConnection: keep-alive\r\n\r\n");
        Assert.Equal((null, "close", "to the end"), (closed.Field("transfer-encoding"), closed.Field("connection"), closed.Body));
    }

    [Fact(Timeout = Limit)]
    public async Task A_chunked_response_is_unframed_for_1_0()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.AskAsync("GET / HTTP/1.0\r\nHost: app.localhost\r\nConnection: keep-alive\r\n\r\n");
        Assert.Equal((null, "close", "ok"), (answer.Field("transfer-encoding"), answer.Field("connection"), answer.Body));
    }

    [Fact(Timeout = Limit)]
    public async Task Responses_without_a_body_have_none_and_tell_the_length_they_were_told()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            while (await peer.ReadRequestAsync() is { Length: > 0 } head)
            {
                await peer.SendAsync(head.Split(' ')[1] switch
                {
                    "/204" => "HTTP/1.1 204 No Content\r\n\r\n",
                    "/304" => "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 1000\r\n\r\n",
                    "/chunked" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                    _ => "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
                });
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            Answer head = await client.AskAsync("HEAD / HTTP/1.1\r\nHost: app.localhost\r\n\r\n", bodyless: true);
            Assert.Equal((200, "1000"), (head.Status, head.Field("content-length")));
            Assert.Equal(200, (await client.AskAsync("HEAD /chunked HTTP/1.1\r\nHost: app.localhost\r\n\r\n", bodyless: true)).Status);
            Answer none = await client.GetAsync("/204");
            Assert.Equal((204, null), (none.Status, none.Field("content-length")));
            Answer same = await client.GetAsync("/304");
            Assert.Equal((304, "\"x\"", "1000"), (same.Status, same.Field("etag"), same.Field("content-length")));
        }

        Assert.Equal(1, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task Interim_responses_are_passed_on_but_not_to_1_0()
    {
        await using ScriptedUpstream upstream =
            ScriptedUpstream.Answering("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer hints = await client.GetAsync();
        Assert.Equal((103, "</a.css>"), (hints.Status, hints.Field("link")));
        Assert.Equal("ok", (await client.ReadAnswerAsync()).Body);
        Answer old = await client.AskAsync("GET / HTTP/1.0\r\nHost: app.localhost\r\n\r\n");
        Assert.Equal((200, "ok"), (old.Status, old.Body));
    }

    [Fact(Timeout = Limit)]
    public async Task An_endless_row_of_interim_responses_is_502()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync(string.Concat(Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", Limits.Interim + 1)));
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Answer answer = await client.GetAsync();
        while (answer.Status == 102)
        {
            answer = await client.ReadAnswerAsync();
        }

        Assert.Equal((502, "upstream-bad-response"), (answer.Status, answer.Field("locald-page")));
    }

    [Theory(Timeout = Limit)]
    [InlineData("Content-Length: 100\r\n", "half of it", "")]
    [InlineData("Transfer-Encoding: chunked\r\n", "9\r\nhalf of i\r\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\n", "64\r\nhalf", "")]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf", "XX")]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf", "\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n", "0\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n", "-1\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n", "10000000000000000\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n", "0 \r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n", "0\r\nX : 1\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n", "0\r\nX: 1\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n", "0\r\nX: 1\r\n folded\r\n\r\n")]
    [InlineData("", "half", "reset")]
    public async Task A_response_that_was_cut_never_looks_whole(string fields, string sent, string then)
    {
        TaskCompletionSource go = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync($"HTTP/1.1 200 OK\r\n{fields}\r\n{sent}");
            await go.Task;
            if (then == "reset")
            {
                peer.Reset();
            }
            else
            {
                await peer.SendAsync(then);
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        foreach (string version in new[] { "1.1", "1.0" })
        {
            go = new();
            using MemoryStream record = new();

            // In TLS 1.2 a record's type can be seen from outside: 21 would be close_notify.
            await using RawClient client = await RawClient.SecureAsync(
                server.Port, "app.localhost", o => o.EnabledSslProtocols = SslProtocols.Tls12, record);
            await client.SendAsync($"GET / HTTP/{version}\r\nHost: app.localhost\r\n\r\n");
            string got = await client.ReadThroughAsync("half");
            go.SetResult();
            got += await client.ReadRestAsync();
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", got, StringComparison.Ordinal);
            Assert.DoesNotContain("\r\n0\r\n", got, StringComparison.Ordinal);
            Assert.DoesNotContain((byte)21, RecordTypes(record.ToArray()));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_whole_response_ends_with_a_close_notify()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using TestServer server = new($"app={upstream.Port}");
        using MemoryStream record = new();
        await using RawClient client = await RawClient.SecureAsync(
            server.Port, "app.localhost", o => o.EnabledSslProtocols = SslProtocols.Tls12, record);
        await client.GetAsync(fields: "Connection: close\r\n");
        await client.AssertEndAsync();
        Assert.Equal(21, RecordTypes(record.ToArray())[^1]);
    }

    [Theory(Timeout = Limit)]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX : 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello!")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n")]
    [InlineData("HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n X: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("")]
    public async Task An_answer_that_is_none_is_502_and_the_client_may_ask_again(string answerBytes)
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync(answerBytes);
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            Answer answer = await client.GetAsync();
            Assert.Equal((502, null), (answer.Status, answer.Field("connection")));
        }

        Assert.Equal(2, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_head_without_end_is_502()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nX: " + new string('x', Limits.Head));
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal(502, (await client.GetAsync()).Status);
    }

    [Fact(Timeout = Limit)]
    public async Task Bytes_behind_a_response_answer_no_other_request()
    {
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong");
            await peer.ReadRestAsync();
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        Assert.Equal("ok", (await client.GetAsync()).Body);
        Assert.Equal("ok", (await client.GetAsync()).Body);
        Assert.Equal(2, upstream.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task An_event_arrives_before_its_stream_ends()
    {
        TaskCompletionSource first = new(), second = new();
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
            await first.Task;
            await peer.SendAsync("data: one\n\n");
            await second.Task;
            await peer.SendAsync("data: two\n\n");
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Get);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadHeadAsync(), StringComparison.Ordinal);
        first.SetResult();
        await client.ReadThroughAsync("data: one\n\n");
        second.SetResult();
        await client.ReadThroughAsync("data: two\n\n");
        Assert.Equal("\r\n0\r\n\r\n", await client.ReadThroughAsync("0\r\n\r\n"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_that_reads_nothing_holds_the_upstream_back()
    {
        const int Length = 64 << 20;
        int sent = 0;
        await using ScriptedUpstream upstream = new(async peer =>
        {
            await peer.ReadRequestAsync();
            await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Length}\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            while (sent < Length)
            {
                await peer.SendAsync(piece);
                sent += piece.Length;
            }
        });
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient client = await server.ConnectAsync();
        client.Socket.ReceiveBufferSize = 64 * 1024;
        await client.SendAsync(Get);
        await client.ReadHeadAsync();
        await RequestBodyTests.Settled(() => sent);
        Assert.True(sent < Length / 2, $"{sent} bytes were taken");
        for (int left = Length; left > 0; left -= 1 << 20)
        {
            await client.ReadExactlyAsync(1 << 20);
        }
    }

    /// <summary>The content type of each TLS record (RFC 5246 §6.2.1).</summary>
    private static List<byte> RecordTypes(byte[] wire)
    {
        List<byte> types = [];
        for (int at = 0; at + 5 <= wire.Length; at += 5 + ((wire[at + 3] << 8) | wire[at + 4]))
        {
            types.Add(wire[at]);
        }

        return types;
    }
}

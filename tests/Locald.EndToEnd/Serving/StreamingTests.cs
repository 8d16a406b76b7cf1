using System.Net.Security;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>What passes through while it happens, and stays what it was.</summary>
public sealed class StreamingTests
{
    [Fact(Timeout = 60_000)]
    public async Task Each_server_sent_event_arrives_before_the_next_is_made()
    {
        SemaphoreSlim seen = new(0);
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 5; i++)
            {
                await exchange.WriteAsync($"9\r\ndata: {i}\n\n\r\n");
                await seen.WaitAsync(exchange.Stop);
            }

            await exchange.WriteAsync("0\r\n\r\n");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        using HttpClient client = TrustingClient.Http(sandbox);
        await using Stream events = await client.GetStreamAsync(locald.Url("app.localhost"), TestContext.Current.CancellationToken);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal($"data: {i}\n\n", await events.ReadUntilAsync("\n\n"));
            seen.Release();
        }

        Assert.Equal("", await events.ReadToEndAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Trailers_pass_in_both_directions()
    {
        TaskCompletionSource<string[]> received = new();
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            Assert.Equal("hello", await exchange.ReadBodyAsync());
            received.SetResult([.. exchange.Trailers]);
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nworld\r\n0\r\nX-Sum: 42\r\n\r\n");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
        await tls.SendAsync($"POST / HTTP/1.1\r\nHost: app.localhost:{locald.Port}\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\nTrailer: X-Up\r\n\r\n");
        await tls.SendAsync("2\r\nhe\r\n3\r\nllo\r\n0\r\nX-Up: 7\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await tls.ReadHeadAsync());
        Assert.EndsWith("\r\n0\r\nX-Sum: 42\r\n\r\n", await tls.ReadUntilAsync("42\r\n\r\n"));
        Assert.Equal(["X-Up: 7"], await received.Task);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_head_request_has_the_length_and_no_body_and_the_connection_goes_on()
    {
        await using Upstream upstream = Upstream.Saying("12345");
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
        await tls.SendAsync($"HEAD / HTTP/1.1\r\nHost: app.localhost:{locald.Port}\r\n\r\n");
        Assert.Contains("\r\nContent-Length: 5\r\n", await tls.ReadHeadAsync(), StringComparison.OrdinalIgnoreCase);
        await tls.SendAsync($"GET / HTTP/1.1\r\nHost: app.localhost:{locald.Port}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await tls.ReadHeadAsync());
        Assert.Equal("12345", await tls.ReadToEndAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Curl_gets_the_upstreams_100_continue_before_it_sends()
    {
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            Assert.Equal("100-continue", exchange.Field("Expect"));
            await exchange.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n");
            await exchange.RespondAsync("taken");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        ProcessResult result = await sandbox.RunAsync("curl",
            ["-v", "--http1.1", "--cacert", sandbox.Root, "-H", "Expect: 100-continue", "--expect100-timeout", "30", "-d", "body", locald.Url("app.localhost")]);
        Assert.Equal("taken", result.ShouldExit(0).Out);
        Assert.Contains("< HTTP/1.1 100 Continue", result.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_early_hint_passes_before_the_answer()
    {
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            await exchange.WriteAsync("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n");
            await exchange.RespondAsync("page");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
        await tls.SendAsync($"GET / HTTP/1.1\r\nHost: app.localhost:{locald.Port}\r\nConnection: close\r\n\r\n");
        string hint = await tls.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 103", hint);
        Assert.Contains("</style.css>", hint);
        Assert.EndsWith("page", await tls.ReadToEndAsync());
    }
}

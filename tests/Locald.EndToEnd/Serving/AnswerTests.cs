using System.Net.Security;
using System.Net.Sockets;
using System.Net;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>What locald answers itself: where there is nothing to forward to, or nothing that may be forwarded.</summary>
public sealed class AnswerTests
{
    [Fact(Timeout = 60_000)]
    public async Task Plain_http_is_sent_to_the_same_page_on_https()
    {
        await using Sandbox sandbox = new();
        int plain = RunningLocald.FreePort();
        await using RunningLocald locald = await sandbox.ServeAsync("app=1", "--http", $"127.0.0.1:{plain}");
        using HttpClient client = TrustingClient.Http(sandbox);
        using HttpResponseMessage response = await client.GetAsync($"http://app.localhost:{plain}/a/b?c=d", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal($"https://app.localhost:{locald.Port}/a/b?c=d", response.Headers.Location?.OriginalString);
    }

    [Fact(Timeout = 60_000)]
    public async Task Plain_http_on_the_https_port_is_answered()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("app=1");
        await using NetworkStream plain = await TrustingClient.ConnectAsync(locald.Port, TestContext.Current.CancellationToken);
        await plain.SendAsync($"GET /page HTTP/1.1\r\nHost: app.localhost:{locald.Port}\r\n\r\n");
        string answer = await plain.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 ", answer);
        Assert.Contains($"https://app.localhost:{locald.Port}/page", answer);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_name_is_404_and_tells_the_routes_there_are()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("app=1", "shop=2");
        using HttpClient client = TrustingClient.Http(sandbox);
        using HttpResponseMessage response = await client.GetAsync(locald.Url("other.localhost"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        string page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("app.localhost", page);
        Assert.Contains("shop.localhost", page);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_route_the_built_in_page_is_served()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync();
        using HttpClient client = TrustingClient.Http(sandbox);
        using HttpRequestMessage request = new(HttpMethod.Get, locald.Url("locald.localhost"));
        request.Headers.Accept.Add(new("text/html"));
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_upstream_that_is_down_is_502_until_it_is_up()
    {
        await using Sandbox sandbox = new();
        int port = RunningLocald.FreePort();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={port}");
        using HttpClient client = TrustingClient.Http(sandbox);
        using (HttpResponseMessage down = await client.GetAsync(locald.Url("app.localhost"), TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.BadGateway, down.StatusCode);
            Assert.True(down.Headers.CacheControl?.NoStore);
            string text = await down.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains("app.localhost", text);
            Assert.Contains($"{port}", text);
        }

        await using Upstream upstream = Upstream.Saying("here again", port);
        Assert.Equal("here again", await client.GetStringAsync(locald.Url("app.localhost"), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_that_is_not_the_connections_name_is_421()
    {
        await using Upstream upstream = Upstream.Saying("hello");
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}", $"shop={upstream.Port}");
        foreach (string host in new[] { "shop.localhost", "example.com", "app.localhost.example.com" })
        {
            await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
            await tls.SendAsync($"GET / HTTP/1.1\r\nHost: {host}:{locald.Port}\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 421", await tls.ReadToEndAsync());
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("400", "POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("400", "POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("400", "POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: +5\r\n\r\nhello")]
    [InlineData("400", "GET / HTTP/1.1\r\nHost: app.localhost\r\nX-Folded: a\r\n b\r\n\r\n")]
    [InlineData("400", "GET / HTTP/1.1\r\nHost: app.localhost\r\nSpace : a\r\n\r\n")]
    [InlineData("400", "GET / HTTP/1.1\r\n\r\n")]
    [InlineData("400", "GET / HTTP/1.1\r\nHost: app.localhost\r\nHost: app.localhost\r\n\r\n")]
    [InlineData("400", "nonsense\r\n\r\n")]
    [InlineData("505", "GET / HTTP/3.0\r\nHost: app.localhost\r\n\r\n")]
    public async Task What_two_parsers_could_read_differently_is_refused_and_never_forwarded(string status, string request)
    {
        int asked = 0;
        await using Upstream upstream = Upstream.Start(exchange =>
        {
            Interlocked.Increment(ref asked);
            return exchange.RespondAsync("forwarded");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
        await tls.SendAsync(request);
        Assert.StartsWith($"HTTP/1.1 {status}", await tls.ReadToEndAsync());
        Assert.Equal(0, asked);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_head_beyond_32_KiB_is_431_and_a_target_beyond_16_KiB_is_414()
    {
        await using Upstream upstream = Upstream.Saying("hello");
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        foreach ((string status, string request) in new[]
        {
            ("431", $"GET / HTTP/1.1\r\nHost: app.localhost\r\nX-Large: {new string('a', 33 * 1024)}\r\n\r\n"),
            ("414", $"GET /{new string('a', 17 * 1024)} HTTP/1.1\r\nHost: app.localhost\r\n\r\n"),
        })
        {
            await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
            await tls.SendAsync(request);
            Assert.StartsWith($"HTTP/1.1 {status}", await tls.ReadToEndAsync());
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_app_sees_who_asked_and_not_what_the_client_claims()
    {
        TaskCompletionSource<Exchange> seen = new();
        await using Upstream upstream = Upstream.Start(exchange =>
        {
            seen.SetResult(exchange);
            return exchange.RespondAsync("hello");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
        await tls.SendAsync($"GET / HTTP/1.1\r\nHost: app.localhost:{locald.Port}\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: http\r\n"
            + "Forwarded: for=6.6.6.6\r\nConnection: X-Hop, close\r\nX-Hop: secret\r\nX-Kept: yes\r\n\r\n");
        await tls.ReadToEndAsync();
        Exchange request = await seen.Task;
        Assert.Equal($"app.localhost:{locald.Port}", request.Field("Host"));
        Assert.Equal("127.0.0.1", request.Field("X-Forwarded-For"));
        Assert.Equal("https", request.Field("X-Forwarded-Proto"));
        Assert.Equal($"{locald.Port}", request.Field("X-Forwarded-Port"));
        Assert.DoesNotContain("6.6.6.6", request.Field("Forwarded"));
        Assert.Null(request.Field("X-Hop"));
        Assert.Equal("yes", request.Field("X-Kept"));
    }
}

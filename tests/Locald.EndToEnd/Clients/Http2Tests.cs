using System.Net;
using System.Security.Cryptography;
using System.Text;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Clients;

/// <summary>HTTP/2 as real clients speak it.</summary>
[Collection(nameof(TrustedMachine))]
public sealed class Http2Tests(TrustedMachine machine)
{
    [Fact(Timeout = 60_000)]
    public async Task Curl_carries_ten_megabytes_there_and_back()
    {
        byte[] content = RandomNumberGenerator.GetBytes(10_000_000);
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            using MemoryStream body = new();
            await exchange.CopyBodyAsync(body);
            await exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n");
            await exchange.WriteAsync(body.ToArray());
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        await File.WriteAllBytesAsync(sandbox.At("up"), content, TestContext.Current.CancellationToken);
        ProcessResult curl = await sandbox.RunAsync("curl", ["-sS", "--http2", "--cacert", sandbox.Root, "--resolve", $"app.localhost:{locald.Port}:127.0.0.1",
            "--data-binary", $"@{sandbox.At("up")}", "-o", sandbox.At("down"), "-w", "%{http_version} %{http_code}", locald.Url("app.localhost")]);
        Assert.Equal("2 200", curl.ShouldExit(0).Out);
        Assert.Equal(content, await File.ReadAllBytesAsync(sandbox.At("down"), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task H2load_gets_every_answer_on_64_streams_a_connection()
    {
        await using Upstream upstream = Upstream.Saying(new string('x', 1024));
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        ProcessResult load = await sandbox.RunAsync("h2load", ["-n", "5000", "-c", "4", "-m", "64", $"--connect-to=127.0.0.1:{locald.Port}", locald.Url("app.localhost")]);
        Assert.Contains("5000 succeeded, 0 failed, 0 errored, 0 timeout", load.ShouldExit(0).Out);
        Assert.Contains("status codes: 5000 2xx", load.Out);
        Assert.Contains("Application protocol: h2", load.Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task Node_speaks_websocket_trailers_and_a_thousand_cancels_over_one_connection()
    {
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            switch (exchange.Target)
            {
                case "/socket":
                    await EchoAsync(exchange);
                    break;
                case "/trailers":
                    string body = await exchange.ReadBodyAsync();
                    await exchange.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Down\r\n\r\n");
                    string text = $"{body} {string.Join(' ', exchange.Trailers).ToLowerInvariant()}";
                    await exchange.WriteAsync($"{text.Length:x}\r\n{text}\r\n0\r\nX-Down: 42\r\n\r\n");
                    break;
                case "/slow":
                    await Task.Delay(Timeout.Infinite, exchange.Stop);
                    break;
                default:
                    await exchange.RespondAsync("still here");
                    break;
            }
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        ProcessResult node = await sandbox.RunAsync("node", [Assets.At("h2.mjs"), $"{locald.Port}", sandbox.Root]);
        Assert.Equal("""
            connect protocol true streams 256
            websocket 200 over one stream 0
            body hello x-up: yes trailer 42
            after 1000 cancels: still here

            """, node.ShouldExit(0).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task Dotnet_talks_in_both_directions_at_once_and_reads_the_trailers()
    {
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\nTrailer: Grpc-Status\r\n\r\n");
            await exchange.CopyBodyAsync(new ChunkingStream(exchange));
            await exchange.WriteAsync("0\r\nGrpc-Status: 0\r\n\r\n");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        using HttpClient client = TrustingClient.Http(sandbox);
        using DuplexContent content = new();
        using HttpRequestMessage request = new(HttpMethod.Post, locald.Url("app.localhost") + "/service/method")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        CancellationToken stop = TestContext.Current.CancellationToken;
        Task<HttpResponseMessage> sending = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        Stream up = await content.Opened;
        using HttpResponseMessage response = await sending;
        Stream down = await response.Content.ReadAsStreamAsync(stop);
        for (int i = 0; i < 20; i++)
        {
            byte[] message = Encoding.ASCII.GetBytes($"message {i}\n");
            await up.WriteAsync(message, stop);
            await up.FlushAsync(stop);
            byte[] echo = new byte[message.Length];
            await down.ReadExactlyAsync(echo, stop);
            Assert.Equal(message, echo);
        }

        content.Finish();
        Assert.Equal(0, await down.ReadAsync(new byte[1], stop));
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("Grpc-Status")));
    }

    [Fact(Timeout = 120_000)]
    public async Task Chromium_reaches_a_name_below_the_pages_own_whose_certificate_covers_both()
    {
        await using Upstream page = Upstream.Start(exchange => exchange.RespondAsync("<!doctype html><title>page</title>", type: "text/html"));
        await using Upstream api = Upstream.Start(exchange => exchange.WriteAsync("HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 3\r\n\r\napi"));
        await using RunningLocald locald = await machine.Sandbox.ServeAsync($"shop={page.Port}", $"api.shop={api.Port}");
        await using IBrowser browser = await Browser.StartAsync(machine.Sandbox);
        Assert.Null(await browser.OpenAsync(locald.Url("shop.localhost")));

        // A browser may send this over the page's connection; 421 makes it open another (RFC 9110 §15.5.20).
        await browser.EvaluateAsync($"fetch('{locald.Url("api.shop.localhost")}').then(r => r.text()).then(t => document.title = t, e => document.title = String(e)), 1");
        await browser.UntilAsync("document.title", "api", TimeSpan.FromSeconds(30));
    }

    /// <summary>A server that sends back each byte it gets: node's stream is a tunnel without frames.</summary>
    private static async Task EchoAsync(Exchange exchange)
    {
#pragma warning disable CA5350 // RFC 6455 §4.2.2 asks for SHA-1
        byte[] accept = SHA1.HashData(Encoding.ASCII.GetBytes(exchange.Field("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
#pragma warning restore CA5350
        Stream stream = await exchange.SwitchAsync($"Upgrade: websocket\r\nSec-WebSocket-Accept: {Convert.ToBase64String(accept)}\r\n");
        await stream.CopyToAsync(stream, exchange.Stop);
    }

    /// <summary>Sends what is written to it as chunks of the response.</summary>
    private sealed class ChunkingStream(Exchange exchange) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await exchange.WriteAsync(Encoding.ASCII.GetBytes($"{buffer.Length:x}\r\n").Concat(buffer.ToArray()).Concat("\r\n"u8.ToArray()).ToArray());
    }

    /// <summary>A request's body that stays open.</summary>
    private sealed class DuplexContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<Stream> Opened => _opened.Task;

        internal void Finish() => _finished.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            _opened.SetResult(stream);
            await _finished.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

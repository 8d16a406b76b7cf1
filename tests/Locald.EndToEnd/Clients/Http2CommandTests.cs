using System.Globalization;
using System.Security.Cryptography;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Clients;

/// <summary>HTTP/2 as nghttp and Python's libraries speak it: many requests on one connection, uploads, trailers both ways.</summary>
public sealed class Http2CommandTests
{
    private const string Name = "app.localhost";
    private const int Large = 5_000_000;

    [Fact(Timeout = 60_000)]
    public async Task Nghttp_uploads_twenty_times_on_one_connection_with_trailers_both_ways()
    {
        byte[] content = RandomNumberGenerator.GetBytes(300_000);
        await using Upstream upstream = Serve();
        await using Sandbox sandbox = await Sandbox.WithHostsAsync(Name);
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        await File.WriteAllBytesAsync(sandbox.At("up"), content, TestContext.Current.CancellationToken);
        ProcessResult nghttp = (await sandbox.RunAsync("env", [$"SSL_CERT_FILE={sandbox.Root}", "nghttp", "--no-dep", "--no-content-length", "-v", "-m", "20", "-d", sandbox.At("up"),
            "--trailer", "x-up: yes", locald.Url(Name) + "/trailers", locald.Url(Name) + "/hash"])).ShouldExit(0);
        string[] lines = [.. nghttp.Out.Split('\n').Select(l => l.Trim())];
        Assert.Equal(20, lines.Count(l => l.Contains($"{Hash(content)} x-up: yes", StringComparison.Ordinal)));
        Assert.Equal(40, lines.Count(l => l.EndsWith(":status: 200", StringComparison.Ordinal)));
        Assert.Equal(20, lines.Count(l => l.EndsWith("x-down: 42", StringComparison.Ordinal)));
        Assert.Single(lines, l => l.EndsWith("The negotiated protocol: h2", StringComparison.Ordinal));
        Assert.DoesNotContain("verification failed", nghttp.Out + nghttp.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("RST_STREAM", nghttp.Out, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Python_sends_two_hundred_requests_an_upload_and_trailers_and_leaves_an_answer_half_read()
    {
        await using Upstream upstream = Serve();
        await using Sandbox sandbox = await Sandbox.WithHostsAsync(Name);
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        ProcessResult python = await sandbox.RunAsync("/usr/bin/python3", [Assets.At("http2.py"), locald.Port.ToString(CultureInfo.InvariantCulture), sandbox.Root]);
        Assert.Equal($"""
            answers 200 protocol HTTP/2 streams of one connection 200
            upload True
            download {Large}
            after leaving one: /still
            body {Hash("hello"u8)} x-up: yes trailer 42

            """, python.ShouldExit(0).Out);
    }

    private static Upstream Serve() => Upstream.Start(async exchange =>
    {
        switch (exchange.Target)
        {
            case "/hash":
                await exchange.RespondAsync(await HashAsync(exchange));
                break;
            case "/trailers":
                string text = $"{await HashAsync(exchange)} {string.Join(' ', exchange.Trailers).ToLowerInvariant()}";
                await exchange.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Down\r\n\r\n");
                await exchange.WriteAsync($"{text.Length:x}\r\n{text}\r\n0\r\nX-Down: 42\r\n\r\n");
                break;
            case "/large":
                await exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Large}\r\n\r\n");
                await exchange.WriteAsync(new byte[Large]);
                break;
            default:
                await exchange.RespondAsync(exchange.Target);
                break;
        }
    });

    private static async Task<string> HashAsync(Exchange exchange)
    {
        using MemoryStream body = new();
        await exchange.CopyBodyAsync(body);
        return Hash(body.ToArray());
    }

    private static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

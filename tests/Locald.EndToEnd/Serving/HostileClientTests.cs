using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>Clients that mean no good, or are just killed: nothing crashes, nothing stays open, nothing fills the log.</summary>
public sealed class HostileClientTests
{
    private const int Each = 100;

    [Fact(Timeout = 120_000)]
    public async Task After_garbage_resets_and_half_requests_everything_is_as_before()
    {
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            if (exchange.Target == "/endless")
            {
                await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                while (!exchange.Stop.IsCancellationRequested)
                {
                    await exchange.WriteAsync(new byte[64 * 1024]);
                }
            }

            await exchange.RespondAsync("hello");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        using HttpClient client = TrustingClient.Http(sandbox);
        client.DefaultRequestHeaders.ConnectionClose = true;
        await AskAsync(client, locald);
        int before = ProcFacts.Descriptors(locald.Process.Id);
        int log = locald.Process.Error.Length;

        await ManyAsync(async () =>
        {
            await using NetworkStream stream = await TrustingClient.ConnectAsync(locald.Port, TestContext.Current.CancellationToken);
            await stream.WriteAsync(RandomNumberGenerator.GetBytes(500), TestContext.Current.CancellationToken);
        });
        await ManyAsync(async () =>
        {
            // The first bytes of a ClientHello, then a reset.
            NetworkStream stream = await TrustingClient.ConnectAsync(locald.Port, TestContext.Current.CancellationToken);
            await stream.WriteAsync(new byte[] { 0x16, 3, 1, 2, 0, 1, 0, 1 }, TestContext.Current.CancellationToken);
            Reset(stream.Socket);
        });
        await ManyAsync(async () =>
        {
            await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
            await tls.SendAsync("GET / HTTP/1.1\r\nHost: app.loc");
        });
        await ManyAsync(async () =>
        {
            await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
            await tls.SendAsync("GET /endless HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
            await tls.ReadHeadAsync();
        });
        await ManyAsync(async () =>
        {
            await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
            await tls.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 1000\r\n\r\nhalf");
        });

        await AskAsync(client, locald);
        await locald.Process.UntilAsync(
            () => ProcFacts.Descriptors(locald.Process.Id) <= before + 4, $"descriptors to be {before} again", TimeSpan.FromSeconds(20));
        Assert.True(locald.Process.Error.Length - log < 20_000, $"{5 * Each} bad clients filled the log:\n{locald.Process.Error}");
        (await locald.StopAsync()).ShouldExit(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_never_finishes_its_head_is_told_408()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("app=1");
        await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
        await tls.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n");
        Assert.StartsWith("HTTP/1.1 408", await tls.ReadToEndAsync());
    }

    private static async Task AskAsync(HttpClient client, RunningLocald locald) =>
        Assert.Equal("hello", await client.GetStringAsync(locald.Url("app.localhost"), TestContext.Current.CancellationToken));

    private static async Task ManyAsync(Func<Task> act)
    {
        for (int i = 0; i < Each; i += 10)
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => act()));
        }
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new(true, 0);
        socket.Dispose();
    }
}

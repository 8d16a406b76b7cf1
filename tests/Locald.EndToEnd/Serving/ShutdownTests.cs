using System.Net.Security;
using System.Net.Sockets;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>SIGTERM: nobody new, nobody cut off.</summary>
public sealed class ShutdownTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_request_in_flight_survives_sigterm()
    {
        TaskCompletionSource finish = new();
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
            await finish.Task;
            await exchange.WriteAsync(" last");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
        await tls.SendAsync($"GET / HTTP/1.1\r\nHost: app.localhost:{locald.Port}\r\n\r\n");
        await tls.ReadUntilAsync("first");

        Task<ProcessResult> stopped = locald.StopAsync();
        await UntilRefusedAsync(locald.Port);
        finish.SetResult();
        Assert.Equal(" last", await tls.ReadToEndAsync());
        (await stopped).ShouldExit(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_upload_in_flight_survives_sigterm()
    {
        TaskCompletionSource arrived = new();
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            arrived.SetResult();
            await exchange.RespondAsync(await exchange.ReadBodyAsync());
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
        await tls.SendAsync($"POST / HTTP/1.1\r\nHost: app.localhost:{locald.Port}\r\nContent-Length: 10\r\n\r\nfirst");
        await arrived.Task;

        Task<ProcessResult> stopped = locald.StopAsync();
        await UntilRefusedAsync(locald.Port);
        await tls.SendAsync(" last");
        Assert.EndsWith("\r\n\r\nfirst last", await tls.ReadToEndAsync());
        (await stopped).ShouldExit(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_idle_connection_does_not_hold_it_up()
    {
        await using Upstream upstream = Upstream.Saying("hello");
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        await using SslStream tls = await TrustingClient.TlsAsync(sandbox, locald);
        await tls.SendAsync($"GET / HTTP/1.1\r\nHost: app.localhost:{locald.Port}\r\n\r\n");
        await tls.ReadUntilAsync("hello");
        long start = Environment.TickCount64;
        (await locald.StopAsync()).ShouldExit(0);
        Assert.InRange(Environment.TickCount64 - start, 0, 5_000);
        Assert.Equal("", await tls.ReadToEndAsync());
    }

    private static async Task UntilRefusedAsync(int port)
    {
        while (true)
        {
            try
            {
                await using NetworkStream connection = await TrustingClient.ConnectAsync(port, TestContext.Current.CancellationToken);
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}

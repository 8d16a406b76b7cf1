using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>More connections than the process may have files open: they wait, and everything else goes on.</summary>
public sealed class DescriptorTests
{
    private const int Descriptors = 64;
    private const string Complaint = "no file descriptor is left";

    [Fact(Timeout = 60_000)]
    public async Task Out_of_descriptors_it_waits_without_haste_says_so_once_and_recovers()
    {
        await using Upstream upstream = Upstream.Saying("hello");
        await using Upstream second = Upstream.Saying("hello from the second");
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await RunningLocald.StartWithAsync($"-n {Descriptors}", sandbox,
            $"app={upstream.Port}", $"second={second.Port}", $"grpc=h2c://127.0.0.1:{second.Port}", $"socket=unix:{sandbox.At("no-socket")}");
        await using SslStream app = await TrustingClient.TlsAsync(sandbox, locald);
        await using SslStream other = await TrustingClient.TlsAsync(sandbox, locald, "second.localhost");
        await using SslStream grpc = await TrustingClient.TlsAsync(sandbox, locald, "grpc.localhost");
        await using SslStream socket = await TrustingClient.TlsAsync(sandbox, locald, "socket.localhost");
        Assert.Contains("\r\n\r\nhello", await AskAsync(app, "app.localhost"));

        List<NetworkStream> crowd = [];
        for (int i = 0; i < 3 * Descriptors; i++)
        {
            crowd.Add(await TrustingClient.ConnectAsync(locald.Port, TestContext.Current.CancellationToken));
        }

        await locald.Process.UntilAsync(() => locald.Process.Error.Contains(Complaint, StringComparison.Ordinal), "the complaint", TimeSpan.FromSeconds(20));

        // What has its descriptors is served; what would need one is told why not.
        Assert.Contains("\r\n\r\nhello", await AskAsync(app, "app.localhost"));
        foreach ((SslStream tls, string name) in new[] { (other, "second.localhost"), (grpc, "grpc.localhost"), (socket, "socket.localhost") })
        {
            string answer = await AskAsync(tls, name);
            Assert.StartsWith("HTTP/1.1 503 ", answer);
            Assert.Contains("\r\nLocald-Page: no-descriptor\r\n", answer);
            Assert.Contains("503 locald may open no more files", answer);
        }

        // Haste shows only in time: an accept that fails and is tried again at once takes all of a processor.
        long before = ProcFacts.CpuTicks(locald.Process.Id);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        long ticks = ProcFacts.CpuTicks(locald.Process.Id) - before;
        Assert.True(ticks < 40, $"{ticks} hundredths of a second of CPU in two seconds of waiting");

        crowd.ForEach(c => c.Dispose());
        await using SslStream fresh = await TrustingClient.TlsAsync(sandbox, locald);
        Assert.Contains("\r\n\r\nhello", await AskAsync(fresh, "app.localhost"));
        Assert.Contains("\r\n\r\nhello from the second", await AskAsync(other, "second.localhost"));
        Assert.Contains("\r\nLocald-Page: upstream-socket-missing\r\n", await AskAsync(socket, "socket.localhost"));
        ProcessResult end = (await locald.StopAsync()).ShouldExit(0);
        Assert.Single(end.Error.Split('\n'), l => l.Contains(Complaint, StringComparison.Ordinal));
    }

    /// <summary>A whole response on a connection that is kept.</summary>
    private static async Task<string> AskAsync(SslStream tls, string name)
    {
        await tls.SendAsync($"GET / HTTP/1.1\r\nHost: {name}\r\nAccept: text/plain\r\n\r\n");
        string head = await tls.ReadHeadAsync();
        string length = head.Split('\n').Single(l => l.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))[16..];
        byte[] body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
        await tls.ReadExactlyAsync(body, TestContext.Current.CancellationToken);
        return head + Encoding.UTF8.GetString(body);
    }
}

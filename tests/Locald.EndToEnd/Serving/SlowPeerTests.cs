using System.Net;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>A peer that takes its time holds up the other, and costs no memory. The client's HTTP/2 windows are 64 KiB.</summary>
public sealed class SlowPeerTests
{
    private const long Size = 100 << 20;
    private const long Warm = 8 << 20;
    private const double MostGrowth = 8;

    [Theory(Timeout = 120_000)]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_client_that_reads_slowly_holds_up_the_upstream(string version)
    {
        SlowTransfer transfer = new(Warm);
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            long size = exchange.Target == "/warm" ? Warm : Size;
            await exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n");
            await transfer.WriteAsync(block => new(exchange.WriteAsync(block)));
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        using HttpClient client = TrustingClient.Http(sandbox);
        await DownAsync("/warm");
        transfer = new(Size);
        double before = ProcFacts.ForgetPeak(locald.Process.Id);
        await DownAsync("/");
        AssertFlat(transfer, locald, before);

        async Task DownAsync(string path)
        {
            using HttpRequestMessage request = Request(HttpMethod.Get, locald, path, version);
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.Equal(version, response.Version.ToString());
            await using Stream body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await transfer.ReadAsync(body, TestContext.Current.CancellationToken);
        }
    }

    [Theory(Timeout = 120_000)]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_upstream_that_reads_slowly_holds_up_the_client(string version)
    {
        SlowTransfer transfer = new(Warm);
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            await transfer.ReadAsync(exchange.OpenBody(), exchange.Stop);
            await exchange.RespondAsync("stored");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        using HttpClient client = TrustingClient.Http(sandbox);
        await UpAsync(Warm);
        transfer = new(Size);
        double before = ProcFacts.ForgetPeak(locald.Process.Id);
        await UpAsync(Size);
        AssertFlat(transfer, locald, before);

        async Task UpAsync(long size)
        {
            using HttpRequestMessage request = Request(HttpMethod.Post, locald, "/", version);
            request.Content = new SlowContent(transfer, size);
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(version, response.Version.ToString());
            Assert.Equal("stored", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, RunningLocald locald, string path, string version) =>
        new(method, locald.Url("app.localhost") + path) { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private static void AssertFlat(SlowTransfer moved, RunningLocald locald, double before)
    {
        double peak = ProcFacts.PeakMemory(locald.Process.Id);
        Assert.True(moved.IsWhole, "not all of it arrived");
        Assert.InRange(moved.Ahead, 1, Size / 2);
        Assert.True(peak - before < MostGrowth, $"grew from {before:0.0} to {peak:0.0} MiB");
    }

    private sealed class SlowContent(SlowTransfer transfer, long size) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => transfer.WriteAsync(block => stream.WriteAsync(block));

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return true;
        }
    }
}

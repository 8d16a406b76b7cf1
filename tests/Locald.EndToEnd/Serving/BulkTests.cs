using System.Net;
using System.Security.Cryptography;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>A gibibyte in each direction: whole, unchanged, and never in memory.</summary>
public sealed class BulkTests
{
    private const long Size = 1L << 30;
    private const double MostMemory = 80;
    private const double MostGrowth = 16;

    private static readonly byte[] s_block = RandomNumberGenerator.GetBytes(1 << 20);

    [Fact(Timeout = 180_000)]
    public async Task A_gibibyte_comes_down_unchanged_in_flat_memory()
    {
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            await exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Size}\r\n\r\n");
            await WriteBlocksAsync(block => exchange.WriteAsync(block));
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        using HttpClient client = TrustingClient.Http(sandbox);
        await using Stream body = await client.GetStreamAsync(locald.Url("app.localhost"), TestContext.Current.CancellationToken);
        await using HashingStream received = new(locald.Process.Id);
        await body.CopyToAsync(received, 128 * 1024, TestContext.Current.CancellationToken);
        AssertWhole(received, locald);
    }

    [Theory(Timeout = 180_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gibibyte_goes_up_unchanged_in_flat_memory(bool chunked)
    {
        TaskCompletionSource<HashingStream> arrived = new();
        int pid = 0;
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            HashingStream received = new(pid);
            await exchange.CopyBodyAsync(received);
            arrived.SetResult(received);
            await exchange.RespondAsync("stored");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        pid = locald.Process.Id;
        using HttpClient client = TrustingClient.Http(sandbox);
        using HttpRequestMessage request = new(HttpMethod.Post, locald.Url("app.localhost")) { Content = new BlocksContent(chunked) };
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("stored", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        AssertWhole(await arrived.Task, locald);
    }

    private static void AssertWhole(HashingStream received, RunningLocald locald)
    {
        using IncrementalHash expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        WriteBlocksAsync(block =>
        {
            expected.AppendData(block.Span);
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();
        Assert.Equal(Size, received.Count);
        Assert.Equal(expected.GetHashAndReset(), received.Hash());
        double peak = ProcFacts.PeakMemory(locald.Process.Id);
        Assert.True(peak < MostMemory, $"{peak:0.0} MiB at the peak");
        Assert.True(peak - received.EarlyPeak < MostGrowth, $"grew from {received.EarlyPeak:0.0} to {peak:0.0} MiB while it streamed");
    }

    /// <summary>The same bytes each time, and no two blocks alike.</summary>
    private static async Task WriteBlocksAsync(Func<ReadOnlyMemory<byte>, Task> write)
    {
        byte[] block = [.. s_block];
        for (int i = 0; i < Size / block.Length; i++)
        {
            BitConverter.TryWriteBytes(block, i);
            await write(block);
        }
    }

    private sealed class BlocksContent(bool chunked) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            WriteBlocksAsync(block => stream.WriteAsync(block).AsTask());

        protected override bool TryComputeLength(out long length)
        {
            length = Size;
            return !chunked;
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Locald.Proxy;
using Locald.Proxy.IO;

namespace Locald.Tests.Proxy.IO;

public sealed class SocketStreamTests
{
    private static async Task<(SocketStream Near, Socket Far)> PairAsync(CancellationToken cancel)
    {
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Socket near = new(SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndPoint!, cancel);
        return (new(near), await listener.AcceptAsync(cancel));
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket, CancellationToken cancel)
    {
        using NetworkStream stream = new(socket);
        using MemoryStream all = new();
        await stream.CopyToAsync(all, cancel);
        return all.ToArray();
    }

    private static byte[] Numbered(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

    [Fact(Timeout = 10_000)]
    public async Task A_write_larger_than_the_kernels_buffers_arrives_whole()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (SocketStream near, Socket far) = await PairAsync(cancel);
        using (near)
        using (far)
        {
            byte[] bytes = Numbered(8 << 20);
            Task<byte[]> reading = ReadToEndAsync(far, cancel);
            await near.WriteAsync(bytes, cancel);
            near.Socket.Shutdown(SocketShutdown.Send);
            Assert.Equal(bytes, await reading);
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task A_synchronous_write_arrives_whole_too()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (SocketStream near, Socket far) = await PairAsync(cancel);
        using (near)
        using (far)
        {
            byte[] bytes = Numbered(8 << 20);
            Task<byte[]> reading = ReadToEndAsync(far, cancel);
            await Task.Run(() => near.Write(bytes, 3, bytes.Length - 3), cancel);
            near.Socket.Shutdown(SocketShutdown.Send);
            Assert.Equal(bytes[3..], await reading);
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task Gathered_writes_leave_together_and_in_order()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (SocketStream near, Socket far) = await PairAsync(cancel);
        using (near)
        using (far)
        {
            near.Gather = true;
            await near.WriteAsync("a"u8.ToArray(), cancel);
            await near.WriteAsync("b"u8.ToArray(), cancel);
            Assert.Equal(0, far.Available);

            // More than fits pushes the first ones out.
            byte[] large = Numbered(Limits.LargeBuffer + 8192);
            await near.WriteAsync(large, cancel);
            near.Gather = false;
            await near.SendGatheredAsync();
            await near.SendGatheredAsync();
            near.Socket.Shutdown(SocketShutdown.Send);
            byte[] arrived = await ReadToEndAsync(far, cancel);
            Assert.Equal("ab"u8.ToArray(), arrived[..2]);
            Assert.Equal(large, arrived[2..]);
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task A_muted_stream_says_nothing()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (SocketStream near, Socket far) = await PairAsync(cancel);
        using (near)
        using (far)
        {
            near.Muted = true;
            await near.WriteAsync("a"u8.ToArray(), cancel);
            await Task.Run(() => near.Write("b"u8.ToArray(), 0, 1), cancel);
            near.Muted = false;
            await near.WriteAsync("c"u8.ToArray(), cancel);
            near.Socket.Shutdown(SocketShutdown.Send);
            Assert.Equal("c"u8.ToArray(), await ReadToEndAsync(far, cancel));
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task An_empty_read_waits_for_bytes_without_taking_them()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (SocketStream near, Socket far) = await PairAsync(cancel);
        using (near)
        using (far)
        {
            Task<int> waiting = near.ReadAsync(Memory<byte>.Empty, cancel).AsTask();
            Assert.False(waiting.IsCompleted);
            await far.SendAsync("x"u8.ToArray(), cancel);
            Assert.Equal(0, await waiting);
            Assert.Equal(1, await near.ReadAsync(new byte[10], cancel));
        }
    }
}

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

    [Fact(Timeout = 10_000)]
    public async Task Bytes_arrive_in_order_however_they_come_and_are_read()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (SocketStream near, Socket far) = await PairAsync(cancel);
        using (near)
        using (far)
        {
            Random random = new(1);
            byte[] bytes = Numbered(4 << 20);
            Task sending = Task.Run(async () =>
            {
                for (int at = 0; at < bytes.Length;)
                {
                    int piece = Math.Min(random.Next(1, 200_000), bytes.Length - at);
                    await far.SendAsync(bytes.AsMemory(at, piece), cancel);
                    at += piece;
                }

                far.Shutdown(SocketShutdown.Send);
            }, cancel);
            using MemoryStream all = new();
            byte[] buffer = new byte[65_536];
            for (int turn = 0; ; turn++)
            {
                if (turn % 3 == 0)
                {
                    Assert.Equal(0, await ReadAsync(near, Memory<byte>.Empty).WaitAsync(cancel));
                }

                // Now and then as one that can be cancelled, which a handshake with a limit needs.
                Memory<byte> room = buffer.AsMemory(0, turn % 5 == 0 ? 1 : turn % 2 == 0 ? 100 : buffer.Length);
                int read = await (turn % 7 == 0 ? near.ReadAsync(room, cancel).AsTask() : ReadAsync(near, room)).WaitAsync(cancel);
                if (read == 0)
                {
                    break;
                }

                all.Write(buffer, 0, read);
            }

            await sending;
            Assert.Equal(bytes, all.ToArray());
            Assert.Equal(0, await ReadAsync(near, buffer).WaitAsync(cancel));
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task The_first_byte_can_be_looked_at_and_is_read_again()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (SocketStream near, Socket far) = await PairAsync(cancel);
        using (near)
        using (far)
        {
            Task<int> first = near.FirstAsync().AsTask();
            await far.SendAsync("abc"u8.ToArray(), cancel);
            Assert.Equal('a', await first.WaitAsync(cancel));
            Assert.Equal(0, await ReadAsync(near, Memory<byte>.Empty).WaitAsync(cancel));
            byte[] buffer = new byte[3];
            await near.ReadExactlyAsync(buffer, cancel);
            Assert.Equal("abc"u8, buffer);
            far.Shutdown(SocketShutdown.Send);
            Assert.Equal(-1, await near.FirstAsync().AsTask().WaitAsync(cancel));
        }
    }

    [Theory(Timeout = 10_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_that_waits_ends_when_the_stream_is_closed_here(bool resting)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (SocketStream near, Socket far) = await PairAsync(cancel);
        using (near)
        using (far)
        {
            near.IsResting = resting;
            Task<int> reading = ReadAsync(near, new byte[10]);
            Assert.False(reading.IsCompleted);
            near.Dispose();
            await AssertEndsAsync(() => reading, resting, cancel);
            await AssertEndsAsync(() => ReadAsync(near, new byte[10]), resting, cancel);
            Assert.Equal(resting, near.IsLost);
        }
    }

    [Theory(Timeout = 10_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_is_an_end_at_rest_and_a_fault_else(bool resting)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (SocketStream near, Socket far) = await PairAsync(cancel);
        using (near)
        {
            near.IsResting = resting;
            Task<int> reading = ReadAsync(near, new byte[10]);
            far.LingerState = new(true, 0);
            far.Dispose();
            await AssertEndsAsync(() => reading, resting, cancel);
            Assert.Equal(resting, near.IsLost);
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task A_write_that_waits_for_room_ends_when_the_stream_is_closed_here()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (SocketStream near, Socket far) = await PairAsync(cancel);
        using (near)
        using (far)
        {
            Task writing = WriteAsync(near, new byte[64 << 20]);
            Assert.False(writing.IsCompleted);
            near.Dispose();
            Exception? fault = await Record.ExceptionAsync(() => writing.WaitAsync(cancel));
            Assert.True(fault is not null && PeerGone.Explains(fault) && !cancel.IsCancellationRequested, $"{fault}");
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task Many_streams_at_once_are_told_of_their_bytes_each_of_its_own()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (SocketStream Near, Socket Far)[] pairs = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PairAsync(cancel)));
        for (int turn = 0; turn < 200; turn++)
        {
            byte[] sent = [(byte)turn];
            byte[][] got = [.. pairs.Select(_ => new byte[4])];
            Task<int>[] reading = [.. pairs.Select((p, i) => ReadAsync(p.Near, got[i]))];
            foreach ((_, Socket far) in pairs.Where((_, i) => (turn + i) % 3 > 0))
            {
                await far.SendAsync(sent, cancel);
            }

            foreach ((_, Socket far) in pairs.Where((_, i) => (turn + i) % 3 == 0))
            {
                await far.SendAsync(sent, cancel);
            }

            Assert.All(await Task.WhenAll(reading).WaitAsync(cancel), n => Assert.Equal(1, n));
            Assert.All(got, b => Assert.Equal(sent[0], b[0]));
        }

        Assert.All(pairs, p =>
        {
            p.Near.Dispose();
            p.Far.Dispose();
        });
    }

    // What may be cancelled goes another way.
#pragma warning disable xUnit1051
    private static Task<int> ReadAsync(SocketStream stream, Memory<byte> buffer) => stream.ReadAsync(buffer, CancellationToken.None).AsTask();

    private static Task WriteAsync(SocketStream stream, byte[] bytes) => stream.WriteAsync(bytes, CancellationToken.None).AsTask();
#pragma warning restore xUnit1051

    private static async Task AssertEndsAsync(Func<Task<int>> reading, bool quietly, CancellationToken cancel)
    {
        if (quietly)
        {
            Assert.Equal(0, await reading().WaitAsync(cancel));
        }
        else
        {
            Exception? fault = await Record.ExceptionAsync(() => reading().WaitAsync(cancel));
            Assert.True(fault is SocketException or ObjectDisposedException, $"{fault}");
        }
    }
}

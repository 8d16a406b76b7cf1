using System.Buffers;
using System.Runtime.InteropServices;
using Locald.Proxy;
using Locald.Proxy.IO;

namespace Locald.Tests.Proxy.IO;

public sealed class InputBufferTests
{
    private static byte[] Numbered(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];

    [Fact]
    public async Task A_stream_that_is_gone_is_told_by_the_read_and_not_before()
    {
        using InputBuffer input = new(new GoneStream());
        ValueTask<int> filling = input.FillAsync();
        Assert.True(filling.IsFaulted);
        await Assert.ThrowsAsync<IOException>(async () => await filling);
        Assert.False(input.TryBegin());
        await Assert.ThrowsAsync<IOException>(async () => await input.FillAsync());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(1000, 999)]
    [InlineData(int.MaxValue, 7000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public async Task Bytes_come_out_in_order_however_they_are_read_and_taken(int piece, int take)
    {
        byte[] bytes = Numbered(piece < 10 ? 40_000 : 200_000);
        using InputBuffer input = new(new PieceStream(bytes, () => piece));
        using MemoryStream seen = new();
        while (await input.FillAsync() > 0)
        {
            int count = Math.Min(take, input.Unread.Length);
            seen.Write(input.Slice(0, count).Span);
            input.Take(count);

            // What is kept stays within what a head may need.
            while (input.Unread.Length > Limits.Head)
            {
                seen.Write(input.Unread[..1000]);
                input.Take(1000);
            }
        }

        seen.Write(input.Unread);
        Assert.Equal(bytes, seen.ToArray());
    }

    [Fact]
    public async Task The_longest_head_and_one_byte_more_fit_untaken()
    {
        byte[] bytes = Numbered(Limits.Head + 1);
        using InputBuffer input = new(new PieceStream(bytes, () => 4096));
        while (input.Unread.Length < bytes.Length)
        {
            Assert.NotEqual(0, await input.FillAsync());
        }

        Assert.Equal(bytes, input.Unread.ToArray());
        Assert.Equal(0, await input.FillAsync());
    }

    [Fact]
    public async Task The_longest_head_behind_other_bytes_fits_untaken()
    {
        byte[] bytes = Numbered(100_000);
        using InputBuffer input = new(new MemoryStream(bytes));
        await input.FillAsync();
        input.Take(Limits.SmallBuffer - 1);
        while (input.Unread.Length <= Limits.Head)
        {
            Assert.NotEqual(0, await input.FillAsync());
        }

        Assert.Equal(bytes[(Limits.SmallBuffer - 1)..][..input.Unread.Length], input.Unread.ToArray());
    }

    [Fact]
    public async Task Waiting_reads_nothing_and_what_is_left_survives_a_release()
    {
        using InputBuffer input = new(new MemoryStream("abc"u8.ToArray()));
        await input.WaitAsync();
        Assert.True(input.IsEmpty);
        await input.FillAsync();
        input.Take(1);
        input.Release();
        Assert.Equal("bc"u8.ToArray(), input.Unread.ToArray());
        input.Take(2);
        input.Release();
        Assert.True(input.IsEmpty);
        Assert.Equal(0, await input.FillAsync());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_read_that_was_begun_is_what_the_next_fill_gives()
    {
        WaitingStream stream = new();
        using InputBuffer input = new(stream);
        Assert.True(input.TryBegin());
        Assert.Equal(1, stream.Reads);
        Task<int> filling = input.FillAsync().AsTask();
        stream.Give("abc"u8);
        Assert.Equal(3, await filling.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal("abc"u8, input.Unread);
        Assert.Equal(1, stream.Reads);
        input.Take(3);
        filling = input.FillAsync().AsTask();
        stream.Give("d"u8);
        Assert.Equal(1, await filling.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal("d"u8, input.Unread);
    }

    [Fact]
    public void What_can_be_read_already_was_not_asked_for()
    {
        using InputBuffer bytes = new(new MemoryStream([1]));
        Assert.False(bytes.TryBegin());
        using InputBuffer end = new(new MemoryStream());
        Assert.False(end.TryBegin());
    }

    [Fact]
    public void The_array_of_a_read_under_way_is_not_given_to_another()
    {
        WaitingStream stream = new();
        InputBuffer input = new(stream);
        Assert.True(input.TryBegin());
        input.Dispose();
        byte[][] others = [.. Enumerable.Range(0, 64).Select(_ => ArrayPool<byte>.Shared.Rent(Limits.SmallBuffer))];
        stream.Give("late"u8);
        Assert.DoesNotContain(others, stream.IsLatest);
        foreach (byte[] other in others)
        {
            ArrayPool<byte>.Shared.Return(other);
        }
    }

    /// <summary>Its reads wait until a test gives them something.</summary>
    private sealed class WaitingStream : ForwardStream
    {
        private readonly Queue<(Memory<byte> Buffer, TaskCompletionSource<int> Done)> _waiting = new();
        private byte[] _latest = [];

        public int Reads { get; private set; }

        public void Give(ReadOnlySpan<byte> bytes)
        {
            (Memory<byte> buffer, TaskCompletionSource<int> done) = _waiting.Dequeue();
            bytes.CopyTo(buffer.Span);
            done.SetResult(bytes.Length);
        }

        public bool IsLatest(byte[] array) => array == _latest;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            TaskCompletionSource<int> done = new();
            _waiting.Enqueue((buffer, done));
            _latest = MemoryMarshal.TryGetArray<byte>(buffer, out ArraySegment<byte> segment) ? segment.Array! : [];
            return new(done.Task);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class GoneStream : ForwardStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("it is gone");

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

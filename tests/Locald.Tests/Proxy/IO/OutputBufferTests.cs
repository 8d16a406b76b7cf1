using System.Text;
using Locald.Proxy;
using Locald.Proxy.IO;

namespace Locald.Tests.Proxy.IO;

public sealed class OutputBufferTests
{
    [Fact]
    public async Task Small_pieces_go_out_in_one_write()
    {
        WriteRecorder sink = new();
        using OutputBuffer output = new(sink);
        output.Append("a"u8);
        output.Append((byte)'b');
        output.AppendNumber(0);
        output.AppendNumber(long.MaxValue);
        output.AppendChunkSize(0x1aF);
        await output.WriteAsync("c"u8.ToArray());
        Assert.Empty(sink.Writes);
        Assert.False(output.IsEmpty);
        await output.FlushAsync();
        Assert.Equal(["ab092233720368547758071af\r\nc"], sink.Writes);
        Assert.True(output.IsEmpty);
        await output.FlushAsync();
        Assert.Single(sink.Writes);
        Assert.Equal(sink.Writes[0].Length, output.Written);
    }

    [Fact]
    public async Task A_large_piece_fills_the_record_that_was_begun_and_goes_out_from_where_it_lies()
    {
        WriteRecorder sink = new();
        using OutputBuffer output = new(sink);
        byte[] large = [.. Enumerable.Range(0, 50_000).Select(i => (byte)('a' + (i % 26)))];
        output.Append("head"u8);
        await output.WriteAsync(large);
        Assert.Equal([Limits.SmallBuffer, 50_000 + 4 - Limits.SmallBuffer], sink.Writes.Select(w => w.Length));
        Assert.Equal("head" + Encoding.Latin1.GetString(large), string.Concat(sink.Writes));
        Assert.Equal(50_004, output.Written);
    }

    [Fact]
    public async Task What_fills_the_buffer_to_the_byte_waits_and_one_byte_more_does_not()
    {
        WriteRecorder sink = new();
        using OutputBuffer output = new(sink);
        for (int records = 0; records < Limits.LargeBuffer / Limits.SmallBuffer; records++)
        {
            await output.WriteAsync(new byte[Limits.SmallBuffer]);
        }

        Assert.Empty(sink.Writes);
        await output.WriteAsync(new byte[1]);
        Assert.Equal(Limits.LargeBuffer + 1, sink.Writes.Sum(w => w.Length));
    }

    [Fact]
    public async Task A_head_and_the_start_of_a_large_body_fill_one_record_together()
    {
        WriteRecorder sink = new();
        using OutputBuffer output = new(sink);
        output.Append("head"u8);
        await output.WriteAsync(new byte[Limits.LargeBuffer]);
        Assert.Equal([Limits.SmallBuffer, Limits.LargeBuffer + 4 - Limits.SmallBuffer], sink.Writes.Select(w => w.Length));
    }

    [Fact]
    public async Task A_head_larger_than_the_buffer_goes_out_whole()
    {
        WriteRecorder sink = new();
        using OutputBuffer output = new(sink);
        string head = string.Concat(Enumerable.Range(0, 5000).Select(i => $"line {i}\r\n"));
        foreach (string line in head.Split('\n'))
        {
            output.Append(Encoding.ASCII.GetBytes(line + "\n"));
        }

        await output.WriteAsync("body"u8.ToArray());
        await output.FlushAsync();
        Assert.Equal(head + "\nbody", string.Concat(sink.Writes));
    }

    private sealed class WriteRecorder : MemoryStream
    {
        public List<string> Writes { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes.Add(Encoding.Latin1.GetString(buffer.Span));
            return default;
        }
    }
}

using Locald.Proxy.Http1;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Tests.Proxy.IO;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

public sealed class BodyTests
{
    /// <summary>Copies one body of the input as an exchange does; the last step.</summary>
    private static async Task<BodyStep> CopyAsync(BodyReader reader, BodyWriter writer)
    {
        while (true)
        {
            switch (reader.Next(out ReadOnlyMemory<byte> data))
            {
                case BodyStep.Data:
                    await writer.WriteAsync(data);
                    break;
                case BodyStep.NeedMore:
                    if (await reader.Input.FillAsync() == 0 && !reader.EndOfInput())
                    {
                        return BodyStep.NeedMore;
                    }

                    break;
                case BodyStep.End:
                    await writer.EndAsync(reader);
                    return BodyStep.End;
                default:
                    return BodyStep.Fault;
            }
        }
    }

    private static async Task<(string Sent, string Left)> CopyAsync(string text, BodyKind kind, long length, bool chunked, int piece)
    {
        using MemoryStream sink = new();
        using InputBuffer input = new(new PieceStream(Heads.Bytes(text), () => piece));
        using OutputBuffer output = new(sink);
        BodyReader reader = new(input);
        BodyWriter writer = new(output);
        reader.Begin(kind, length);
        writer.Begin(chunked);
        Assert.Equal(BodyStep.End, await CopyAsync(reader, writer));
        Assert.True(reader.Ended);
        while (await input.FillAsync() > 0)
        {
        }

        return (Heads.Text(sink.ToArray()), Heads.Text(input.Unread));
    }

    [Theory]
    [InlineData("helloGET", "Length", 5, false, "hello", "GET")]
    [InlineData("GET", "None", 0, false, "", "GET")]
    [InlineData("hello", "UntilClose", -1, false, "hello", "")]
    [InlineData("hello", "UntilClose", -1, true, "5\r\nhello\r\n0\r\n\r\n", "")]
    [InlineData("", "UntilClose", -1, true, "0\r\n\r\n", "")]
    [InlineData("005;x\r\nhello\r\n0;y\r\n\r\nGET", "Chunked", -1, true, "5\r\nhello\r\n0\r\n\r\n", "GET")]
    [InlineData("5\r\nhello\r\n0\r\nA:b\r\n\r\nGET", "Chunked", -1, true, "5\r\nhello\r\n0\r\nA: b\r\n\r\n", "GET")]
    [InlineData("5\r\nhello\r\n0\r\nA: b\r\n\r\nGET", "Chunked", -1, false, "hello", "GET")]
    public async Task A_body_is_framed_anew_and_what_follows_is_left(string text, string kind, long length, bool chunked, string sent, string left) =>
        Assert.Equal((sent, left), await CopyAsync(text, Enum.Parse<BodyKind>(kind), length, chunked, int.MaxValue));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task In_pieces_a_body_is_the_same_body(int piece)
    {
        Assert.Equal(("hello", "GET"), await CopyAsync("helloGET", BodyKind.Length, 5, false, piece));
        Assert.Equal(("hello world", "GET"), await CopyAsync("5\r\nhello\r\n6;x\r\n world\r\n0\r\nA: b\r\n\r\nGET", BodyKind.Chunked, -1, false, piece));
        (string sent, string left) = await CopyAsync("5\r\nhello\r\n6;x\r\n world\r\n0\r\nA: b\r\n\r\nGET", BodyKind.Chunked, -1, true, piece);
        Assert.Equal(new("End", HeadFault.None, "hello world", "A: b\n", sent.Length), Chunks.Decode(sent));
        Assert.Equal("GET", left);
    }

    [Theory]
    [InlineData("Content-Length: 5")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Host: x")]
    [InlineData("Connection: close")]
    [InlineData("Connection: x-secret\r\nX-Secret: 1")]
    [InlineData("TE: trailers")]
    [InlineData("Expect: 100-continue")]
    [InlineData("Upgrade: x")]
    [InlineData("Via: 1.1 x")]
    [InlineData("Keep-Alive: x")]
    [InlineData("X-Forwarded-For: x")]
    [InlineData("X_Forwarded_For: x")]
    [InlineData("Forwarded: x")]
    [InlineData("X-Real-IP: x")]
    [InlineData("Trailer: x")]
    [InlineData("Authorization: x")]
    [InlineData("Cookie: x")]
    [InlineData("Set-Cookie: x")]
    [InlineData("Content-Type: x")]
    [InlineData("Content-Encoding: x")]
    [InlineData("Content-Range: x")]
    [InlineData("Range: x")]
    [InlineData("If-Match: x")]
    [InlineData("Cache-Control: x")]
    [InlineData("Max-Forwards: 1")]
    [InlineData("Date: x")]
    public async Task A_trailer_field_that_comes_too_late_is_dropped(string lines)
    {
        (string sent, _) = await CopyAsync($"0\r\nA: 1\r\n{lines}\r\nB: 2\r\n\r\n", BodyKind.Chunked, -1, true, int.MaxValue);
        Assert.Equal("0\r\nA: 1\r\nB: 2\r\n\r\n", sent);
    }

    [Theory]
    [InlineData("grpc-status: 0")]
    [InlineData("Server-Timing: x")]
    [InlineData("Digest: x")]
    [InlineData("Content-Digest: x")]
    [InlineData("ETag: \"x\"")]
    public async Task A_trailer_field_that_may_come_late_passes(string line)
    {
        (string sent, _) = await CopyAsync($"0\r\n{line}\r\n\r\n", BodyKind.Chunked, -1, true, int.MaxValue);
        Assert.Equal($"0\r\n{line}\r\n\r\n", sent);
    }

    [Fact]
    public async Task Trailers_of_one_body_do_not_appear_behind_the_next()
    {
        using MemoryStream sink = new();
        using InputBuffer input = new(new PieceStream(Heads.Bytes("0\r\nA: b\r\n\r\nrest"), () => int.MaxValue));
        using OutputBuffer output = new(sink);
        BodyReader reader = new(input);
        BodyWriter writer = new(output);
        writer.Begin(chunked: true);
        reader.Begin(BodyKind.Chunked, -1);
        Assert.Equal(BodyStep.End, await CopyAsync(reader, writer));

        sink.SetLength(0);
        reader.Begin(BodyKind.UntilClose, -1);
        Assert.Equal(BodyStep.End, await CopyAsync(reader, writer));
        Assert.Equal("4\r\nrest\r\n0\r\n\r\n", Heads.Text(sink.ToArray()));
        Assert.Equal(4, reader.Taken);
    }

    [Theory]
    [InlineData("hell", "Length", "NeedMore")]
    [InlineData("", "Length", "NeedMore")]
    [InlineData("5\r\nhello\r\n0\r\n", "Chunked", "NeedMore")]
    [InlineData("5\r\nhell", "Chunked", "NeedMore")]
    [InlineData("", "Chunked", "NeedMore")]
    [InlineData("x\r\n", "Chunked", "Fault")]
    public async Task A_body_that_breaks_off_never_ends_cleanly(string text, string kind, string step)
    {
        using MemoryStream sink = new();
        using InputBuffer input = new(new PieceStream(Heads.Bytes(text), () => 3));
        using OutputBuffer output = new(sink);
        BodyReader reader = new(input);
        BodyWriter writer = new(output);
        reader.Begin(Enum.Parse<BodyKind>(kind), 5);
        writer.Begin(chunked: true);
        Assert.Equal(step, (await CopyAsync(reader, writer)).ToString());
        Assert.False(reader.Ended);
        Assert.Equal(step == "Fault", reader.Fault != HeadFault.None);
        await output.FlushAsync();
        Assert.DoesNotContain("0\r\n\r\n", Heads.Text(sink.ToArray()));
    }

    [Fact]
    public async Task An_empty_piece_does_not_end_a_chunked_body()
    {
        using MemoryStream sink = new();
        using OutputBuffer output = new(sink);
        BodyWriter writer = new(output);
        writer.Begin(chunked: true);
        await writer.WriteAsync("a"u8.ToArray());
        await writer.WriteAsync(default);
        await writer.WriteAsync("b"u8.ToArray());
        await output.FlushAsync();
        Assert.Equal("1\r\na\r\n1\r\nb\r\n", Heads.Text(sink.ToArray()));
    }
}

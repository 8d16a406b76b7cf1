using Locald.Proxy;
using Locald.Proxy.Messages;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

public sealed class ChunkDecoderTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", "abc")]
    [InlineData("A\r\n0123456789\r\n0\r\n\r\n", "0123456789")]
    [InlineData("a\r\n0123456789\r\n0\r\n\r\n", "0123456789")]
    [InlineData("000000000000005\r\nhello\r\n000\r\n\r\n", "hello")]
    [InlineData("7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "\r\n0\r\n\r\n")]
    [InlineData("5;a\r\nhello\r\n0;b=c\r\n\r\n", "hello")]
    [InlineData("5 ; a = \"b;c\" ;d\r\nhello\r\n0\t;\r\n\r\n", "hello")]
    [InlineData("5;\u00fc\r\nhello\r\n0\r\n\r\n", "hello")]
    public void A_chunked_body_is_taken_out_of_its_framing(string text, string data) =>
        Assert.Equal(new("End", HeadFault.None, data, "", text.Length), Chunks.Decode(text));

    [Theory]
    [InlineData("0\r\nA: b\r\n\r\n", "A: b\n")]
    [InlineData("0\r\nA:b \r\nC:\r\n\r\n", "A: b\nC: \n")]
    [InlineData("0;x\r\nA: \u00fc\r\na: c\r\n\r\n", "A: \u00fc\na: c\n")]
    public void Trailer_fields_are_kept_for_the_end(string text, string trailers) =>
        Assert.Equal(new("End", HeadFault.None, "", trailers, text.Length), Chunks.Decode(text));

    [Theory]
    [InlineData("0\r\n\r\nGET / HTTP/1.1\r\n\r\n")]
    [InlineData("0\r\n\r\n0\r\n\r\n")]
    public void What_follows_the_body_is_left(string text) => Assert.Equal(5, Chunks.Decode(text).Consumed);

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r\n0\r\n\r\n")]
    [InlineData("\n")]
    [InlineData("0\n\r\n")]
    [InlineData("0\n\n")]
    [InlineData("5\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\r\nhello\r\n0\r\n\r\n")]
    [InlineData(" 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 \r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\t\r\nhello\r\n0\r\n\r\n")]
    [InlineData("+5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-0\r\n\r\n")]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5h\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5,5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5_0\r\nhello\r\n0\r\n\r\n")]
    [InlineData("g\r\n\r\n")]
    [InlineData(";a\r\n\r\n")]
    [InlineData("\u00b2\r\nab\r\n0\r\n\r\n")]
    [InlineData("5;a\rb\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\nb\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;\u0000\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=\"\u007f\"\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\u0000\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\u000b;a\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello0\r\n\r\n")]
    [InlineData("5\r\nhello\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r0\r\n\r\n")]
    [InlineData("5\r\nhello \r\n0\r\n\r\n")]
    [InlineData("5\r\nhellox\r\n0\r\n\r\n")]
    [InlineData("5\r\nhel\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r\n\r\n")]
    public void A_malformed_chunk_is_refused(string text)
    {
        Chunks chunks = Chunks.Decode(text);
        Assert.Equal(("Fault", HeadFault.Chunk), (chunks.Outcome, chunks.Fault));
        Assert.Equal(400, HeadFault.Chunk.Status());
    }

    [Theory]
    [InlineData("0\r\nA : b\r\n\r\n")]
    [InlineData("0\r\n A: b\r\n\r\n")]
    [InlineData("0\r\nA: b\r\n c\r\n\r\n")]
    [InlineData("0\r\nA\r\n\r\n")]
    [InlineData("0\r\n: b\r\n\r\n")]
    [InlineData("0\r\nA: b\n\r\n")]
    [InlineData("0\r\nA: b\r\n\n")]
    [InlineData("0\r\n\n")]
    [InlineData("0\r\nA: b\rc\r\n\r\n")]
    [InlineData("0\r\nA: \u0000\r\n\r\n")]
    [InlineData("0\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("0\r\n\rX\r\n\r\n")]
    [InlineData("0\r\nContent-Length: x\r\n\r\n")]
    [InlineData("0\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("0\r\nHost: a\r\nHost: b\r\n\r\n")]
    public void A_malformed_trailer_section_is_refused(string text)
    {
        Chunks chunks = Chunks.Decode(text);
        Assert.Equal(("Fault", HeadFault.Trailer), (chunks.Outcome, chunks.Fault));
    }

    [Fact]
    public void A_size_has_at_most_15_digits()
    {
        Assert.Equal("NeedMore", Chunks.Decode("fffffffffffffff\r\nx").Outcome);
        foreach (string size in (string[])["0000000000000005", "ffffffffffffffff", "8000000000000000", "10000000000000005", "0000000000000000"])
        {
            Assert.Equal(HeadFault.ChunkTooLong, Chunks.Decode($"{size}\r\nhello\r\n0\r\n\r\n").Fault);
        }
    }

    [Fact]
    public void Extensions_are_bounded()
    {
        string line = "5;" + new string('a', Limits.ChunkLine - 4) + "\r\n";
        Assert.Equal(Limits.ChunkLine, line.Length);
        Assert.Equal("End", Chunks.Decode(line + "hello\r\n0\r\n\r\n").Outcome);
        Assert.Equal(HeadFault.ChunkTooLong, Chunks.Decode(line.Replace("\r\n", "a\r\n") + "hello\r\n0\r\n\r\n").Fault);
        Assert.Equal(HeadFault.ChunkTooLong, Chunks.Decode(new string('1', Limits.ChunkLine + 1)).Fault);
        Assert.Equal(HeadFault.None, Chunks.Decode(new string('1', Limits.ChunkLine)).Fault);
    }

    [Fact]
    public void A_trailer_section_is_bounded_in_bytes_and_in_lines()
    {
        string start = "0\r\nX: ";
        string fits = start + new string('a', Limits.Head - 3 - 4) + "\r\n\r\n";
        Assert.Equal("End", Chunks.Decode(fits).Outcome);
        Assert.Equal(HeadFault.HeadTooLong, Chunks.Decode(fits.Replace("\r\n\r\n", "a\r\n\r\n")).Fault);
        string lines = string.Concat(Enumerable.Range(0, Limits.Fields).Select(i => $"X: {i}\r\n"));
        Assert.Equal("End", Chunks.Decode("0\r\n" + lines + "\r\n").Outcome);
        Assert.Equal(HeadFault.Trailer, Chunks.Decode("0\r\n" + lines + "X: 1\r\n\r\n").Fault);
    }

    [Theory]
    [InlineData("5;a=b\r\nhello\r\n10\r\n0123456789abcdef\r\n0;x\r\nA: b\r\nC: d\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\r\nA: b\r\n\r\nGET / HTTP/1.1\r\n\r\n")]
    [InlineData("5\r\nhello\r\nx\r\n")]
    [InlineData("5\r\nhellox\r\n")]
    [InlineData("5\r\nhello\r\n0\r\nA : b\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\r\nA: b\n\n")]
    [InlineData("5\r\nhello\r\n0\r\nA: b")]
    public void Wherever_the_bytes_are_split_the_result_is_the_same(string text)
    {
        byte[] bytes = Heads.Bytes(text);
        Chunks whole = Chunks.Decode(text);
        Assert.Equal(whole, Chunks.Decode(bytes, () => 1));
        for (int one = 1; one < bytes.Length; one++)
        {
            for (int two = 1; two <= bytes.Length - one; two++)
            {
                int turn = 0;
                Assert.Equal(whole, Chunks.Decode(bytes, () => turn++ switch { 0 => one, 1 => two, _ => bytes.Length }));
            }
        }
    }
}

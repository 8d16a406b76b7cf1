using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http2.Hpack;

public sealed class HuffmanTests
{
    [Theory]
    [InlineData('0', 0x0, 5)]
    [InlineData('t', 0x9, 5)]
    [InlineData(' ', 0x14, 6)]
    [InlineData('u', 0x2d, 6)]
    [InlineData(':', 0x5c, 7)]
    [InlineData('z', 0x7b, 7)]
    [InlineData('&', 0xf8, 8)]
    [InlineData('Z', 0xfd, 8)]
    [InlineData('!', 0x3f8, 10)]
    [InlineData('?', 0x3fc, 10)]
    [InlineData('|', 0x7fc, 11)]
    [InlineData('>', 0xffb, 12)]
    [InlineData(0, 0x1ff8, 13)]
    [InlineData('~', 0x1ffd, 13)]
    [InlineData('}', 0x3ffd, 14)]
    [InlineData('{', 0x7ffe, 15)]
    [InlineData('\\', 0x7fff0, 19)]
    [InlineData(226, 0xfffed, 20)]
    [InlineData(230, 0x1fffe8, 21)]
    [InlineData(233, 0x3fffeb, 22)]
    [InlineData(239, 0x7ffff4, 23)]
    [InlineData('\t', 0xffffea, 24)]
    [InlineData(237, 0xfffff5, 24)]
    [InlineData(235, 0x1ffffef, 25)]
    [InlineData(255, 0x3ffffee, 26)]
    [InlineData(254, 0x7fffff0, 27)]
    [InlineData(2, 0xfffffe2, 28)]
    [InlineData(249, 0xffffffe, 28)]
    [InlineData('\n', 0x3ffffffc, 30)]
    [InlineData('\r', 0x3ffffffd, 30)]
    [InlineData(22, 0x3ffffffe, 30)]
    [InlineData(HuffmanCode.EndOfString, 0x3fffffff, 30)]
    public void The_codes_are_those_of_appendix_B(int symbol, uint code, int length) =>
        Assert.Equal((code, length), (HuffmanCode.Codes[symbol], (int)HuffmanCode.Lengths[symbol]));

    [Fact]
    public void The_code_is_complete_and_no_code_begins_another()
    {
        long next = 0;
        foreach (int symbol in Enumerable.Range(0, 257).OrderBy(s => (long)HuffmanCode.Codes[s] << (30 - HuffmanCode.Lengths[s])))
        {
            Assert.Equal(next, (long)HuffmanCode.Codes[symbol] << (30 - HuffmanCode.Lengths[symbol]));
            next += 1L << (30 - HuffmanCode.Lengths[symbol]);
        }

        Assert.Equal(1L << 30, next);
    }

    [Fact]
    public void Every_pair_of_bytes_comes_back()
    {
        byte[] encoded = new byte[8], decoded = new byte[3];
        for (int pair = 0; pair < 65_536; pair++)
        {
            byte[] text = [(byte)(pair >> 8), (byte)pair];
            int length = Huffman.Encode(text, encoded);
            Assert.Equal(Huffman.EncodedLength(text), length);
            Assert.Equal(HpackFault.None, Huffman.Decode(encoded.AsSpan(0, length), decoded, out int written));
            Assert.True(decoded.AsSpan(0, written).SequenceEqual(text), $"{pair:x4}");
        }
    }

    [Fact]
    public void Long_strings_of_every_byte_come_back()
    {
        byte[] text = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7 + i / 256))];
        byte[] encoded = new byte[Huffman.EncodedLength(text)], decoded = new byte[text.Length];
        Assert.Equal(encoded.Length, Huffman.Encode(text, encoded));
        Assert.Equal(HpackFault.None, Huffman.Decode(encoded, decoded, out int written));
        Assert.Equal((text.Length, true), (written, decoded.AsSpan().SequenceEqual(text)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("fc", "X")]
    [InlineData("b9", ":")]
    [InlineData("53", " ")]
    [InlineData("1f", "a")]
    [InlineData("fe3f8f", "!!")]
    [InlineData("1a9f", "a ")]
    [InlineData("fe3f", "!")]
    [InlineData("fe2e7f", "!:")]
    public void Padding_of_up_to_seven_ones_is_taken(string hex, string text)
    {
        Assert.Equal((HpackFault.None, text), Decode(hex, 100));
        byte[] output = new byte[8];
        Assert.Equal(hex, Convert.ToHexStringLower(output.AsSpan(0, Huffman.Encode(Heads.Bytes(text), output))));
    }

    [Theory]
    [InlineData("18")]
    [InlineData("1b")]
    [InlineData("1c")]
    [InlineData("1e")]
    [InlineData("b8")]
    [InlineData("fe3e")]
    [InlineData("fe2e7e")]
    public void Padding_of_others_than_ones_is_refused(string hex) => Assert.Equal(HpackFault.Padding, Decode(hex, 100).Fault);

    [Theory]
    [InlineData("ff")]
    [InlineData("ffff")]
    [InlineData("ffffff")]
    [InlineData("1fff")]
    [InlineData("fcff")]
    [InlineData("fe2e7fff")]
    [InlineData("fcffffff")]
    public void Padding_of_a_whole_byte_is_refused(string hex) => Assert.Equal(HpackFault.Padding, Decode(hex, 100).Fault);

    [Theory]
    [InlineData("ffffffff")]
    [InlineData("fffffffc")]
    [InlineData("fffffffd")]
    [InlineData("1fffffffff")]
    [InlineData("fcffffffff")]
    [InlineData("fcfffffffc1f")]
    [InlineData("ffffffffffffffffffffffff")]
    public void The_end_of_string_symbol_is_refused(string hex) => Assert.Equal(HpackFault.EndOfString, Decode(hex, 100).Fault);

    [Fact]
    public void The_output_never_outgrows_its_room()
    {
        byte[] encoded = new byte[100];
        Assert.Equal(63, Huffman.Encode([.. Enumerable.Repeat((byte)'0', 100)], encoded));
        string hex = Convert.ToHexString(encoded.AsSpan(0, 63));
        Assert.Equal(100, Huffman.MaxDecodedLength(63));
        Assert.Equal((HpackFault.None, new string('0', 100)), Decode(hex, 100));
        Assert.Equal((HpackFault.StringTooLong, new string('0', 99)), Decode(hex, 99));
        Assert.Equal((HpackFault.StringTooLong, ""), Decode("1f", 0));
        Assert.Equal((HpackFault.None, ""), Decode("", 0));
    }

    private static (HpackFault Fault, string Text) Decode(string hex, int room)
    {
        byte[] output = new byte[room];
        HpackFault fault = Huffman.Decode(Blocks.Bytes(hex), output, out int written);
        return (fault, Heads.Text(output.AsSpan(0, written)));
    }
}

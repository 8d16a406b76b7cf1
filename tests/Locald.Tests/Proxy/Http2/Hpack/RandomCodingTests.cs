using System.Numerics;
using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http2.Hpack;

/// <summary>HPACK's integers and its Huffman code, each against the specification read bit by bit.</summary>
[Trait("Inputs", "Random")]
public sealed class RandomCodingTests
{
    private static readonly string[] Integers =
        ["\u000a", "\u001f\u009a\u000a", "\u007f\u0000", "\u00ff\u00ff\u00ff\u00ff\u00ff\u0007", "\u000f\u0080\u0080\u0080\u0080\u0000", "\u00ff\u0080\u0001", "*"];

    private static readonly string[] IntegerTokens = ["\u0080", "\u00ff", "\u007f", "\u0000", "\u0080\u0080\u0080\u0080", "\u00ff\u00ff\u00ff\u00ff", "\u0007", "\u0008"];

    private static readonly string[] Texts = ["www.example.com", "no-cache", "custom-value", "Mon, 21 Oct 2013 20:13:21 GMT", "\0\u00ff\n", "", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600"];

    [Fact]
    public void An_integer_is_read_as_the_specification_says_and_written_in_its_shortest_form()
    {
        double accepted = RandomInputs.Run(Integers, IntegerTokens, (bytes, random) =>
        {
            int prefix = random.Next(1, 9);
            ReadOnlySpan<byte> rest = bytes;
            HpackFault fault = HpackInteger.Read(ref rest, prefix, out int value);
            (BigInteger expected, int length) = Read(bytes, prefix);
            bool valid = length is > 0 and <= HpackInteger.MaxLength && expected <= int.MaxValue;
            Assert.Equal(valid, fault == HpackFault.None);
            if (!valid)
            {
                return false;
            }

            Assert.Equal((expected, length), (value, bytes.Length - rest.Length));
            byte[] written = new byte[HpackInteger.MaxLength];
            int count = HpackInteger.Write(written, 0, prefix, value);
            Assert.InRange(count, 1, length);
            Assert.Equal((expected, count), Read(written[..count], prefix));
            return true;
        });
        Assert.InRange(accepted, 0.1, 0.95);
    }

    [Fact]
    public void A_Huffman_coded_string_is_decoded_as_the_specification_says_and_comes_back_the_same()
    {
        string[] seeds = [.. Texts.Select(t => Heads.Text(Encode(Heads.Bytes(t))))];
        double accepted = RandomInputs.Run(seeds, [.. seeds, "\u00ff", "\u00ff\u00ff\u00ff\u00fc", "\u00fe", "\0"], (bytes, random) =>
        {
            byte[] output = new byte[random.Next(20) == 0 ? random.Next(20) : Huffman.MaxDecodedLength(bytes.Length)];
            HpackFault fault = Huffman.Decode(bytes, output, out int written);
            string? text = NaiveHpack.HuffmanText(bytes, output.Length);
            Assert.Equal(text is not null, fault == HpackFault.None);
            if (text is null)
            {
                return false;
            }

            Assert.Equal(text, Heads.Text(output.AsSpan(0, written)));
            Assert.Equal(bytes, Encode(output.AsSpan(0, written)));
            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }

    private static byte[] Encode(ReadOnlySpan<byte> text)
    {
        byte[] encoded = new byte[Huffman.EncodedLength(text)];
        Assert.Equal(encoded.Length, Huffman.Encode(text, encoded));
        return encoded;
    }

    /// <summary>RFC 7541 §5.1, in its own words; no bytes where it does not end.</summary>
    private static (BigInteger Value, int Length) Read(byte[] bytes, int prefix)
    {
        if (bytes.Length == 0)
        {
            return (0, 0);
        }

        BigInteger value = bytes[0] % (1 << prefix);
        if (value < (1 << prefix) - 1)
        {
            return (value, 1);
        }

        for (int i = 1; i < Math.Min(bytes.Length, HpackInteger.MaxLength); i++)
        {
            value += (bytes[i] & 127) * BigInteger.Pow(2, 7 * (i - 1));
            if (bytes[i] < 128)
            {
                return (value, i + 1);
            }
        }

        return (0, 0);
    }
}

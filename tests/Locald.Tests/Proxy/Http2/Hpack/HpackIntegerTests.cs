using Locald.Proxy.Http2.Hpack;

namespace Locald.Tests.Proxy.Http2.Hpack;

public sealed class HpackIntegerTests
{
    [Theory]
    [InlineData(10, 5, "0a")]
    [InlineData(1337, 5, "1f9a0a")]
    [InlineData(42, 8, "2a")]
    public void The_examples_of_appendix_C_1_hold(int value, int prefix, string hex) => Same(value, prefix, hex);

    [Theory]
    [InlineData(0, 1, "00")]
    [InlineData(1, 1, "0100")]
    [InlineData(30, 5, "1e")]
    [InlineData(31, 5, "1f00")]
    [InlineData(32, 5, "1f01")]
    [InlineData(158, 5, "1f7f")]
    [InlineData(159, 5, "1f8001")]
    [InlineData(254, 8, "fe")]
    [InlineData(255, 8, "ff00")]
    [InlineData(int.MaxValue, 4, "0ff0ffffff07")]
    [InlineData(int.MaxValue, 7, "7f80ffffff07")]
    [InlineData(int.MaxValue, 8, "ff80feffff07")]
    public void Values_at_the_edges_are_read_and_written(int value, int prefix, string hex) => Same(value, prefix, hex);

    [Fact]
    public void Bits_above_the_prefix_are_neither_read_nor_touched()
    {
        byte[] output = new byte[HpackInteger.MaxLength];
        Assert.Equal(1, HpackInteger.Write(output, 0xa0, 5, 10));
        Assert.Equal(0xaa, output[0]);
        Assert.Equal(2, HpackInteger.Write(output, 0x40, 6, 63));
        Assert.Equal([0x7f, 0], output[..2]);
        ReadOnlySpan<byte> bytes = [0xea, 0xff];
        Assert.Equal(HpackFault.None, HpackInteger.Read(ref bytes, 5, out int value));
        Assert.Equal((10, 1), (value, bytes.Length));
    }

    [Theory]
    [InlineData("0f8000", 15)]
    [InlineData("0f8080808000", 15)]
    [InlineData("0f8180808000", 16)]
    public void Zeros_that_say_nothing_are_allowed_up_to_the_longest_form(string hex, int value)
    {
        ReadOnlySpan<byte> bytes = Blocks.Bytes(hex);
        Assert.Equal(HpackFault.None, HpackInteger.Read(ref bytes, 4, out int read));
        Assert.Equal((value, 0), (read, bytes.Length));
    }

    [Theory]
    [InlineData("0ff1ffffff07")]
    [InlineData("0fffffffff07")]
    [InlineData("0fffffffff0f")]
    [InlineData("0fffffffff7f")]
    [InlineData("0f808080808000")]
    [InlineData("0f8080808080")]
    [InlineData("0fffffffffff")]
    [InlineData("0fffffffffffffffffff01")]
    [InlineData("0f80808080808080808001")]
    public void An_integer_over_the_bound_is_refused(string hex) => Assert.Equal(HpackFault.Integer, Judge(hex));

    [Theory]
    [InlineData("")]
    [InlineData("0f")]
    [InlineData("0f80")]
    [InlineData("0fffffffff")]
    public void An_integer_cut_short_is_refused(string hex) => Assert.Equal(HpackFault.Truncated, Judge(hex));

    private static HpackFault Judge(string hex)
    {
        ReadOnlySpan<byte> bytes = Blocks.Bytes(hex);
        return HpackInteger.Read(ref bytes, 4, out _);
    }

    private static void Same(int value, int prefix, string hex)
    {
        byte[] output = new byte[HpackInteger.MaxLength];
        int written = HpackInteger.Write(output, 0, prefix, value);
        Assert.Equal(hex, Convert.ToHexStringLower(output.AsSpan(0, written)));
        ReadOnlySpan<byte> bytes = Blocks.Bytes(hex);
        Assert.Equal(HpackFault.None, HpackInteger.Read(ref bytes, prefix, out int read));
        Assert.Equal((value, 0), (read, bytes.Length));
    }
}

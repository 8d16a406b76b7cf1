using Locald.Proxy.Http2;

namespace Locald.Tests.Proxy.Http2;

public sealed class FrameHeaderTests
{
    [Theory]
    [InlineData("000000040000000000", 0, 4, 0, 0)]
    [InlineData("000000040100000000", 0, 4, 1, 0)]
    [InlineData("004000000900000001", 16_384, 0, 9, 1)]
    [InlineData("ffffff012d7fffffff", 16_777_215, 1, 0x2d, int.MaxValue)]
    [InlineData("00000410d200000102", 4, 16, 0xd2, 258)]
    public void A_header_is_read_and_written_alike(string hex, int length, byte type, byte flags, int streamId)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.True(FrameHeader.TryParse(bytes, out FrameHeader header));
        Assert.Equal(new(length, (FrameType)type, (FrameFlags)flags, streamId), header);
        byte[] written = new byte[FrameHeader.Size];
        header.Write(written);
        Assert.Equal(bytes, written);
    }

    [Fact]
    public void Fewer_than_nine_bytes_are_no_header()
    {
        byte[] bytes = Convert.FromHexString("004000000900000001");
        for (int length = 0; length < FrameHeader.Size; length++)
        {
            Assert.False(FrameHeader.TryParse(bytes.AsSpan(0, length), out FrameHeader header));
            Assert.Equal(default, header);
        }
    }

    [Fact]
    public void What_follows_the_header_is_left_alone()
    {
        Assert.True(FrameHeader.TryParse(Convert.FromHexString("00000106000000000aff"), out FrameHeader header));
        Assert.Equal(new(1, FrameType.Ping, FrameFlags.None, 10), header);
    }

    [Fact]
    public void The_reserved_bit_is_ignored_and_not_sent()
    {
        Assert.True(FrameHeader.TryParse(Convert.FromHexString("000000000080000003"), out FrameHeader header));
        Assert.Equal(3, header.StreamId);
        byte[] written = new byte[FrameHeader.Size];
        header.Write(written);
        Assert.Equal(0, written[5]);
    }

    [Fact]
    public void A_flag_is_told_from_the_others()
    {
        FrameHeader header = new(0, FrameType.Headers, FrameFlags.EndHeaders, 1);
        Assert.True(header.Has(FrameFlags.EndHeaders));
        Assert.False(header.Has(FrameFlags.EndStream) || header.Has(FrameFlags.Padded) || header.Has(FrameFlags.Priority));
    }
}

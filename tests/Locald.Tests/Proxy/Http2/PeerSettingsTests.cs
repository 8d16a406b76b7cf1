using System.Buffers.Binary;
using Locald.Proxy.Http2;

namespace Locald.Tests.Proxy.Http2;

public sealed class PeerSettingsTests
{
    [Fact]
    public void Before_the_first_frame_the_defaults_hold()
    {
        PeerSettings settings = new();
        Assert.Equal(4096u, settings.HeaderTableSize);
        Assert.True(settings.EnablePush);
        Assert.Equal(uint.MaxValue, settings.MaxConcurrentStreams);
        Assert.Equal(65_535, settings.InitialWindowSize);
        Assert.Equal(16_384, settings.MaxFrameSize);
        Assert.Equal(uint.MaxValue, settings.MaxHeaderListSize);
        Assert.False(settings.EnableConnectProtocol);
    }

    [Fact]
    public void Each_setting_is_taken()
    {
        PeerSettings settings = new();
        byte[] payload = Payload((1, 65_536), (2, 0), (3, 100), (4, 6_291_456), (5, 32_768), (6, 262_144), (8, 1));
        Assert.Equal(Http2ErrorCode.NoError, settings.Apply(payload));
        Assert.Equal(65_536u, settings.HeaderTableSize);
        Assert.False(settings.EnablePush);
        Assert.Equal(100u, settings.MaxConcurrentStreams);
        Assert.Equal(6_291_456, settings.InitialWindowSize);
        Assert.Equal(32_768, settings.MaxFrameSize);
        Assert.Equal(262_144u, settings.MaxHeaderListSize);
        Assert.True(settings.EnableConnectProtocol);
        Assert.Equal(Http2ErrorCode.NoError, settings.Apply([]));
        Assert.Equal(32_768, settings.MaxFrameSize);
    }

    [Fact]
    public void Of_one_setting_sent_twice_the_last_holds()
    {
        PeerSettings settings = new();
        Assert.Equal(Http2ErrorCode.NoError, settings.Apply(Payload((4, 1), (4, 2), (1, 0), (1, 7))));
        Assert.Equal((2, 7u), (settings.InitialWindowSize, settings.HeaderTableSize));
    }

    [Fact]
    public void Unknown_settings_are_ignored()
    {
        PeerSettings settings = new();
        Assert.Equal(Http2ErrorCode.NoError, settings.Apply(Payload((0, 9), (7, uint.MaxValue), (9, 1), (0x1a2a, 5), (0xffff, uint.MaxValue), (4, 3))));
        Assert.Equal(3, settings.InitialWindowSize);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 0xffffffff)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(3, 0xffffffff)]
    [InlineData(4, 0)]
    [InlineData(4, 0x7fffffff)]
    [InlineData(5, 16_384)]
    [InlineData(5, 16_777_215)]
    [InlineData(6, 0)]
    [InlineData(6, 0xffffffff)]
    [InlineData(8, 0)]
    [InlineData(8, 1)]
    public void Values_within_the_bounds_are_taken(ushort id, uint value) =>
        Assert.Equal(Http2ErrorCode.NoError, new PeerSettings().Apply(Payload((id, value))));

    [Theory]
    [InlineData(2, 2)]
    [InlineData(2, 0xffffffff)]
    [InlineData(5, 0)]
    [InlineData(5, 16_383)]
    [InlineData(5, 16_777_216)]
    [InlineData(5, 0xffffffff)]
    [InlineData(8, 2)]
    [InlineData(8, 0xffffffff)]
    public void Values_out_of_bounds_are_a_protocol_error(ushort id, uint value) =>
        Assert.Equal(Http2ErrorCode.ProtocolError, new PeerSettings().Apply(Payload((3, 1), (id, value))));

    [Theory]
    [InlineData(0x80000000)]
    [InlineData(0xffffffff)]
    public void A_window_above_31_bits_is_a_flow_control_error(uint value) =>
        Assert.Equal(Http2ErrorCode.FlowControlError, new PeerSettings().Apply(Payload((4, value))));

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(11)]
    public void A_payload_that_is_no_multiple_of_six_is_a_frame_size_error(int length) =>
        Assert.Equal(Http2ErrorCode.FrameSizeError, new PeerSettings().Apply(new byte[length]));

    [Fact]
    public void A_server_may_not_ask_for_push()
    {
        Assert.Equal(Http2ErrorCode.ProtocolError, new PeerSettings(ofServer: true).Apply(Payload((2, 1))));
        Assert.Equal(Http2ErrorCode.NoError, new PeerSettings(ofServer: true).Apply(Payload((2, 0))));
    }

    [Fact]
    public void Extended_connect_may_not_be_taken_back()
    {
        PeerSettings settings = new();
        Assert.Equal(Http2ErrorCode.NoError, settings.Apply(Payload((8, 0), (8, 1), (8, 1))));
        Assert.Equal(Http2ErrorCode.ProtocolError, settings.Apply(Payload((8, 0))));
    }

    private static byte[] Payload(params (ushort Id, uint Value)[] settings)
    {
        byte[] bytes = new byte[settings.Length * PeerSettings.Size];
        for (int i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(i * PeerSettings.Size), settings[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan((i * PeerSettings.Size) + 2), settings[i].Value);
        }

        return bytes;
    }
}

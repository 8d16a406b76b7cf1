using System.Buffers.Binary;

namespace Locald.Proxy.Http2;

/// <summary>What the peer lets us do: its SETTINGS, with the defaults of RFC 9113 §6.5.2 until it has sent any.</summary>
/// <param name="ofServer">Whether the peer is a server, which must not ask for push.</param>
internal sealed class PeerSettings(bool ofServer = false)
{
    /// <summary>Bytes of one setting in the payload.</summary>
    internal const int Size = 6;

    /// <summary>Octets of the peer's HPACK table, for our encoder.</summary>
    internal uint HeaderTableSize { get; private set; } = 4096;

    internal bool EnablePush { get; private set; } = true;

    /// <summary>Streams that we may have open to it at once.</summary>
    internal uint MaxConcurrentStreams { get; private set; } = uint.MaxValue;

    /// <summary>Octets that we may send on a new stream. A change moves the windows of open streams by the difference (§6.9.2).</summary>
    internal int InitialWindowSize { get; private set; } = 65_535;

    /// <summary>Bytes of the largest payload that we may send.</summary>
    internal int MaxFrameSize { get; private set; } = 16_384;

    /// <summary>Octets of the header list that it takes: advice, counted as RFC 9113 §10.5.1 does.</summary>
    internal uint MaxHeaderListSize { get; private set; } = uint.MaxValue;

    /// <summary>Whether it takes extended CONNECT, RFC 8441.</summary>
    internal bool EnableConnectProtocol { get; private set; }

    /// <summary>Writes <see cref="Size"/> bytes of a SETTINGS payload.</summary>
    internal static void Write(Span<byte> payload, SettingId id, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)id);
        BinaryPrimitives.WriteInt32BigEndian(payload[2..], value);
    }

    /// <summary>Takes the payload of a SETTINGS frame that is no acknowledgement, value by value in its order (RFC 9113 §6.5.3).</summary>
    /// <returns>The connection error that the first bad one is; what stood before it holds.</returns>
    internal Http2ErrorCode Apply(ReadOnlySpan<byte> payload)
    {
        if (payload.Length % Size != 0)
        {
            return Http2ErrorCode.FrameSizeError;
        }

        for (; payload.Length > 0; payload = payload[Size..])
        {
            SettingId id = (SettingId)BinaryPrimitives.ReadUInt16BigEndian(payload);
            Http2ErrorCode error = Apply(id, BinaryPrimitives.ReadUInt32BigEndian(payload[2..]));
            if (error != Http2ErrorCode.NoError)
            {
                return error;
            }
        }

        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode Apply(SettingId id, uint value)
    {
        switch (id)
        {
            case SettingId.HeaderTableSize:
                HeaderTableSize = value;
                break;
            case SettingId.EnablePush when value > 1 || (ofServer && value == 1):
                return Http2ErrorCode.ProtocolError;
            case SettingId.EnablePush:
                EnablePush = value == 1;
                break;
            case SettingId.MaxConcurrentStreams:
                MaxConcurrentStreams = value;
                break;
            case SettingId.InitialWindowSize when value > int.MaxValue:
                return Http2ErrorCode.FlowControlError;
            case SettingId.InitialWindowSize:
                InitialWindowSize = (int)value;
                break;
            case SettingId.MaxFrameSize when value is < 16_384 or > FrameHeader.MaxLength:
                return Http2ErrorCode.ProtocolError;
            case SettingId.MaxFrameSize:
                MaxFrameSize = (int)value;
                break;
            case SettingId.MaxHeaderListSize:
                MaxHeaderListSize = value;
                break;

            // Once on, it may not go off again (RFC 8441 §3).
            case SettingId.EnableConnectProtocol when value > 1 || (EnableConnectProtocol && value == 0):
                return Http2ErrorCode.ProtocolError;
            case SettingId.EnableConnectProtocol:
                EnableConnectProtocol = value == 1;
                break;
            default:
                break;
        }

        return Http2ErrorCode.NoError;
    }
}

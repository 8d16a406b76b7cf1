using System.Buffers.Binary;

namespace Locald.Proxy.Http2;

/// <summary>The nine bytes that every frame begins with, RFC 9113 §4.1.</summary>
/// <remarks><code>
/// +-----------------------------------------------+
/// |                 Length (24)                   |
/// +---------------+---------------+---------------+
/// |   Type (8)    |   Flags (8)   |
/// +-+-------------+---------------+-------------------------------+
/// |R|                 Stream Identifier (31)                      |
/// +=+=============================================================+
/// |                   Frame Payload (0...)                      ...
/// +---------------------------------------------------------------+
/// </code></remarks>
/// <param name="Length">Bytes of the payload, which SETTINGS_MAX_FRAME_SIZE bounds; this header not counted.</param>
/// <param name="Type">Any byte, known or not.</param>
/// <param name="Flags">As sent.</param>
/// <param name="StreamId">0 for the connection as a whole.</param>
internal readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, int StreamId)
{
    /// <summary>Bytes of a frame header.</summary>
    internal const int Size = 9;

    /// <summary>What 24 bits can say.</summary>
    internal const int MaxLength = (1 << 24) - 1;

    internal bool Has(FrameFlags flag) => (Flags & flag) != 0;

    /// <summary>Reads the header at the front of <paramref name="bytes"/>; false where fewer than <see cref="Size"/> are there.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < Size)
        {
            return false;
        }

        int length = (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8);

        // The reserved bit is ignored.
        int streamId = BinaryPrimitives.ReadInt32BigEndian(bytes[5..]) & int.MaxValue;
        header = new(length, (FrameType)bytes[3], (FrameFlags)bytes[4], streamId);
        return true;
    }

    /// <summary>Writes <see cref="Size"/> bytes to the front of <paramref name="output"/>.</summary>
    internal void Write(Span<byte> output)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output, ((uint)Length << 8) | (byte)Type);
        output[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(output[5..], StreamId);
    }
}

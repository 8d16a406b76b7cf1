using System.Buffers.Binary;
using Locald.Proxy.Http2;

namespace Locald.Tests.Proxy.Http2;

/// <summary>A frame from the server; a field section with its CONTINUATION frames is one.</summary>
/// <param name="Type">As sent.</param>
/// <param name="Flags">As sent.</param>
/// <param name="StreamId">0 for the connection.</param>
/// <param name="Payload">Without the frame's header.</param>
/// <param name="Lines">The fields of a field section as <c>name: value</c>.</param>
internal sealed record Http2Frame(FrameType Type, FrameFlags Flags, int StreamId, byte[] Payload, string[] Lines)
{
    public bool IsLast => Type is FrameType.Data or FrameType.Headers && (Flags & FrameFlags.EndStream) != 0;

    /// <summary>Of RST_STREAM or GOAWAY.</summary>
    public Http2ErrorCode Code => (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(Type == FrameType.GoAway ? Payload.AsSpan(4) : Payload);

    /// <summary>Of WINDOW_UPDATE; of GOAWAY the last stream.</summary>
    public int Number => BinaryPrimitives.ReadInt32BigEndian(Payload);
}

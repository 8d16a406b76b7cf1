namespace Locald.Proxy.Http2;

/// <summary>RFC 9113 §6. What a flag means depends on the frame's type; one that a type does not define is ignored (§4.1).</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>DATA, HEADERS.</summary>
    EndStream = 0x1,

    /// <summary>SETTINGS, PING.</summary>
    Ack = EndStream,

    /// <summary>HEADERS, CONTINUATION.</summary>
    EndHeaders = 0x4,

    /// <summary>DATA, HEADERS.</summary>
    Padded = 0x8,

    /// <summary>HEADERS.</summary>
    Priority = 0x20,
}

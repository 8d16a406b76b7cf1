namespace Locald.Proxy.Http2;

/// <summary>A stream error, RFC 9113 §5.4.2: RST_STREAM, and the connection goes on.</summary>
/// <param name="streamId">The stream.</param>
/// <param name="code">What the client is told.</param>
/// <param name="reason">For the log.</param>
internal sealed class Http2StreamException(int streamId, Http2ErrorCode code, string reason) : Exception(reason)
{
    internal int StreamId { get; } = streamId;

    internal Http2ErrorCode Code { get; } = code;
}

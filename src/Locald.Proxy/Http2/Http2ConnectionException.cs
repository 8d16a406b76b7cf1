namespace Locald.Proxy.Http2;

/// <summary>A connection error, RFC 9113 §5.4.1: GOAWAY, and the connection ends.</summary>
/// <param name="code">What the client is told.</param>
/// <param name="reason">For the log.</param>
internal sealed class Http2ConnectionException(Http2ErrorCode code, string reason) : Exception(reason)
{
    internal Http2ErrorCode Code { get; } = code;
}

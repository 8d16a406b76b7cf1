namespace Locald.Proxy.Http2;

/// <summary>What a connection knows of each of its streams.</summary>
internal interface IHttp2Stream
{
    StreamFlow Flow { get; }

    /// <summary>The peer ended the stream before its time, by RST_STREAM or by an error of its own.</summary>
    /// <param name="code">The frame's, or the error's.</param>
    /// <param name="error">What the peer did wrong; null for its RST_STREAM.</param>
    void PeerReset(Http2ErrorCode code, string? error);
}

namespace Locald.Proxy.Http2;

/// <summary>What a connection knows of each of its streams.</summary>
internal interface IHttp2Stream
{
    StreamFlow Flow { get; }

    /// <summary>The peer ended the stream before its time, by RST_STREAM or by an error of its own.</summary>
    void PeerReset(Http2ErrorCode code);
}

namespace Locald.Proxy.Routing;

/// <summary>How an upstream is spoken to.</summary>
public enum UpstreamScheme
{
    /// <summary>HTTP/1.1 in clear text.</summary>
    Http,

    /// <summary>Over TLS, and HTTP/2 or HTTP/1.1 as the server chooses (ALPN).</summary>
    Https,

    /// <summary>HTTP/2 in clear text, known beforehand (RFC 9113 §3.3).</summary>
    H2c,
}

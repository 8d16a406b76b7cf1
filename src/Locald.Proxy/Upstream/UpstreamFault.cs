namespace Locald.Proxy.Upstream;

/// <summary>Why an upstream gave no usable answer. It becomes the status, the page and the log line.</summary>
public enum UpstreamFault
{
    /// <summary>Nothing listens there: 502.</summary>
    Refused,

    /// <summary>The network has no way there: 502.</summary>
    Unreachable,

    /// <summary>The host's name has no address: 502.</summary>
    NameNotFound,

    /// <summary>No connection in time: 504.</summary>
    ConnectTimeout,

    /// <summary>The TLS handshake with the upstream failed: 502.</summary>
    TlsFailed,

    /// <summary>The connection ended before the answer's head did: 502.</summary>
    ClosedEarly,

    /// <summary>What came is no HTTP that can be forwarded: 502.</summary>
    BadResponse,

    /// <summary>Connected, but no answer in time: 504.</summary>
    ResponseTimeout,

    /// <summary>This process may open no more files: 503.</summary>
    NoDescriptor,

    /// <summary>The Unix socket's file does not exist or is not ours to open: 502.</summary>
    SocketMissing,
}

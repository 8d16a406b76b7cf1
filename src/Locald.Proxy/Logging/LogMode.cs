namespace Locald.Proxy.Logging;

/// <summary>How much is logged.</summary>
public enum LogMode
{
    Off,

    /// <summary>A line for each request that was answered.</summary>
    Requests,

    /// <summary>Also what happens to connections: refused handshakes, heads that cannot be read, upstreams that fail.</summary>
    Debug,
}

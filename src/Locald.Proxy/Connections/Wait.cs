namespace Locald.Proxy.Connections;

/// <summary>What a connection is waiting for; each has its limit in <see cref="Limits"/>.</summary>
internal enum Wait
{
    None,
    Handshake,
    Idle,
    Head,
    Body,
    Connect,
    Response,
    Stall,
    Linger,
}

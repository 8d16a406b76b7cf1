namespace Locald.Proxy;

/// <summary>Every bound of the server in one place, with where its number comes from.</summary>
public static class Limits
{
    /// <summary>Bytes of a request or response head, start line included. More is 431 (RFC 6585 §5) or 502.</summary>
    public const int Head = 32 * 1024;

    /// <summary>Bytes of a request target. More is 414 (RFC 9110 §15.5.15).</summary>
    public const int Target = 16 * 1024;

    /// <summary>Field lines of one head or trailer section: beyond any browser's, and it bounds the index.</summary>
    public const int Fields = 256;

    /// <summary>Client connections at once; further ones wait in the listen queue.</summary>
    public const int Connections = 10_000;

    /// <summary>Connections the kernel keeps for us before they are accepted; it takes the lower of this and net.core.somaxconn.</summary>
    public const int Backlog = 4096;
}

namespace Locald.Proxy.Messages;

/// <summary>How the end of a body is known (RFC 9112 §6.3).</summary>
internal enum BodyKind
{
    None,
    Length,
    Chunked,

    /// <summary>A response that ends with its connection.</summary>
    UntilClose,
}

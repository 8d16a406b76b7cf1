namespace Locald.Proxy.Upstream;

/// <summary>An upstream could not be reached, or gave no usable answer.</summary>
internal sealed class UpstreamException(UpstreamFault fault, string detail, Exception? inner = null) : Exception(detail, inner)
{
    internal UpstreamFault Fault { get; } = fault;

    /// <summary>Whether the upstream is known not to have looked at the request (RFC 9113 §8.7): sending it again does no harm.</summary>
    internal bool NotProcessed { get; init; }
}

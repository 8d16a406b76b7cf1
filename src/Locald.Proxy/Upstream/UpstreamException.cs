namespace Locald.Proxy.Upstream;

/// <summary>An upstream could not be reached, or gave no usable answer.</summary>
internal sealed class UpstreamException(UpstreamFault fault, string detail, Exception? inner = null) : Exception(detail, inner)
{
    internal UpstreamFault Fault { get; } = fault;
}

namespace Locald.Proxy.Routing;

/// <summary>How an upstream is spoken to.</summary>
public enum UpstreamScheme
{
    Http,
    Https,
}

using Locald.Proxy.Routing;

namespace Locald.Serving;

/// <summary>A route of the running instance, and whose it is.</summary>
/// <param name="Route">What is served.</param>
/// <param name="Holder">The process that it goes with, or that added it to stay; null where it is the instance's own.</param>
/// <param name="Keep">Whether it stays when <paramref name="Holder"/> ends.</param>
internal sealed record LiveRoute(Route Route, Holder? Holder = null, bool Keep = false)
{
    /// <summary>Whether it stands on the instance's command line or in its file.</summary>
    internal bool IsOwn => Holder is null && !Keep;
}

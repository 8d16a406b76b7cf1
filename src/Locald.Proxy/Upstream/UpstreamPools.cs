using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Upstream;

/// <summary>The pool of each target. The only owner of connections that no exchange uses.</summary>
internal sealed class UpstreamPools(Func<X509Certificate2Collection> roots, Func<long> clock, Action<string> note)
{
    // By reference: a request's route holds the very object, and comparing five strings per request buys nothing.
    private readonly ConcurrentDictionary<UpstreamTarget, UpstreamPool> _pools = new(ReferenceEqualityComparer.Instance);

    internal UpstreamPool For(UpstreamTarget target) =>
        _pools.TryGetValue(target, out UpstreamPool? pool) ? pool : _pools.GetOrAdd(target, static (t, p) => new(t, p.roots, p.clock, p.note), (roots, clock, note));

    /// <summary>Called once a second: closes what rested too long.</summary>
    internal void Sweep()
    {
        foreach (UpstreamPool pool in _pools.Values)
        {
            pool.CloseRested(Limits.UpstreamIdle);
        }
    }

    /// <summary>Ends the pools of targets that no route names any more: what rests closes, what is under way goes on to its end.</summary>
    internal void Keep(RouteTable routes)
    {
        HashSet<Target> named = new(routes.Routes.Select(r => r.Target), ReferenceEqualityComparer.Instance);
        foreach (UpstreamPool pool in _pools.Values)
        {
            if (!named.Contains(pool.Target) && _pools.TryRemove(pool.Target, out _))
            {
                pool.Close();
            }
        }
    }

    internal void CloseAll()
    {
        foreach (UpstreamPool pool in _pools.Values)
        {
            pool.Close();
        }
    }
}

using Locald.Proxy.Routing;

namespace Locald.Serving;

/// <summary>
/// The routes of the running instance; the one owner of their changes. Each change hands over a new table that has the same objects for
/// what did not change, so that their connections go on.
/// </summary>
/// <remarks>
/// The instance's own routes (its command line, its file) stay while it runs. A route that was added goes with its holder. Where an own
/// route was taken by force, it comes back when the added one goes.
/// </remarks>
internal sealed class LiveRoutes : IDisposable
{
    /// <summary>Routes that may be added; nobody's project has as many.</summary>
    internal const int Most = 1_000;

    /// <summary>How often is looked whether holders live.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly PeriodicTimer _timer;
    private readonly Action<RouteTable> _swap;
    private readonly Func<ProcessIdentity, bool> _isAlive;
    private readonly List<LiveRoute> _added = [];
    private List<LiveRoute> _own;
    private volatile IReadOnlyList<LiveRoute> _all;

    /// <param name="own">The instance's own, which are in force already.</param>
    /// <param name="swap">Takes each new table into force.</param>
    /// <param name="clock">Tells when to look at the holders.</param>
    /// <param name="isAlive">Whether a process still runs; null asks the system.</param>
    internal LiveRoutes(RouteTable own, Action<RouteTable> swap, TimeProvider clock, Func<ProcessIdentity, bool>? isAlive = null)
    {
        _timer = new(Look, clock);
        (_swap, _isAlive) = (swap, isAlive ?? (static p => p.IsAlive));
        _own = [.. own.Routes.Select(r => new LiveRoute(r))];
        _all = [.. _own];
    }

    /// <summary>All that are in force: the instance's own, then those that were added, in that order.</summary>
    internal IReadOnlyList<LiveRoute> All => _all;

    /// <summary>Adds a route, or replaces the one of its name where it is the same holder's.</summary>
    /// <param name="route">With its <see cref="Route.Boot"/> where the app is still being started.</param>
    /// <param name="holder">Whose it shall be; null only with <paramref name="keep"/>.</param>
    /// <param name="keep">Whether it stays when the holder ends.</param>
    /// <param name="force">Whether another's is taken.</param>
    internal RouteChange Add(Route route, Holder? holder, bool keep, bool force)
    {
        lock (_gate)
        {
            LiveRoute? there = Find(route.Name);
            if (there is not null && IsSame(there, route, holder, keep))
            {
                return new(ChangeOutcome.Already, there);
            }

            if (there is not null && !force && !MayTake(there, holder))
            {
                return new(ChangeOutcome.Held, there);
            }

            int index = _added.FindIndex(r => r.Route.Name == route.Name);
            if (index < 0 && _added.Count >= Most)
            {
                return new(ChangeOutcome.Full);
            }

            LiveRoute added = new(Reuse(there?.Route, route), holder, keep);
            if (index < 0)
            {
                _added.Add(added);
            }
            else
            {
                _added[index] = added;
            }

            Swap();
            return new(there is null ? ChangeOutcome.Added : ChangeOutcome.Replaced, added);
        }
    }

    /// <summary>Takes a route away.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="holder">Whose it must be; null for anyone's.</param>
    internal RouteChange Remove(RouteName name, Holder? holder = null)
    {
        lock (_gate)
        {
            if (Find(name) is not { } there)
            {
                return new(ChangeOutcome.Absent);
            }

            if (holder is not null && !IsOf(there, holder))
            {
                return new(ChangeOutcome.Held, there);
            }

            if (!_added.Remove(there))
            {
                _own.Remove(there);
            }

            Swap();
            return new(ChangeOutcome.Removed, there);
        }
    }

    /// <summary>Puts other routes in the place of the instance's own.</summary>
    internal void ReplaceOwn(RouteTable own)
    {
        lock (_gate)
        {
            Dictionary<RouteName, Route> before = _own.ToDictionary(r => r.Route.Name, r => r.Route);
            _own = [.. own.Routes.Select(r => new LiveRoute(Reuse(before.GetValueOrDefault(r.Name), r)))];
            Swap();
        }
    }

    /// <summary>Takes away what dead processes held.</summary>
    internal void DropDead()
    {
        Dictionary<ProcessIdentity, bool> alive = [];
        foreach (LiveRoute route in _all)
        {
            if (route is { Keep: false, Holder.Process: var process } && !alive.ContainsKey(process))
            {
                alive[process] = _isAlive(process);
            }
        }

        if (!alive.ContainsValue(false))
        {
            return;
        }

        lock (_gate)
        {
            if (_added.RemoveAll(r => r is { Keep: false, Holder.Process: var process } && alive.TryGetValue(process, out bool lives) && !lives) > 0)
            {
                Swap();
            }
        }
    }

    /// <summary>Begins to look at the holders once a second. Returns at once; ends with <see cref="Dispose"/>.</summary>
    internal async void Watch()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            DropDead();
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>The route of that name that is in force.</summary>
    private LiveRoute? Find(RouteName name) => _added.Find(r => r.Route.Name == name) ?? _own.Find(r => r.Route.Name == name);

    private static bool IsOf(LiveRoute route, Holder? holder) =>
        route.Holder is { } its && holder is not null && its.Process.Is(holder.Process);

    /// <summary>Whether adding it would change nothing: what stays anyway needs no second holder.</summary>
    private static bool IsSame(LiveRoute there, Route route, Holder? holder, bool keep) =>
        there.Route.Target.Equals(route.Target) && there.Route.Boot is null && route.Boot is null
        && (there.IsOwn || there.Keep || (!keep && IsOf(there, holder)));

    private bool MayTake(LiveRoute there, Holder? holder) =>
        IsOf(there, holder) || (there is { Keep: false, Holder.Process: var process } && !_isAlive(process));

    /// <summary>Connections belong to the very object that is the target: one that says the same keeps them.</summary>
    private static Route Reuse(Route? before, Route now) =>
        before is null || !before.Target.Equals(now.Target) ? now
        : before.Boot is null && now.Boot is null ? before
        : now with { Target = before.Target };

    private void Swap()
    {
        IReadOnlyList<LiveRoute> before = _all;
        HashSet<RouteName> taken = [.. _added.Select(r => r.Route.Name)];
        _all = [.. _own.Where(r => !taken.Contains(r.Route.Name)), .. _added];
        _swap(RouteTable.Create(_all.Select(r => r.Route)));

        HashSet<Boot?> booting = [.. _all.Select(r => r.Route.Boot)];
        foreach (LiveRoute route in before)
        {
            if (!booting.Contains(route.Route.Boot))
            {
                route.Route.Boot?.End();
            }
        }
    }
}

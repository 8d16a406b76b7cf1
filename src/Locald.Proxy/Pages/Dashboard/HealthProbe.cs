using System.Collections.Concurrent;
using System.Net;
using Locald.Proxy.IO;
using Locald.Proxy.Listening;
using Locald.Proxy.Routing;
using Locald.Proxy.Upstream;

namespace Locald.Proxy.Pages.Dashboard;

/// <summary>
/// Looks whether something listens at each target, when somebody asks. The system's list of listening sockets is looked at first, so that
/// an app sees no connection that brings no request; only where nobody is in it one is tried.
/// </summary>
/// <param name="milliseconds">The clock that the age of an answer is told by.</param>
internal sealed class HealthProbe(Func<long> milliseconds)
{
    /// <summary>Targets that are tried at once.</summary>
    private const int AtOnce = 16;

    private readonly Lock _gate = new();
    private Task<IReadOnlyDictionary<Target, TargetHealth>>? _look;
    private RouteTable? _lookedAt;
    private long _since;

    /// <summary>Every target of a table. Takes at most <see cref="Limits.ProbeWait"/>; an answer is given again for <see cref="Limits.ProbeKept"/>.</summary>
    internal Task<IReadOnlyDictionary<Target, TargetHealth>> LookAsync(RouteTable table)
    {
        lock (_gate)
        {
            long now = milliseconds();
            if (_look is null || _lookedAt != table || now - _since >= Limits.ProbeKept)
            {
                (_look, _lookedAt, _since) = (Task.Run(() => ProbeAllAsync(table)), table, now);
            }

            return _look;
        }
    }

    private static async Task<IReadOnlyDictionary<Target, TargetHealth>> ProbeAllAsync(RouteTable table)
    {
        ConcurrentDictionary<Target, TargetHealth> seen = [];
        List<UpstreamTarget> unseen = [];
        foreach (Target target in table.Routes.Select(r => r.Target).Distinct())
        {
            if (Look(target) is { } health)
            {
                seen[target] = health;
            }
            else
            {
                unseen.Add((UpstreamTarget)target);
            }
        }

        using CancellationTokenSource limit = new(Limits.ProbeWait);
        await Parallel.ForEachAsync(unseen, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (target, _) => seen[target] = await DialAsync(target, limit.Token));
        return seen;
    }

    /// <summary>What can be told without asking the target itself, or null.</summary>
    private static TargetHealth? Look(Target target) => target switch
    {
        FolderTarget folder => Directory.Exists(folder.Path) ? new(Health.Up, "") : new(Health.Down, "there is no such folder"),
        UpstreamTarget upstream => Listener(upstream) is { } owner ? new(Health.Up, owner.Holder ?? "") : null,
        _ => new(Health.Up, ""),
    };

    private static PortOwner? Listener(UpstreamTarget target) => !target.IsLoopback || target.UnixPath is not null ? null
        : PortOwners.On(target.Port).FirstOrDefault(o => o.AnswersLoopback && (!IPAddress.IsLoopback(o.Address) || target.Addresses.Contains(o.Address)));

    private static async Task<TargetHealth> DialAsync(UpstreamTarget target, CancellationToken limit)
    {
        if (limit.IsCancellationRequested)
        {
            return new(Health.Unknown, "");
        }

        try
        {
            // Whether TLS succeeds there is not the question.
            Dialer dialer = new(target with { Scheme = UpstreamScheme.Http }, static () => []);
            using SocketStream connection = (await dialer.DialAsync(http2: false, limit)).Transport;
            return new(Health.Up, "");
        }
        catch (UpstreamException e)
        {
            return limit.IsCancellationRequested ? new(Health.Unknown, "it took too long to say") : new(Health.Down, e.Message);
        }
    }
}

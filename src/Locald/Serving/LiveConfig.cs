using Locald.Configuration;
using Locald.Proxy.Listening;
using Locald.Proxy.Routing;

namespace Locald.Serving;

/// <summary>Keeps routes as the project's file has them. A bad edit is told, and the last good one stays in force.</summary>
/// <param name="config">What is in force.</param>
/// <param name="select">The routes that a state of the file means.</param>
/// <param name="apply">Takes them into force.</param>
/// <param name="terminal">Where changes are told.</param>
internal sealed class LiveConfig(
    ProjectConfig config, Func<ProjectConfig, IReadOnlyList<Route>> select, Func<IReadOnlyList<Route>, Task> apply, Terminal terminal)
{
    private ProjectConfig _config = config;

    /// <summary>Follows the file until it is stopped.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    internal Task FollowAsync(TimeProvider clock, CancellationToken stop) => new ConfigWatch(_config, ApplyAsync, Refuse).RunAsync(clock, stop);

    /// <summary>Takes another state of the file into force.</summary>
    internal async Task ApplyAsync(ProjectConfig now)
    {
        ProjectConfig before = _config;
        _config = now;
        Tell(select(before), select(now));
        if (!IsSame(before.Listen, now.Listen) || before.AppPort != now.AppPort || before.Name != now.Name || !before.Command.SequenceEqual(now.Command))
        {
            terminal.Warn($"of {now.Path} only the routes are changed while it runs: the rest counts from the next start");
        }

        await apply(select(now));
    }

    private void Refuse(UserError error)
    {
        terminal.Error(error);
        terminal.Say("  the routes stay as they were");
    }

    private void Tell(IReadOnlyList<Route> before, IReadOnlyList<Route> now)
    {
        string[] changes = [.. before.Except(now).Select(r => $"  - {r}"), .. now.Except(before).Select(r => $"  + {r}")];
        if (changes.Length > 0)
        {
            terminal.Say($"locald: {_config.Path} changed");
            Array.ForEach(changes, terminal.Say);
        }
    }

    private static bool IsSame(ListenPlan one, ListenPlan other) =>
        one.Https.SequenceEqual(other.Https) && one.Http.SequenceEqual(other.Http) && one.HttpOff == other.HttpOff;
}

using Locald.Configuration;
using Locald.Proxy.Listening;
using Locald.Proxy.Routing;

namespace Locald.Serving;

/// <summary>Keeps the instance's own routes as the project's file has them. A bad edit is told, and the last good one stays in force.</summary>
internal sealed class LiveConfig(ServeOptions options, LiveRoutes routes, Terminal terminal)
{
    private ProjectConfig _config = options.Config ?? throw new ArgumentException("there is no file to follow", nameof(options));

    /// <summary>Follows the file until it is stopped.</summary>
    internal Task FollowAsync(TimeProvider clock, CancellationToken stop) => new ConfigWatch(_config, Apply, Refuse).RunAsync(clock, stop);

    /// <summary>Takes another state of the file into force.</summary>
    internal void Apply(ProjectConfig config)
    {
        RouteTable table = ServeOptions.Merge(options.Words, config);
        Tell(ServeOptions.Merge(options.Words, _config).Routes, table.Routes);
        if (!Same(config.Listen, _config.Listen))
        {
            terminal.Warn($"the ports of {config.Path} changed: they count from the next start");
        }

        _config = config;
        routes.ReplaceOwn(table);
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

    private static bool Same(ListenPlan one, ListenPlan other) =>
        one.Https.SequenceEqual(other.Https) && one.Http.SequenceEqual(other.Http) && one.HttpOff == other.HttpOff;
}

namespace Locald.Proxy.Pages.Dashboard;

/// <summary>A route as the dashboard shows it.</summary>
/// <param name="Name">As <c>app.localhost/api</c>.</param>
/// <param name="Url">What a browser opens, or null for a wildcard.</param>
/// <param name="Target">What answers.</param>
/// <param name="Health">Whether it does.</param>
/// <param name="Holder">Whose the route is; null where it is the instance's own.</param>
internal sealed record RouteState(string Name, string? Url, string Target, TargetHealth Health, string? Holder);

/// <summary>A command that helps, and with what.</summary>
internal sealed record NextStep(string Why, string Command);

/// <summary>What the dashboard shows besides requests.</summary>
/// <param name="Instance">What the server does not know; null where nobody tells.</param>
/// <param name="Stores">What each trust store says; null where that is not known.</param>
/// <param name="Routes">In their order.</param>
internal sealed record DashboardState(IInstanceFacts? Instance, IReadOnlyList<StoreFacts>? Stores, IReadOnlyList<RouteState> Routes)
{
    /// <summary>Whether every store that matters trusts the root; null where that is not known.</summary>
    internal bool? Trusted => Stores?.All(s => s.IsTrusted || !s.Counts);

    /// <summary>What to run next, most useful first.</summary>
    internal IReadOnlyList<NextStep> Next
    {
        get
        {
            List<NextStep> steps = [];
            if (Trusted == false)
            {
                steps.Add(new("Make this machine and its browsers trust the certificates", "locald trust"));
            }

            if (Instance is { Root.IsAging: true })
            {
                steps.Add(new("Replace the root before it expires", "locald ca rotate"));
            }

            return Routes.Count == 0
                ? [.. steps, new("Start a project's app, with a port and a name of its own", "locald run -- npm run dev"),
                    new("Serve an app that listens on port 3000", AddLine.For("app", "3000"))]
                : [.. steps, new("Serve one more", AddLine.For("another", "4000")), new("Follow the requests in a terminal", "locald logs --follow")];
        }
    }
}

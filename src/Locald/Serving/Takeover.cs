using Locald.Control;
using Locald.Proxy.Listening;
using Locald.Proxy.Logging;
using Locald.Proxy.Routing;

namespace Locald.Serving;

/// <summary>Takes the place of the instance that runs: its ports, and its routes with their holders.</summary>
/// <param name="old">What it said when it was told to end.</param>
/// <param name="session">Whose.</param>
internal sealed class Takeover(InstanceStatus old, Session session)
{
    /// <summary>How long its ports and its socket may take to come free. It gives both up at once, and only then finishes what is under way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly long _start = session.Clock.GetTimestamp();

    private bool IsOver => session.Clock.GetElapsedTime(_start) > Patience;

    /// <summary>Tells it to end. From then on it changes no route.</summary>
    /// <returns>Null where none is running.</returns>
    /// <exception cref="UserError">It does not answer, or not in a way this version understands.</exception>
    internal static async Task<Takeover?> BeginAsync(Session session, CancellationToken stop) =>
        await RunningInstance.StopAsync(session, stop) is { } old ? new(old, session) : null;

    /// <summary>Serves in its place as soon as the ports are free: where it listened, unless the plan says where.</summary>
    /// <exception cref="ListenException">A port did not come free, or is not ours to take.</exception>
    internal async Task<ServingStack> OpenAsync(ListenPlan plan, RouteTable routes, RequestLog log, CancellationToken stop)
    {
        plan = InItsPlace(plan);
        while (true)
        {
            try
            {
                ServingStack serving = ServingStack.Open(session, plan, routes, log);
                AddTo(serving.Routes);
                return serving;
            }
            catch (ListenException refused) when (refused.Fault == ListenFault.InUse && !IsOver)
            {
                await Task.Delay(Pause, session.Clock, stop);
            }
        }
    }

    /// <summary>Lets the other commands ask here, as soon as they do not ask there any more.</summary>
    /// <inheritdoc cref="ServingStack.StartControlAsync"/>
    internal async Task<string?> StartControlAsync(ServingStack serving, CancellationToken stop)
    {
        while (true)
        {
            if (await serving.StartControlAsync(stop) is not { } why)
            {
                return null;
            }

            if (IsOver)
            {
                return why;
            }

            await Task.Delay(Pause, session.Clock, stop);
        }
    }

    private ListenPlan InItsPlace(ListenPlan plan)
    {
        if (plan.Https.Count > 0)
        {
            return plan;
        }

        IReadOnlyList<ListenAddress> http = plan.HttpOff || plan.Http.Count > 0 ? plan.Http : Listening("http://");
        return new() { Https = Listening("https://"), Http = http, HttpOff = http.Count == 0 };
    }

    private IReadOnlyList<ListenAddress> Listening(string scheme) =>
        [.. old.Listens.Where(l => l.StartsWith(scheme, StringComparison.Ordinal)).Select(l => ListenAddress.Parse(l[scheme.Length..]))];

    /// <summary>Its own routes stay here as well. What cannot be served any more (a folder that was deleted) is told, and left out.</summary>
    private void AddTo(LiveRoutes routes)
    {
        foreach (ServedRoute served in old.Routes.Where(r => !r.IsBuiltIn))
        {
            try
            {
                Route route = new(RouteName.Parse(served.Name), Target.Parse(served.Target, session.WorkingFolder)) { Boot = served.Starting ? new() : null };
                routes.Add(route, served.Holder, served.Keep || served.Holder is null, force: false);
            }
            catch (RouteFormatException error)
            {
                session.Terminal.Warn($"{served.Name} is not taken over: {error.Message}");
            }
        }
    }
}

using System.Net;
using System.Text;
using Locald.Proxy.Logging;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Pages.Dashboard;

/// <summary>
/// What <c>https://locald.localhost</c> shows: what is served and whether it answers, the latest requests, the certificates, and what to
/// run next. It is only to be read: nothing here changes anything.
/// </summary>
internal sealed class DashboardPage(ProxyServer server)
{
    internal const string Kind = "locald";

    private readonly HealthProbe _probe = new(server.Options.Milliseconds);

    /// <summary>
    /// The page at the root, its events beside it; elsewhere 404, 405 for what is neither GET nor HEAD, 403 for other origins and, where
    /// locald was opened to them, for other machines.
    /// </summary>
    /// <param name="request">What came.</param>
    /// <param name="client">Who asks; null where the listening socket is not TCP.</param>
    internal async ValueTask<LocalResponse> RespondAsync(LocalRequest request, IPAddress? client)
    {
        if (request.Path is not ("/" or "/events"))
        {
            return ErrorPages.Status(request, 404, "locald's own page is at the root.");
        }

        if (request.Method is not ("GET" or "HEAD"))
        {
            LocalResponse refusal = ErrorPages.Status(request, 405, $"This page is read with GET or HEAD, not with {request.Method}.");
            refusal.Fields.Add(("Allow", "GET, HEAD"));
            return refusal;
        }

        if (client is not null && !IPAddress.IsLoopback(client))
        {
            return ErrorPages.Status(request, 403, "What this machine serves and who asks for it is shown on this machine alone.");
        }

        if (!SameOrigin.Allows(request))
        {
            return ErrorPages.Status(request, 403, "Only locald's own page may read this, and programs that are no browser.");
        }

        return request.Path == "/" ? await PageAsync(request) : Events(request);
    }

    /// <summary>All but the requests.</summary>
    /// <param name="port">The port that addresses to open lead to.</param>
    internal async Task<DashboardState> StateAsync(int port)
    {
        RouteTable table = server.Routes;
        IInstanceFacts? instance = server.Options.Instance;
        IReadOnlyDictionary<RouteName, string>? holders = instance?.Holders;
        IReadOnlyDictionary<Target, TargetHealth> health = await _probe.LookAsync(table);
        return new(instance, instance?.Stores,
        [
            .. table.Routes.Select(r => new RouteState(
                r.Name.ToString(), r.Name.IsWildcard ? null : r.Name.Url(port), r.Target.ToString()!,
                r.Boot is null ? health[r.Target] : new(Health.Starting, ""), holders?.GetValueOrDefault(r.Name))),
        ]);
    }

    private async Task<LocalResponse> PageAsync(LocalRequest request)
    {
        DashboardState state = await StateAsync(request.Port);
        IReadOnlyList<RequestRecord> requests = server.Feed.Latest();
        PageFormat format = AcceptField.Choose(request.Field("accept"));
        LocalResponse response = PageWriter.Make(200, Kind, format, PageAssets.Dashboard, format switch
        {
            PageFormat.Html => Encoding.UTF8.GetBytes(DashboardHtml.Write(state, requests)),
            PageFormat.Json => DashboardJson.Write(state, requests),
            _ => DashboardText.Write(state, requests),
        }, framed: false);
        response.Fields.Add(("Cross-Origin-Opener-Policy", "same-origin"));
        response.Fields.Add(("X-Frame-Options", "DENY"));
        return response;
    }

    private LocalResponse Events(LocalRequest request)
    {
        RequestFollower? follower = server.Feed.Follow();
        if (follower is null)
        {
            return ErrorPages.Status(request, 503, "Too many dashboards and terminals follow the requests already: close some.");
        }

        LocalResponse response = new(200) { Kind = Kind, Pieces = new EventStream(follower, () => StateAsync(request.Port)) };
        response.Fields.Add(("Content-Type", "text/event-stream"));
        PageWriter.AddCommon(response, Kind);
        return response;
    }
}

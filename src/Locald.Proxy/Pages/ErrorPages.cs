using System.Text;
using Locald.Proxy.Listening;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;
using Locald.Proxy.Upstream;

namespace Locald.Proxy.Pages;

/// <summary>
/// Answers for requests that no upstream answers: as HTML, JSON or text, by the request's Accept; never cached, and told from the
/// app's own by their <c>Locald-Page</c> field.
/// </summary>
public static class ErrorPages
{
    /// <summary>Routes among which the nearest name is looked for: each costs a comparison of all letters with all.</summary>
    private const int Compared = 500;

    /// <summary>404: no route serves the name. Says which routes there are, which is nearest, and how to add one.</summary>
    /// <param name="request">What came.</param>
    /// <param name="table">The routes there are.</param>
    /// <param name="nearest">Finds, among words, what a mistyped one was meant to be; null where nobody can.</param>
    public static LocalResponse UnknownName(LocalRequest request, RouteTable table, Func<string, IEnumerable<string>, string?>? nearest = null) => PageWriter.Write(request, new(
        404, "unknown-name", $"No route for {request.Host}",
        table.Routes.Count == 0 ? "locald serves no app yet." : "locald serves other names, but not this one.")
    {
        Facts = Nearest(request.Host, table, nearest) is { } near ? [new("nearest", near.ToString()) { Url = near.Url(request.Port) }] : [],
        EntriesTitle = "Routes there are",
        Entries = RouteEntries.Of(table, request.Port),
        CommandsTitle = "Serve it, if your app is on port 3000",
        Commands = NameToAdd(request.Host) is { } name ? [AddLine.For(name, "3000")] : [],
    });

    /// <summary>404: the name has routes, but none for this path.</summary>
    public static LocalResponse UnknownPath(LocalRequest request, RouteTable table) => PageWriter.Write(request, new(
        404, "unknown-path", $"No route for {request.Host}{request.Path}",
        "locald serves this name, but nothing at this path.")
    {
        EntriesTitle = "Routes there are",
        Entries = RouteEntries.Of(table, request.Port),
        CommandsTitle = "Serve the rest of the name, if its app is on port 3000",
        Commands = NameToAdd(request.Host) is { } name ? [AddLine.For(name, "3000")] : [],
    });

    /// <summary>400: dot segments in a path whose prefix chooses the route.</summary>
    public static LocalResponse AmbiguousPath(LocalRequest request) =>
        Status(request, 400, "Its path has dot segments, and which route they lead to depends on the reader.");

    /// <summary>502, 504 where time ran out, or 503 where we can open nothing. Says what was tried and what does listen on this machine.</summary>
    /// <param name="request">What was to be forwarded.</param>
    /// <param name="table">The routes there are.</param>
    /// <param name="route">Its target is an <see cref="UpstreamTarget"/>.</param>
    /// <param name="fault">Why there is no answer.</param>
    /// <param name="detail">The system's or the protocol's own words, as "connection refused"; may be empty.</param>
    /// <param name="since">When it was first found so; null where it was not down before.</param>
    public static LocalResponse UpstreamDown(LocalRequest request, RouteTable table, Route route, UpstreamFault fault, string detail, DateTimeOffset? since)
    {
        UpstreamTarget target = (UpstreamTarget)route.Target;
        FaultText text = FaultText.Of(fault, target);
        IReadOnlyList<PortOwner> others = fault == UpstreamFault.NoDescriptor || !target.IsLoopback || target.UnixPath is not null ? []
            : fault == UpstreamFault.Refused ? PortOwners.Near(target.Port)
            : PortOwners.On(target.Port);
        return UpstreamDown(request, table, route, fault, detail, since, text, others);
    }

    /// <summary>503 while the app boots, with Retry-After. The page asks by itself until the app is there.</summary>
    /// <param name="request">What was to be forwarded.</param>
    /// <param name="route">The app's.</param>
    public static LocalResponse Starting(LocalRequest request, Route route) => PageWriter.Write(request, new(
        503, "starting", $"{route.Name} is starting", "The app was started, and does not listen yet.")
    {
        Facts = [new("route", route.Name.ToString()), new("target", route.Target.ToString()!)],
        Note = RepeatNote(request, reached: false),
        Polls = request.Method == "GET",
    });

    /// <summary>421: the name of the TLS handshake and that of the request are not one (RFC 9110 §15.5.20).</summary>
    /// <param name="request">What came.</param>
    /// <param name="serverName">The name of the handshake, or null where there was none.</param>
    public static LocalResponse Misdirected(LocalRequest request, string? serverName)
    {
        (string title, string lead) = HostScope.Covers(Encoding.ASCII.GetBytes(request.Host))
            ? ("This connection is for another name", "A request on a TLS connection must be for the name that the connection was opened for.")
            : ("That name is not served here", "locald answers for names under .localhost and for this machine's own addresses, and for nothing else.");
        return PageWriter.Write(request, new(421, "misdirected", title, lead)
        {
            Facts = [new("request", request.Host), new("connection", string.IsNullOrEmpty(serverName) ? "no name" : serverName)],
        });
    }

    /// <summary>Any other status. Where the request could not be read the page is text.</summary>
    /// <param name="request">Null where it could not be read.</param>
    /// <param name="status">400 or above.</param>
    /// <param name="detail">One sentence for the person whose request it was, or a reason in lower case; may quote what the peer sent.</param>
    public static LocalResponse Status(LocalRequest? request, int status, string detail)
    {
        (string kind, string title) = StatusText.Of(status);
        return PageWriter.Write(request, new(status, kind, title, Sentence(detail)));
    }

    /// <summary>Reasons are written as the log has them: lower case, without a full stop.</summary>
    private static string Sentence(string reason) =>
        reason.Length == 0 || reason.EndsWith('.') ? reason
        : reason.StartsWith("locald", StringComparison.Ordinal) ? reason + "."
        : char.ToUpperInvariant(reason[0]) + reason[1..] + ".";

    internal static LocalResponse UpstreamDown(
        LocalRequest request, RouteTable table, Route route, UpstreamFault fault, string detail, DateTimeOffset? since, FaultText text, IReadOnlyList<PortOwner> others)
    {
        List<Fact> facts = [new("route", route.Name.ToString()), new("target", route.Target.ToString()!)];
        if (detail.Length > 0)
        {
            facts.Add(new("error", detail));
        }

        if (since is { } time)
        {
            facts.Add(new("since", Ago.Of(time, DateTimeOffset.Now), Ago.Exact(time)));
        }

        bool nearby = fault == UpstreamFault.Refused;

        // What another route leads to is that route's app.
        PortOwner? candidate = nearby
            ? others.FirstOrDefault(o => o.Holder is not null && !table.Routes.Any(r => r.Target is UpstreamTarget t && t.IsLoopback && t.Port == o.Port))
            : null;
        return PageWriter.Write(request, new(FaultText.StatusOf(fault), fault.Word(), text.Title, text.Lead)
        {
            Facts = facts,
            Note = RepeatNote(request, !fault.NotReached()),
            EntriesKey = "listening",
            EntriesTitle = nearby ? "What listens on this machine" : "Who listens there",
            Entries = [.. others.Select(o => new Entry(o.Endpoint, o.Holder))],
            CommandsTitle = candidate is null ? "" : $"If the app is on port {candidate.Port}",
            Commands = candidate is null ? [] : [AddLine.Instead(route, candidate.Port.ToString())],
            Polls = request.Method == "GET" && fault.NotReached(),
        });
    }

    /// <summary>A page that answers a form never loads itself again, and says what would happen if a person did.</summary>
    private static string? RepeatNote(LocalRequest request, bool reached) => request.Method is "GET" or "HEAD" or "OPTIONS" ? null
        : reached ? $"This answers a {request.Method}, and the app may have acted on it before. Sending it again would repeat that: this page does not do it by itself."
        : $"This answers a {request.Method}, which did not reach the app. To send it again reload the page when the app is up; it does not do so by itself.";

    private static RouteName? Nearest(string host, RouteTable table, Func<string, IEnumerable<string>, string?>? nearest)
    {
        static string Bare(string name) => name.EndsWith(".localhost", StringComparison.Ordinal) ? name[..^".localhost".Length] : name;
        RouteName[] names = [.. table.Routes.Take(Compared).Select(r => r.Name).Where(n => !n.IsWildcard)];
        return nearest?.Invoke(Bare(host), names.Select(n => Bare(n.Host)).Distinct()) is { } found ? Array.Find(names, n => Bare(n.Host) == found) : null;
    }

    /// <summary>The name, where a route may have it: a host is the peer's text, and the command is to be copied.</summary>
    private static string? NameToAdd(string host)
    {
        try
        {
            return RouteName.Parse(host).ToString();
        }
        catch (RouteFormatException)
        {
            return null;
        }
    }
}

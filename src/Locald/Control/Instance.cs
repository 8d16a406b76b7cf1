using Locald.CommandLine;
using Locald.Proxy.Logging;
using Locald.Proxy.Routing;
using Locald.Serving;

namespace Locald.Control;

/// <summary>What the running instance answers to the other commands.</summary>
/// <param name="facts">What it says of itself, but for its routes.</param>
/// <param name="routes">Its routes.</param>
/// <param name="feed">Its requests.</param>
/// <param name="port">The port that URLs carry.</param>
/// <param name="folder">Absolute; where a path of a target starts from that should have been sent absolute.</param>
internal sealed class Instance(InstanceStatus facts, LiveRoutes routes, RequestFeed feed, int port, string folder)
{
    private readonly LogStream _log = new(feed);
    private volatile bool _leaving;

    /// <summary>Begins an orderly end; null where the process has something else to do than to serve, and ends with that.</summary>
    internal Action? Stop { get; set; }

    /// <summary>What it says of itself now.</summary>
    internal InstanceStatus Status => facts with { Routes = Announcement.Routes(routes.All, port) };

    /// <summary>The answer to one request. Never throws for what is asked.</summary>
    internal ControlAnswer Answer(ControlRequest request)
    {
        try
        {
            return request switch
            {
                { Version: not ControlMessage.Version } => ControlMessage.Refusal($"this instance speaks version {ControlMessage.Version} of its protocol, not {request.Version}"),
                { Verb: "status" } => ControlMessage.Reply(Status),
                { Verb: "logs" } => _log.Answer(request.Follow),
                { Verb: "stop" } => Leave(),
                { Verb: "add" or "remove" } when _leaving => ControlMessage.Refusal("the running instance is about to end"),
                { Name.Length: > ControlMessage.LongestName } or { Target.Length: > ControlMessage.LongestTarget } => ControlMessage.Refusal("the name or the target is too long"),
                { Verb: "add", Name: { } name, Target: { } target } => Add(request, RouteName.Parse(name), Target.Parse(target, folder)).Line(),
                { Verb: "remove", Name: { } name } => Remove(request, RouteName.Parse(name)).Line(),
                { Verb: "add" or "remove" } => ControlMessage.Refusal("a name or a target is missing"),
                _ => ControlMessage.Refusal($"unknown verb '{request.Verb}'"),
            };
        }
        catch (RouteFormatException error)
        {
            return ControlMessage.Refusal(error.Message);
        }
    }

    /// <summary>Whoever takes our place gets the routes as they are, so that none is changed from here on.</summary>
    private ControlAnswer Leave()
    {
        if (Stop is not { } stop)
        {
            return ControlMessage.Refusal("it serves for 'locald run', and ends with the command that runs there");
        }

        _leaving = true;
        return new(ControlMessage.Reply(Status), (_, _) =>
        {
            stop();
            return Task.CompletedTask;
        });
    }

    private ControlReply Add(ControlRequest request, RouteName name, Target target)
    {
        if (!request.Keep && request.Holder?.Process.IsAlive != true)
        {
            return new() { Error = request.Holder is { } gone ? $"no process has the id {gone.Process.Pid}" : "it would be nobody's" };
        }

        Route route = new(name, target) { Boot = request.Starting ? new() : null };
        return Reply(routes.Add(route, request.Holder, request.Keep, request.Force), name);
    }

    private ControlReply Remove(ControlRequest request, RouteName name) => Reply(routes.Remove(name, request.Holder), name);

    private ControlReply Reply(RouteChange change, RouteName name) => new()
    {
        Outcome = change.Outcome,
        Route = change.Route is { } route ? Announcement.Route(route, port) : null,
        Error = change switch
        {
            { Outcome: ChangeOutcome.Held, Route: { Keep: true, Holder: var who } } => $"it is kept for {change.Route.Route.Target}{(who is null ? "" : $" by {who}")}",
            { Outcome: ChangeOutcome.Held, Route.Holder: { } who } => $"it is held by {who}",
            { Outcome: ChangeOutcome.Held } => $"it is the running instance's own, for {change.Route!.Route.Target}",
            { Outcome: ChangeOutcome.Absent } => "it is not served",
            { Outcome: ChangeOutcome.Full } => $"{LiveRoutes.Most} routes were added already",
            _ => null,
        },
        Nearest = change.Outcome == ChangeOutcome.Absent ? Nearest.To(Short(name), routes.All.Select(r => Short(r.Route.Name))) : null,
    };

    private static string Short(RouteName name) => name.ToString().Replace(".localhost", "", StringComparison.Ordinal);
}

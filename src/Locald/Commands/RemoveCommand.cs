using Locald.CommandLine;
using Locald.Completion;
using Locald.Control;
using Locald.Proxy.Routing;

namespace Locald.Commands;

internal static class RemoveCommand
{
    internal static Command Definition { get; } = new()
    {
        Name = "remove",
        Summary = "take a route away from the running instance",
        Usage = "NAME",
        MaxWords = 1,
        Examples =
        [
            new("locald remove app", "https://app.localhost is served no more"),
            new("locald remove app/api", "its paths from /api on are the rest of app's again"),
        ],
        Options = [new("--json", null, "print the outcome as JSON")],
        Notes = """
            Anyone's route, also one of the instance's own command line. Requests under way are finished, and
            WebSockets stay open. Exit code 1 where the name is not served.

            JSON: {outcome: removed, route: {name, url, target, holder, keep, starting}}
            """,
        Words = (session, _) => LiveNames.RoutesAsync(session),
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        if (arguments.Words is not [var text])
        {
            throw new UserError("remove", "a name is missing", ExitCode.Usage, "locald remove app");
        }

        RouteName name = RouteName.Parse(text);
        ControlReply reply = await RunningInstance.RemoveAsync(session, name) ?? throw RunningInstance.None($"removing {name}", "locald status");
        RouteReport.Show(session.Terminal, reply, arguments.Has("--json"));
        return ExitCode.Done;
    }
}

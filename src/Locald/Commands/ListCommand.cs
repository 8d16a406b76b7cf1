using Locald.CommandLine;
using Locald.Control;

namespace Locald.Commands;

internal static class ListCommand
{
    internal static Command Definition { get; } = new()
    {
        Name = "list",
        Summary = "list the routes of the running instance, and whose they are",
        Examples =
        [
            new("locald list", "a line for each route"),
            new("locald list --json", "the same for scripts"),
        ],
        Options = [new("--json", null, "print the routes as JSON")],
        Notes = """
            Exit code 1 where no instance is running.

            JSON: {routes: [{name, url, target, holder: null | {pid, since, words}, keep, starting}]}; without a
            holder it is the instance's own
            """,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        InstanceStatus running = await RunningInstance.Ask(session) ?? throw RunningInstance.None("list", "locald serve app=3000");
        ServedRoute[] routes = [.. running.Routes.Where(r => !r.IsBuiltIn)];
        if (arguments.Has("--json"))
        {
            session.Terminal.Json(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("routes");
                foreach (ServedRoute route in routes)
                {
                    json.WriteStartObject();
                    route.Write(json);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
        else if (routes.Length == 0)
        {
            session.Terminal.Warn("no routes yet", "locald add app=3000");
        }
        else
        {
            session.Terminal.Table(["URL", "TARGET", "HELD BY"],
                [.. routes.Select(r => new[] { r.Url, r.Target, r.HeldBy })]);
        }

        return ExitCode.Done;
    }
}

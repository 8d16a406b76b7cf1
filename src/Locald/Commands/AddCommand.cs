using System.Globalization;
using Locald.CommandLine;
using Locald.Control;
using Locald.Proxy.Routing;
using Locald.Serving;
using Locald.Trust;

namespace Locald.Commands;

internal static class AddCommand
{
    internal static Command Definition { get; } = new()
    {
        Name = "add",
        Summary = "add a route to the running instance, for as long as the caller lives",
        Usage = "NAME=TARGET",
        MaxWords = 1,
        Examples =
        [
            new("locald add app=3000", "https://app.localhost is port 3000 until this shell or script ends"),
            new("locald add app=3000 --keep", "until 'locald remove app', or the instance ends"),
            new("locald add docs=./site --pid 4242", "until process 4242 ends"),
            new("locald add app=4000 --force", "also where another process holds the name"),
        ],
        Options =
        [
            new("--keep", null, "the route stays when the caller ends"),
            new("--pid", "PID", "the process whose route it is, instead of the caller"),
            new("--force", null, "take a name that another process holds"),
            new("--json", null, "print the outcome as JSON"),
        ],
        Notes = """
            NAME and TARGET are those of 'locald serve'. No connection is lost when routes change. A route
            belongs to the process that called locald: the shell or the script. About a second after its end
            the route goes. The same process may add it again with another target; a second identical run says
            "already". In CI each step has a shell of its own, so that a route for later steps needs --keep.

            JSON: {outcome: added|replaced|already, route: {name, url, target, holder: null | {pid, since,
            words}, keep, starting}}
            """,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        if (arguments.Words is not [var text])
        {
            throw new UserError("add", "a route is missing", ExitCode.Usage, "locald add app=3000");
        }

        Route route = Route.Parse(text, session.WorkingFolder);
        bool keep = arguments.Has("--keep");
        ControlReply reply = await RunningInstance.AddAsync(
            session, route, FindHolder(arguments, keep, session), keep, arguments.Has("--force"), $"{arguments.Retry} --force")
            ?? throw RunningInstance.None($"adding {route.Name}", $"locald serve {ShellWord.Quote(text)}");
        RouteReport.Show(session.Terminal, reply, arguments.Has("--json"));
        return ExitCode.Done;
    }

    /// <summary>The process that called us, or the one that was named; null where nobody has to be there, since the route stays.</summary>
    private static Holder? FindHolder(Arguments arguments, bool keep, Session session)
    {
        string? text = arguments.Value("--pid");
        if (text is null && !keep && session.Owner is not null)
        {
            throw new UserError("add", "under sudo the caller is sudo itself, which ends at once", ExitCode.Usage, $"{arguments.Retry} --pid $$", $"{arguments.Retry} --keep");
        }

        if (text is null)
        {
            return Holder.Of(ParentProcess.Id) ?? (keep ? null
                : throw new UserError("add", "the process that called locald cannot be seen from here", ExitCode.Failed, $"{arguments.Retry} --keep"));
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) || pid == 0)
        {
            throw new UserError("add", $"--pid takes a process id, not '{text}'", ExitCode.Usage, $"{arguments.Retry.With("--pid", "$$")}");
        }

        return Holder.Of(pid) ?? throw new UserError("add", $"no process has the id {pid}", ExitCode.Failed, $"{arguments.Retry.Without("--pid")}");
    }
}

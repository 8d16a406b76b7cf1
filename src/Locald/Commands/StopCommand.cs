using Locald.CommandLine;
using Locald.Control;
using Locald.Serving;

namespace Locald.Commands;

internal static class StopCommand
{
    /// <summary>What is under way is given ten seconds there, and this is to outlast it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    internal static Command Definition { get; } = new()
    {
        Name = "stop",
        Summary = "stop the running instance, in order",
        Examples = [new("locald stop", "requests under way are finished, for up to ten seconds")],
        Options = [new("--json", null, "print the outcome as JSON")],
        Notes = """
            Returns when the instance is gone. Where none is running there is nothing to do: exit code 0.

            JSON: {outcome: stopped|already, pid, version}; pid and version are null where none was running
            """,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        InstanceStatus? stopped = await RunningInstance.StopAsync(session);
        if (stopped is not null && ProcessIdentity.Of(stopped.Pid) is { } process)
        {
            await WaitAsync(process, session.Clock);
        }

        if (arguments.Has("--json"))
        {
            session.Terminal.Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("outcome", stopped is null ? "already" : "stopped");
                if (stopped is null)
                {
                    json.WriteNull("pid");
                }
                else
                {
                    json.WriteNumber("pid", stopped.Pid);
                }

                json.WriteString("version", stopped?.Version);
                json.WriteEndObject();
            });
        }
        else
        {
            session.Terminal.Data(stopped is null ? "already: no instance is running" : $"stopped: pid {stopped.Pid}, version {stopped.Version}");
        }

        return ExitCode.Done;
    }

    private static async Task WaitAsync(ProcessIdentity process, TimeProvider clock)
    {
        for (long start = clock.GetTimestamp(); process.IsAlive; await Task.Delay(Look, clock))
        {
            if (clock.GetElapsedTime(start) > Patience)
            {
                throw new UserError("stop", $"pid {process.Pid} was told to end, and still runs after {Patience.TotalSeconds:0} s", ExitCode.Failed, $"kill -9 {process.Pid}");
            }
        }
    }
}

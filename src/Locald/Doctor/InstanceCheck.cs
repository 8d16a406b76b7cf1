using Locald.Commands;
using Locald.Control;

namespace Locald.Doctor;

/// <summary>The running instance: whether it answers, and whether it is this version.</summary>
internal static class InstanceCheck
{
    internal static async Task<(Check Check, InstanceStatus? Running)> RunAsync(Session session)
    {
        try
        {
            InstanceStatus? running = await RunningInstance.Ask(session);
            return (running switch
            {
                null => new("instance", Severity.Info, "no instance is running"),
                { Version: var version } when version != VersionCommand.Number =>
                    new("instance", Severity.Warning, $"the running instance (pid {running.Pid}) is version {version}, this is {VersionCommand.Number}", "locald serve --replace"),
                _ => new("instance", Severity.Ok, $"an instance is running (pid {running.Pid}) and serves {running.Routes.Count} route(s)"),
            }, running);
        }
        catch (UserError error)
        {
            // Its hint is this very command.
            return (new("instance", Severity.Failed, error.Message), null);
        }
    }
}

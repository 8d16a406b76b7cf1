using Locald.Commands;

namespace Locald.Tests.Commands;

/// <summary>One invocation of the program inside the test process: what it printed, said and returned.</summary>
internal sealed record Transcript(string Data, string Talk, ExitCode Code)
{
    internal static async Task<Transcript> Of(params string[] line)
    {
        StringWriter data = new();
        StringWriter talk = new();
        Session session = new() { Terminal = new(data, talk, colour: false, interactive: false), Variable = _ => null };
        ExitCode code;
        try
        {
            code = await CommandTable.RunAsync(line, session);
        }
        catch (Exception exception) when (Faults.Explain(exception) is { } error)
        {
            session.Terminal.Error(error);
            code = error.Code;
        }

        return new(data.ToString(), talk.ToString(), code);
    }
}

using Locald.Commands;

namespace Locald.Tests.Commands;

/// <summary>One invocation of the program inside the test process: what it printed, said and returned.</summary>
internal sealed record Transcript(string Data, string Talk, ExitCode Code)
{
    internal static Task<Transcript> Of(params string[] line) =>
        Of(new Session { Terminal = new(TextWriter.Null, TextWriter.Null, colour: false, interactive: false), Variable = _ => null }, line);

    /// <summary>In a session of the test's own, whose terminal is replaced by one that remembers.</summary>
    internal static async Task<Transcript> Of(Session session, params string[] line)
    {
        StringWriter data = new();
        StringWriter talk = new();
        session = session with { Terminal = new(data, talk, colour: false, session.Terminal.Interactive) };
        ExitCode code;
        try
        {
            code = await CommandTable.RunAsync(line, session);
        }
        catch (Exception exception) when (Faults.Explain(exception, line) is { } error)
        {
            session.Terminal.Error(error);
            code = error.Code;
        }

        return new(data.ToString(), talk.ToString(), code);
    }
}

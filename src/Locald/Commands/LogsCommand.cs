using System.Buffers;
using System.Text.Json;
using Locald.CommandLine;
using Locald.Control;
using Locald.Proxy.Logging;
using Locald.Serving;

namespace Locald.Commands;

internal static class LogsCommand
{
    internal static Command Definition { get; } = new()
    {
        Name = "logs",
        Summary = "print the latest requests of the running instance",
        Examples =
        [
            new("locald logs", "the requests that it remembers"),
            new("locald logs --follow", "and those to come, until Ctrl-C"),
            new("locald logs --follow --json", "a JSON object each, for jq"),
        ],
        Options =
        [
            new("--follow", null, "print those to come as well, until the instance ends"),
            new("--json", null, "print a JSON object a line"),
        ],
        Notes = """
            The lines are those of 'locald serve --log requests', whether the instance logs or not. It remembers
            the latest 200. Where requests come faster than the lines are read, some are left out, and a line
            says how many. Exit code 1 where no instance is running.

            JSON: {time, method, host, path, status, duration_ms, request_bytes, response_bytes, route,
            upstream, protocol, client, fault} per request, {time, event, detail} for what is left out
            """,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Arguments arguments, Session session)
    {
        using StopSignals signals = new();
        await using Stream output = session.Terminal.OpenData();
        TextLine? text = arguments.Has("--json") ? null : new(session.Terminal.ColouredData, session.Clock.LocalTimeZone);
        ArrayBufferWriter<byte> buffer = new();
        try
        {
            return await RunningInstance.LogAsync(session, arguments.Has("--follow"), Print, signals.Asked)
                ? ExitCode.Done
                : throw RunningInstance.None("logs", "locald serve app=3000");
        }
        catch (OperationCanceledException) when (signals.Asked.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (IOException error)
        {
            // Whoever reads it has seen enough ('locald logs --follow | head'); or the disk is full.
            return error.HResult == StandardStream.BrokenPipe ? ExitCode.Done : throw Terminal.Unwritable(error);
        }
        catch (JsonException error)
        {
            throw new UserError("logs", $"a line of the running instance is not understood ({error.Message})", ExitCode.Failed, "locald logs --json");
        }

        void Print(ReadOnlyMemory<byte> line)
        {
            buffer.ResetWrittenCount();
            if (text is null)
            {
                buffer.Write(line.Span);
                buffer.Write("\n"u8);
            }
            else
            {
                text.Write(buffer, JsonLine.Read(line.Span));
            }

            output.Write(buffer.WrittenSpan);
            output.Flush();
        }
    }
}

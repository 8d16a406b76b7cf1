using System.Text.Json;
using Locald.Proxy.Routing;
using Locald.Serving;
using Locald.Trust;

namespace Locald.Control;

/// <summary>Asks the instance that this user has running.</summary>
internal static class RunningInstance
{
    /// <summary>Asks for its status.</summary>
    /// <returns>Null where none is running.</returns>
    /// <exception cref="UserError">One is there, but it does not answer, or not in a way this version understands.</exception>
    internal static Task<InstanceStatus?> Ask(Session session, CancellationToken stop = default) => OnOne(session, path => Ask(path, stop));

    /// <summary>Asks at one socket.</summary>
    /// <inheritdoc cref="Ask(Session, CancellationToken)"/>
    internal static Task<InstanceStatus?> Ask(string path, CancellationToken stop) => ExchangeAsync(path, new("status"), ReadStatus, stop);

    /// <summary>Adds a route, or replaces the one that the same holder has there.</summary>
    /// <param name="session">Whose instance.</param>
    /// <param name="route">The route; with its <see cref="Route.Boot"/> where the app is still being started.</param>
    /// <param name="holder">Whose it shall be; null only with <paramref name="keep"/>.</param>
    /// <param name="keep">Whether it stays when the holder ends.</param>
    /// <param name="force">Whether another's is taken.</param>
    /// <param name="withForce">The command line that would take it, for a hint.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>What became of it, with the route; null where no instance is running.</returns>
    /// <exception cref="UserError">It was refused, or see <see cref="Ask(Session, CancellationToken)"/>.</exception>
    internal static async Task<ControlReply?> AddAsync(
        Session session, Route route, Holder? holder, bool keep, bool force, string withForce, CancellationToken stop = default)
    {
        ControlReply? reply = await ChangeAsync(session, new("add")
        {
            Name = route.Name.ToString(),
            Target = route.Target.ToString(),
            Holder = holder,
            Keep = keep,
            Force = force,
            Starting = route.Boot is not null,
        }, stop);
        return reply?.Error is { } why
            ? throw new UserError($"adding {route.Name}", why, ExitCode.Failed, reply.Outcome == ChangeOutcome.Held ? withForce : "locald list")
            : reply;
    }

    /// <summary>Takes a route away.</summary>
    /// <param name="session">Whose instance.</param>
    /// <param name="name">The route's name.</param>
    /// <param name="holder">Whose it must be; null for anyone's.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The route that was removed; null where no instance is running.</returns>
    /// <exception cref="UserError">There is none, or it is another's, or see <see cref="Ask(Session, CancellationToken)"/>.</exception>
    internal static async Task<ControlReply?> RemoveAsync(Session session, RouteName name, Holder? holder = null, CancellationToken stop = default)
    {
        ControlReply? reply = await ChangeAsync(session, new("remove") { Name = name.ToString(), Holder = holder }, stop);
        return reply?.Error is { } why
            ? throw new UserError($"removing {name}", why, ExitCode.Failed, reply.Nearest is { } near ? $"locald remove {ShellWord.Quote(near)}" : "locald list")
            : reply;
    }

    /// <summary>Tells it to end in order: its socket and its ports come free at once, what is under way is finished.</summary>
    /// <returns>What it was and served at that moment; null where none is running.</returns>
    /// <exception cref="UserError">It will not, or see <see cref="Ask(Session, CancellationToken)"/>.</exception>
    internal static Task<InstanceStatus?> StopAsync(Session session, CancellationToken stop = default) =>
        OnOne(session, path => ExchangeAsync(path, new("stop"), ReadStatus, stop));

    /// <summary>Gives the requests that it remembers, and where wanted those to come, until it ends.</summary>
    /// <param name="session">Whose instance.</param>
    /// <param name="follow">Whether those to come are wanted.</param>
    /// <param name="take">Gets each line, as <see cref="Proxy.Logging.JsonLine"/> writes it.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>False where none is running.</returns>
    /// <exception cref="UserError">It will not, or see <see cref="Ask(Session, CancellationToken)"/>.</exception>
    internal static async Task<bool> LogAsync(Session session, bool follow, Action<ReadOnlyMemory<byte>> take, CancellationToken stop = default)
    {
        foreach (string path in ControlPath.Candidates(session))
        {
            if (await BeginLogAsync(path, follow, stop) is { } connection)
            {
                using ControlConnection own = connection;
                while (await connection.NextAsync(stop) is { } line)
                {
                    take(line);
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>The error of a command that needs a running instance.</summary>
    /// <param name="what">What was wanted.</param>
    /// <param name="hint">The command that starts one.</param>
    internal static UserError None(string what, string hint) => new(what, "no instance is running", ExitCode.Failed, hint);

    /// <summary>The error of an instance that is there and of no use.</summary>
    internal static UserError Failed(string path, string why) =>
        new("asking the running instance", $"{path}: {why}", ExitCode.Failed, "locald doctor");

    private static Task<ControlReply?> ChangeAsync(Session session, ControlRequest request, CancellationToken stop) =>
        OnOne(session, path => ExchangeAsync(path, request, ReadReply, stop));

    private static async Task<ControlConnection?> BeginLogAsync(string path, bool follow, CancellationToken stop)
    {
        if (await AskAsync(path, new("logs") { Follow = follow }, ReadReply, stop) is not { } asked)
        {
            return null;
        }

        if (asked.Answer.Error is { } why)
        {
            asked.Connection.Dispose();
            throw Failed(path, why);
        }

        return asked.Connection;
    }

    private static async Task<T?> OnOne<T>(Session session, Func<string, Task<T?>> ask)
        where T : class
    {
        foreach (string path in ControlPath.Candidates(session))
        {
            if (await ask(path) is { } answer)
            {
                return answer;
            }
        }

        return null;
    }

    /// <summary>Asks once more where the instance was too busy to listen to the end.</summary>
    private static async Task<T?> ExchangeAsync<T>(string path, ControlRequest request, Func<string, ReadOnlyMemory<byte>, T> read, CancellationToken stop)
        where T : class
    {
        (ControlConnection Connection, T Answer)? asked = await AskAsync(path, request, read, stop);
        asked?.Connection.Dispose();
        return asked?.Answer;
    }

    private static async Task<(ControlConnection Connection, T Answer)?> AskAsync<T>(
        string path, ControlRequest request, Func<string, ReadOnlyMemory<byte>, T> read, CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(ControlMessage.Patience);
        try
        {
            while (ControlPath.Fits(path) && File.Exists(path))
            {
                if (await ControlConnection.OpenAsync(path, limit.Token) is not { } connection)
                {
                    // Left behind by an instance that was killed.
                    return null;
                }

                try
                {
                    if (await connection.AskAsync(request, limit.Token) is { } line)
                    {
                        return (connection, read(path, line));
                    }
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }

                connection.Dispose();

                // It is on its way out, or gave us up for others.
                await Task.Delay(ControlConnection.Pause, limit.Token);
            }

            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Failed(path, $"no answer within {ControlMessage.Patience.TotalSeconds:0} s");
        }
        catch (JsonException error)
        {
            throw Failed(path, $"its answer is not understood ({error.Message})");
        }
        catch (InvalidDataException)
        {
            throw Failed(path, "its answer is too long");
        }
    }

    private static InstanceStatus ReadStatus(string path, ReadOnlyMemory<byte> line)
    {
        if (ReadReply(path, line).Error is { } why)
        {
            throw Failed(path, why);
        }

        Utf8JsonReader json = new(line.Span);
        json.Read();
        return InstanceStatus.Read(ref json);
    }

    private static ControlReply ReadReply(string path, ReadOnlyMemory<byte> line)
    {
        ControlReply reply = ControlReply.Read(line.Span);
        return reply is { Error: not null, Version: not ControlMessage.Version and var other }
            ? throw new UserError("asking the running instance", $"it is of another version: it speaks protocol {other}, and this locald {ControlMessage.Version}",
                ExitCode.Failed, "locald doctor")
            : reply;
    }
}

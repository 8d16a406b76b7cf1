using System.Net.Sockets;
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

    /// <summary>The error of a command that needs a running instance.</summary>
    /// <param name="what">What was wanted.</param>
    /// <param name="hint">The command that starts one.</param>
    internal static UserError None(string what, string hint) => new(what, "no instance is running", ExitCode.Failed, hint);

    private static Task<ControlReply?> ChangeAsync(Session session, ControlRequest request, CancellationToken stop) =>
        OnOne(session, path => ExchangeAsync(path, request, ReadReply, stop));

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

    private static async Task<T?> ExchangeAsync<T>(string path, ControlRequest request, Func<string, ReadOnlyMemory<byte>, T> read, CancellationToken stop)
        where T : class
    {
        if (!ControlPath.Fits(path) || !File.Exists(path))
        {
            return null;
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(ControlMessage.Patience);
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
            await using NetworkStream stream = new(socket);
            await stream.WriteAsync(request.Line(), limit.Token);
            ReadOnlyMemory<byte>? line = await ControlMessage.ReadLineAsync(stream, ControlMessage.LongestReply, limit.Token);
            return line switch
            {
                null => throw Failed(path, "its answer is too long"),
                { Length: 0 } => null, // It is on its way out.
                _ => read(path, line.Value),
            };
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            // Left behind by an instance that was killed.
            return null;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.AccessDenied)
        {
            throw new UserError("asking the running instance", $"{path} belongs to another user", ExitCode.Permission, $"ls -l {path}");
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw Failed(path, error.Message);
        }
        catch (JsonException error)
        {
            throw Failed(path, $"its answer is not understood ({error.Message})");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Failed(path, $"no answer within {ControlMessage.Patience.TotalSeconds:0} s");
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
        return reply is { Error: { } why, Version: not ControlMessage.Version } ? throw Failed(path, why) : reply;
    }

    private static UserError Failed(string path, string why) =>
        new("asking the running instance", $"{path}: {why}", ExitCode.Failed, "locald doctor");
}

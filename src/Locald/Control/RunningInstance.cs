using System.Net.Sockets;
using System.Text.Json;

namespace Locald.Control;

/// <summary>Asks the instance that this user has running.</summary>
internal static class RunningInstance
{
    /// <summary>Asks for its status.</summary>
    /// <returns>Null where none is running.</returns>
    /// <exception cref="UserError">One is there, but it does not answer, or not in a way this version understands.</exception>
    internal static async Task<InstanceStatus?> Ask(Session session, CancellationToken stop = default)
    {
        foreach (string path in ControlPath.Candidates(session))
        {
            if (await Ask(path, stop) is { } status)
            {
                return status;
            }
        }

        return null;
    }

    /// <summary>Asks at one socket.</summary>
    /// <inheritdoc cref="Ask(Session, CancellationToken)"/>
    internal static async Task<InstanceStatus?> Ask(string path, CancellationToken stop)
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
            await stream.WriteAsync(ControlMessage.Request("status"), limit.Token);
            ReadOnlyMemory<byte>? line = await ControlMessage.ReadLineAsync(stream, ControlMessage.LongestReply, limit.Token);
            return line switch
            {
                null => throw Failed(path, "its answer is too long"),
                { Length: 0 } => null, // It is on its way out.
                _ => Read(path, line.Value.Span),
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

    private static InstanceStatus Read(string path, ReadOnlySpan<byte> line)
    {
        if (ControlMessage.ReadRefusal(line) is { } why)
        {
            throw Failed(path, why);
        }

        Utf8JsonReader json = new(line);
        json.Read();
        return InstanceStatus.Read(ref json);
    }

    private static UserError Failed(string path, string why) =>
        new("asking the running instance", $"{path}: {why}", ExitCode.Failed, "locald doctor");
}

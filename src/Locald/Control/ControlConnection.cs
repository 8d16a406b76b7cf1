using System.Net.Sockets;

namespace Locald.Control;

/// <summary>The asking side of a connection to the control socket.</summary>
internal sealed class ControlConnection : IDisposable
{
    /// <summary>Before the next try, where the instance is busy.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly NetworkStream _stream;
    private readonly LineReader _lines;

    private ControlConnection(Socket socket)
    {
        _stream = new(socket, ownsSocket: true);
        _lines = new(_stream, ControlMessage.LongestReply);
    }

    /// <summary>Connects; where as many wait as may, it waits as well.</summary>
    /// <returns>Null where nobody listens.</returns>
    /// <exception cref="UserError">The socket is another user's, or of no use.</exception>
    internal static async Task<ControlConnection?> OpenAsync(string path, CancellationToken stop)
    {
        while (true)
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
                return new(socket);
            }
            catch (SocketException error)
            {
                socket.Dispose();
                switch (error.SocketErrorCode)
                {
                    case SocketError.ConnectionRefused or SocketError.AddressNotAvailable:
                        return null;
                    case SocketError.WouldBlock:
                        await Task.Delay(Pause, stop);
                        break;
                    case SocketError.AccessDenied:
                        throw new UserError("asking the running instance", $"{path} belongs to another user", ExitCode.Permission, $"ls -l {path}");
                    default:
                        throw RunningInstance.Failed(path, error.Message);
                }
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                throw;
            }
        }
    }

    /// <summary>Sends a request.</summary>
    /// <returns>The reply's line; null where the instance ended the connection instead.</returns>
    /// <exception cref="InvalidDataException">The reply is too long.</exception>
    internal async Task<ReadOnlyMemory<byte>?> AskAsync(ControlRequest request, CancellationToken stop)
    {
        try
        {
            await _stream.WriteAsync(request.Line(), stop);
            return await _lines.ReadAsync(stop);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The next line that follows a reply, valid until the next call; null at the end.</summary>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    internal async Task<ReadOnlyMemory<byte>?> NextAsync(CancellationToken stop)
    {
        try
        {
            return await _lines.ReadAsync(stop);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _stream.Dispose();
}

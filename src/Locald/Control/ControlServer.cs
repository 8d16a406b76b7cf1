using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Locald.Certificates;
using Locald.Certificates.Files;

namespace Locald.Control;

/// <summary>
/// Answers the other commands of the same user over a Unix socket. A lock beside the socket says whose it is: whoever holds it
/// replaces a socket that a killed instance left, and a second instance leaves the first one's alone.
/// </summary>
internal sealed partial class ControlServer : IAsyncDisposable
{
    /// <summary>Connections served at once; a user asks by hand.</summary>
    private const int Connections = 8;

    private static readonly TimeSpan RetryAccept = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _ownership;
    private readonly Socket _socket;
    private readonly Func<ControlRequest, ReadOnlyMemory<byte>> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _free = new(Connections);
    private readonly Task _accepting;

    private ControlServer(FileStream ownership, Socket socket, Func<ControlRequest, ReadOnlyMemory<byte>> answer)
    {
        (_ownership, _socket, _answer) = (ownership, socket, answer);
        _accepting = AcceptAsync();
    }

    /// <summary>Starts answering.</summary>
    /// <param name="path">The socket's path; its folder is made where it is missing.</param>
    /// <param name="owner">Under sudo, the user who shall be able to ask.</param>
    /// <param name="answer">Gives the line that answers a request. Throws nothing.</param>
    /// <param name="stop">Gives up asking another instance who it is.</param>
    /// <returns>The server; or null and why this instance cannot be asked, for a person.</returns>
    internal static async Task<(ControlServer? Server, string? Why)> StartAsync(
        string path, FileOwner? owner, Func<ControlRequest, ReadOnlyMemory<byte>> answer, CancellationToken stop)
    {
        if (!ControlPath.Fits(path))
        {
            return (null, $"the path of its socket is too long for the system: {path}");
        }

        FileStream? ownership = null;
        try
        {
            string folder = Path.GetDirectoryName(path)!;
            MakePrivate(folder, owner);
            string claim = Path.Combine(folder, "control.lock");
            ownership = new(claim, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            Give(claim, owner);
            return (new(ownership, Listen(path, owner), answer), null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException)
        {
            ownership?.Dispose();
            return (null, await OtherAsync(path, stop) ?? error.Message);
        }
    }

    /// <summary>Stops answering, and takes the socket away.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        for (int i = 0; i < Connections; i++)
        {
            await _free.WaitAsync();
        }

        await _ownership.DisposeAsync();
        _stop.Dispose();
        _free.Dispose();
    }

    private static async Task<string?> OtherAsync(string path, CancellationToken stop)
    {
        try
        {
            return await RunningInstance.Ask(path, stop) is { } other ? $"they already ask the instance with process id {other.Pid}" : null;
        }
        catch (UserError)
        {
            return null;
        }
    }

    private static void MakePrivate(string folder, FileOwner? owner)
    {
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        PrivateFolder.Create(folder, owner);
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(folder) != Private)
        {
            File.SetUnixFileMode(folder, Private);
        }
    }

    private static void Give(string path, FileOwner? owner)
    {
        if (owner is not null && ChangeOwner(path, owner.Uid, owner.Gid) != 0)
        {
            throw new IOException($"giving {path} to user {owner.Uid}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static Socket Listen(string path, FileOwner? owner)
    {
        File.Delete(path);
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                Give(path, owner);
            }

            socket.Listen(Connections);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await _free.WaitAsync();
            try
            {
                Socket peer = await _socket.AcceptAsync(_stop.Token);
                _ = AnswerAsync(peer);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // Stopping; else the peer went away, or the process is out of descriptors for now.
                _free.Release();
                await Task.WhenAny(Task.Delay(RetryAccept, _stop.Token));
            }
        }
    }

    private async Task AnswerAsync(Socket peer)
    {
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(ControlMessage.Patience);
            await using NetworkStream stream = new(peer, ownsSocket: true);
            ReadOnlyMemory<byte>? line = await ControlMessage.ReadLineAsync(stream, ControlMessage.LongestRequest, limit.Token);
            await stream.WriteAsync(line is null ? ControlMessage.Refusal("the request is too long") : Answer(line.Value.Span), limit.Token);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            // It went away, or was too slow: nobody is left to be told.
        }
        finally
        {
            _free.Release();
        }
    }

    private ReadOnlyMemory<byte> Answer(ReadOnlySpan<byte> line)
    {
        try
        {
            return _answer(ControlRequest.Read(line));
        }
        catch (JsonException error)
        {
            return ControlMessage.Refusal(error.Message);
        }
    }

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int uid, int gid);
}

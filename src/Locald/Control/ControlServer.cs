using System.Net.Sockets;
using System.Runtime.InteropServices;
using Locald.Certificates;
using Locald.Certificates.Files;

namespace Locald.Control;

/// <summary>
/// Answers the other commands of the same user over a Unix socket. A lock beside the socket says whose it is: whoever holds it
/// replaces a socket that a killed instance left, and a second instance leaves the first one's alone.
/// </summary>
internal sealed partial class ControlServer : IAsyncDisposable
{
    /// <summary>
    /// Connections at once: a user asks by hand and by scripts, and some follow the log. Of more, those that have said nothing for the
    /// longest give way, so that a flood of them keeps nobody out.
    /// </summary>
    private const int Connections = 64;

    /// <summary>Connections that the system keeps until they are accepted.</summary>
    private const int Backlog = 128;

    private static readonly TimeSpan RetryAccept = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _ownership;
    private readonly Socket _socket;
    private readonly Func<ControlRequest, ControlAnswer> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<ControlPeer> _peers = [];
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;

    private ControlServer(FileStream ownership, Socket socket, Func<ControlRequest, ControlAnswer> answer)
    {
        (_ownership, _socket, _answer) = (ownership, socket, answer);
        _accepting = AcceptAsync();
    }

    /// <summary>Starts answering.</summary>
    /// <param name="path">The socket's path; its folder is made where it is missing.</param>
    /// <param name="owner">Under sudo, the user who shall be able to ask.</param>
    /// <param name="answer">Gives what answers a request. Throws nothing.</param>
    /// <param name="stop">Gives up asking another instance who it is.</param>
    /// <returns>The server; or null and why this instance cannot be asked, for a person.</returns>
    internal static async Task<(ControlServer? Server, string? Why)> StartAsync(
        string path, FileOwner? owner, Func<ControlRequest, ControlAnswer> answer, CancellationToken stop)
    {
        if (!ControlPath.Fits(path))
        {
            return (null, $"the path of its socket is too long for the system: {path}");
        }

        FileStream? ownership = null;
        try
        {
            string folder = Path.GetDirectoryName(path)!;
            PrivateFolder.Ensure(folder, owner);
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

    /// <summary>Stops answering, takes the socket away, and ends with the last answer.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        lock (_gate)
        {
            SeeWhetherAllAreGone();
        }

        await _gone.Task;
        await _ownership.DisposeAsync();
        _stop.Dispose();
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

            socket.Listen(Backlog);
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
            try
            {
                ServeAsync(await _socket.AcceptAsync(_stop.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // Stopping; else the peer went away, or the process is out of descriptors for now.
                await Task.WhenAny(Task.Delay(RetryAccept, _stop.Token));
            }
        }
    }

    private async void ServeAsync(Socket socket)
    {
        using ControlPeer peer = new(socket, _stop.Token);
        lock (_gate)
        {
            if (_peers.Count == Connections)
            {
                ControlPeer least = _peers.Find(static p => !p.HasAsked) ?? _peers[0];
                _peers.Remove(least);
                least.Cut();
            }

            _peers.Add(peer);
        }

        await peer.ServeAsync(_answer);
        lock (_gate)
        {
            _peers.Remove(peer);
            SeeWhetherAllAreGone();
        }
    }

    /// <summary>Called under the gate.</summary>
    private void SeeWhetherAllAreGone()
    {
        if (_stop.IsCancellationRequested && _peers.Count == 0)
        {
            _gone.TrySetResult();
        }
    }

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int uid, int gid);
}

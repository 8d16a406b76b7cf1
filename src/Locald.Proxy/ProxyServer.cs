using System.Collections.Concurrent;
using System.Net.Sockets;
using Locald.Proxy.Connections;
using Locald.Proxy.IO;
using Locald.Proxy.Logging;
using Locald.Proxy.Pages.Dashboard;
using Locald.Proxy.Routing;
using Locald.Proxy.Serving;
using Locald.Proxy.Upstream;

namespace Locald.Proxy;

/// <summary>Accepts connections, keeps their limits, and stops in order.</summary>
public sealed class ProxyServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ClientConnection, byte> _connections = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly PeriodicTimer _sweeper = new(TimeSpan.FromSeconds(1));
    private readonly SemaphoreSlim _places;
    private RouteTable _routes;

    public ProxyServer(ServerOptions options)
    {
        Options = options;
        _routes = options.Routes;
        _places = new(options.MaxConnections);
        Pools = new(options.UpstreamRoots, options.Milliseconds, error => Log.Event("upstream", error));
        Shortage = new(options.Milliseconds, Tell);
        Held = new(options.Milliseconds, _stopping.Token);
        Feed = new(options.Milliseconds);
        Dashboard = new(this);
    }

    /// <summary>The routes in force; swapped whole. Requests under way keep the ones they began with.</summary>
    public RouteTable Routes
    {
        get => _routes;
        set
        {
            Volatile.Write(ref _routes, value);
            Pools.Keep(value);
        }
    }

    /// <summary>Client connections that are open now.</summary>
    public int OpenConnections => _connections.Count;

    /// <summary>The latest requests, and those to come.</summary>
    public RequestFeed Feed { get; }

    internal ServerOptions Options { get; }

    internal RequestLog Log => Options.Log;

    internal UpstreamPools Pools { get; }

    internal DashboardPage Dashboard { get; }

    internal DescriptorShortage Shortage { get; }

    /// <summary>The requests that wait for an app to boot.</summary>
    internal HeldRequests Held { get; }

    /// <summary>What each connection waits for now.</summary>
    internal IEnumerable<(Wait Client, Wait Exchange)> Waits => _connections.Keys.Select(c => c.Waits);

    /// <summary>Milliseconds of the clock that limits are counted by.</summary>
    internal long Now => Options.Milliseconds();

    internal bool Stopping => _stopping.IsCancellationRequested;

    /// <summary>Begins to accept. Returns at once.</summary>
    public void Start()
    {
        foreach (Socket listener in Options.Https)
        {
            Watch(AcceptAsync(listener, secure: true));
        }

        foreach (Socket listener in Options.Http)
        {
            Watch(AcceptAsync(listener, secure: false));
        }

        Watch(SweepAsync());
    }

    /// <summary>
    /// Stops accepting, ends what rests, and lets requests under way finish.
    /// </summary>
    /// <param name="grace">How long they are given; then they are cut.</param>
    public async Task StopAsync(TimeSpan grace)
    {
        await _stopping.CancelAsync();
        Feed.Close();
        foreach (Socket listener in Options.Https.Concat(Options.Http))
        {
            listener.Dispose();
        }

        foreach (ClientConnection connection in _connections.Keys)
        {
            connection.Quiesce();
        }

        if (_connections.IsEmpty)
        {
            _drained.TrySetResult();
        }

        await Task.WhenAny(_drained.Task, Task.Delay(grace));
        foreach (ClientConnection connection in _connections.Keys)
        {
            connection.Abort();
        }

        // What was cut has only to notice.
        await Task.WhenAny(_drained.Task, Task.Delay(Limits.Unwind));
        _sweeper.Dispose();
        Pools.CloseAll();
    }

    /// <summary>Stops at once.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);

    /// <summary>Called once a second. Whether a request was under way anywhere.</summary>
    internal bool Sweep()
    {
        long now = Now;
        bool busy = false;
        foreach ((ClientConnection connection, _) in _connections)
        {
            connection.Sweep(now);
            busy |= connection.IsBusy;
        }

        Pools.Sweep();
        return busy;
    }

    internal void Forget(ClientConnection connection)
    {
        _connections.TryRemove(connection, out _);
        _places.Release();
        if (Stopping && _connections.IsEmpty)
        {
            _drained.TrySetResult();
        }
    }

    private async Task AcceptAsync(Socket listener, bool secure)
    {
        while (!Stopping)
        {
            try
            {
                await _places.WaitAsync(_stopping.Token);
                Socket socket;
                try
                {
                    socket = await listener.AcceptAsync(_stopping.Token);
                }
                catch
                {
                    _places.Release();
                    throw;
                }

                Serve(socket, secure);
            }
            catch (SocketException e) when (!Stopping)
            {
                await ForgiveAsync(e);
            }
            catch (Exception e) when (PeerGone.Explains(e))
            {
                return;
            }
        }
    }

    /// <summary>Out of descriptors, or the client left before it was accepted. Neither ends the server; the first takes a moment.</summary>
    private async ValueTask ForgiveAsync(SocketException refused)
    {
        if (DescriptorShortage.Explains(refused))
        {
            Shortage.Seen(OpenConnections);
        }
        else
        {
            Log.Event("accept", refused.Message);
        }

        if (refused.SocketErrorCode is not (SocketError.ConnectionAborted or SocketError.ConnectionReset))
        {
            await Task.Delay(100);
        }
    }

    private void Tell(string what)
    {
        Log.Event("descriptors", what);
        Options.Shortage?.Invoke(what);
    }

    private void Serve(Socket socket, bool secure)
    {
        ClientConnection connection;
        try
        {
            socket.NoDelay = true;
            connection = new(this, socket, secure);
        }
        catch (SocketException)
        {
            socket.Dispose();
            _places.Release();
            return;
        }

        _connections.TryAdd(connection, 0);
        if (Stopping)
        {
            // Accepted while the server stopped: whoever went through the connections may have missed it.
            connection.Abort();
        }

        connection.Run();
    }

    private async Task SweepAsync()
    {
        IdleMemory memory = new();
        while (await _sweeper.WaitForNextTickAsync())
        {
            memory.Tick(Sweep());
        }
    }

    /// <summary>What a task throws is a bug: it ends the process with its trace, unless whoever made the server wants to hear of it.</summary>
    private async void Watch(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e) when (Options.Bug is not null)
        {
            Options.Bug(e);
        }
    }
}

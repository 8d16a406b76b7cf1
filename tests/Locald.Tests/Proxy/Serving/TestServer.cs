using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Locald.Proxy;
using Locald.Proxy.Connections;
using Locald.Proxy.Logging;
using Locald.Proxy.Pages.Dashboard;
using Locald.Proxy.Routing;

namespace Locald.Tests.Proxy.Serving;

/// <summary>A server on ports of its own, with a clock that a test can move. Whatever in it can only be a bug fails the test.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<Exception> _bugs = new();
    private readonly MemoryStream _written = new();
    private readonly RequestLog _log;
    private long _moved;
    private long _stopped;

    /// <param name="routes">As <c>app=3000</c>.</param>
    public TestServer(params string[] routes)
        : this(Limits.Connections, routes)
    {
    }

    public TestServer(int connections, params string[] routes)
        : this(LogMode.Debug, connections, routes)
    {
    }

    public TestServer(IInstanceFacts facts, params string[] routes)
        : this(LogMode.Debug, Limits.Connections, facts, routes)
    {
    }

    internal TestServer(LogMode log, int connections, params string[] routes)
        : this(log, connections, null, routes)
    {
    }

    private TestServer(LogMode log, int connections, IInstanceFacts? facts, string[] routes)
    {
        _log = new(log, LogFormat.Text, _written, colour: false, TimeProvider.System);
        Socket https = Listen(), http = Listen();
        (Port, HttpPort) = (((IPEndPoint)https.LocalEndPoint!).Port, ((IPEndPoint)http.LocalEndPoint!).Port);
        Proxy = new(new()
        {
            Https = [https],
            Http = [http],
            RedirectPort = Port,
            Certificates = TestAuthority.Certificates.Leaf,
            UpstreamRoots = static () => [TestAuthority.Certificates.Root],
            Routes = Table(routes),
            Log = _log,
            Instance = facts,
            Bug = _bugs.Enqueue,
            Milliseconds = () => (Volatile.Read(ref _stopped) is > 0 and var then ? then : Environment.TickCount64) + Volatile.Read(ref _moved),
            MaxConnections = connections,
        });
        Proxy.Start();
    }

    public ProxyServer Proxy { get; }

    public int Port { get; }

    public int HttpPort { get; }

    public static RouteTable Table(params string[] routes) => RouteTable.Create(routes.Select(r => Route.Parse(r, "/")));

    public static Socket Listen(IPEndPoint? at = null)
    {
        at ??= new(IPAddress.Loopback, 0);
        Socket socket = new(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(at);
        socket.Listen(512);
        return socket;
    }

    public Task<RawClient> ConnectAsync(string name = "app.localhost", Action<SslClientAuthenticationOptions>? configure = null) =>
        RawClient.SecureAsync(Port, name, configure);

    /// <summary>From here on the clock stands, but for what <see cref="Pass"/> moves it.</summary>
    public void StopClock() => Volatile.Write(ref _stopped, Environment.TickCount64);

    /// <summary>Moves the clock and looks at every limit.</summary>
    public void Pass(int milliseconds)
    {
        Interlocked.Add(ref _moved, milliseconds);
        Proxy.Sweep();
    }

    /// <summary>Until the only connection waits for that.</summary>
    internal Task UntilClientAwaited(Wait wait) => Until(() => Proxy.Waits.SingleOrDefault().Client == wait);

    /// <summary>Until the only connection's exchange waits for that.</summary>
    internal Task UntilExchangeAwaits(Wait wait) => Until(() => Proxy.Waits.SingleOrDefault().Exchange == wait);

    public Task UntilNobodyIsConnected() => Until(() => Proxy.OpenConnections == 0);

    /// <summary>Until something is so that no event tells.</summary>
    public static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends the server and the log; what was logged.</summary>
    public async Task<string> StopAndReadLogAsync()
    {
        await Proxy.DisposeAsync();
        await _log.DisposeAsync();
        return System.Text.Encoding.UTF8.GetString(_written.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await _log.DisposeAsync();
        Assert.Empty(_bugs);
        Assert.Equal(0, Proxy.OpenConnections);
    }
}

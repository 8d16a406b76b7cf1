using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.CommandLine;
using Locald.Commands;
using Locald.Control;
using Locald.Proxy;
using Locald.Proxy.Listening;
using Locald.Proxy.Logging;
using Locald.Proxy.Routing;
using Locald.Trust;
using Locald.Trusting;

namespace Locald.Serving;

/// <summary>All that serves in this process: its sockets, certificates, proxy, routes, and what answers the other commands.</summary>
internal sealed class ServingStack : IAsyncDisposable
{
    private readonly Session _session;
    private readonly ProxyServer _server;
    private ControlServer? _control;

    private ServingStack(Session session, Listeners listeners, CertManager certificates, RouteTable routes, RequestLog log)
    {
        (_session, Listeners, Certificates) = (session, listeners, certificates);
        NativeStart.PrepareHandshakes();
        UpstreamRoots roots = new(session, certificates.Root);
        _server = new(new()
        {
            Https = listeners.Https,
            Http = listeners.Http,
            RedirectPort = listeners.HttpsPort,
            Certificates = certificates.Leaf,
            UpstreamRoots = () => roots.All,
            Routes = routes,
            Log = log,
            Nearest = Nearest.To,
            Instance = new InstanceFacts(session, certificates, () => Routes),
            Shortage = what => session.Terminal.Warn(what, "ulimit -Hn 65536, as root, in the shell that starts locald"),
        });
        _server.Start();
        Routes = new(routes, table => _server.Routes = table, session.Clock);
        Routes.Watch();
        Instance = new(new(Environment.ProcessId, VersionCommand.Number, session.Clock.GetUtcNow(), Announcement.Addresses(listeners), []),
            Routes, _server.Feed, listeners.HttpsPort, session.WorkingFolder);
    }

    internal Listeners Listeners { get; }

    internal CertManager Certificates { get; }

    internal LiveRoutes Routes { get; }

    /// <summary>What it says of itself.</summary>
    internal Instance Instance { get; }

    /// <summary>Opens the sockets and accepts. Nobody can ask it for anything yet.</summary>
    /// <param name="session">Whose.</param>
    /// <param name="plan">Where to listen.</param>
    /// <param name="routes">Its own routes.</param>
    /// <param name="log">Stays the caller's.</param>
    /// <exception cref="ListenException">A socket could not be opened.</exception>
    /// <exception cref="RootException">The root cannot be used or made.</exception>
    internal static ServingStack Open(Session session, ListenPlan plan, RouteTable routes, RequestLog log)
    {
        DescriptorLimit.Raise();
        Listeners listeners = Listeners.Open(plan, SocketActivation.Take(session.Variable));
        try
        {
            return new(session, listeners, Authority.Open(session), routes, log);
        }
        catch
        {
            listeners.Dispose();
            throw;
        }
    }

    /// <summary>Lets the other commands of this user ask.</summary>
    /// <returns>Why they cannot; null where they can.</returns>
    internal async Task<string?> StartControlAsync(CancellationToken stop)
    {
        (_control, string? why) = await ControlServer.StartAsync(ControlPath.Candidates(_session)[0], Authority.Owner(_session), Instance.Answer, stop);
        return why;
    }

    /// <summary>
    /// Says whether clients would refuse. Looking takes some milliseconds, which a newcomer's first request need not wait for. No store asks a
    /// person when it is looked at, but the one of macOS may be silent for its whole limit.
    /// </summary>
    internal void HintAtTrust()
    {
        X509Certificate2 root = Certificates.Root;
        if (Stores.Find(_session) is [{ } store, ..] && store.Probe(root).State == StoreState.Missing)
        {
            _session.Terminal.Warn("clients on this machine do not trust these certificates yet", "locald trust");
        }
    }

    /// <summary>Stops in order: another instance may take our place, and what is under way here is finished.</summary>
    /// <param name="grace">How long that is given.</param>
    internal async Task StopAsync(TimeSpan grace)
    {
        await StopControlAsync();
        await _server.StopAsync(grace);
    }

    public async ValueTask DisposeAsync()
    {
        await StopControlAsync();
        Routes.Dispose();
        await _server.DisposeAsync();
        Certificates.Dispose();
        Listeners.Dispose();
    }

    private async Task StopControlAsync()
    {
        if (_control is { } control)
        {
            _control = null;
            await control.DisposeAsync();
        }
    }
}

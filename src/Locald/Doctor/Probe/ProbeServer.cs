using System.Net;
using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.Proxy;
using Locald.Proxy.Listening;
using Locald.Proxy.Logging;
using Locald.Proxy.Routing;

namespace Locald.Doctor.Probe;

/// <summary>
/// What <c>serve</c> serves, for one made-up name on a port of its own: the same leaf, the same TLS, and a 404, so that a client's
/// verdict here is its verdict there.
/// </summary>
internal sealed class ProbeServer : IAsyncDisposable
{
    private readonly ProxyServer _server;
    private readonly CertManager _authority;

    private ProbeServer(ProxyServer server, ProbeTarget target, CertManager authority)
    {
        (_server, Target, _authority) = (server, target, authority);
    }

    internal ProbeTarget Target { get; }

    /// <summary>The leaf that is served.</summary>
    internal X509Certificate2 Leaf => _authority.Leaf(Target.Name)!;

    /// <param name="authority">The root in use.</param>
    /// <param name="sourceFolder">Where clients find what they are to run.</param>
    /// <exception cref="ListenException">No port of 127.0.0.1 could be opened.</exception>
    internal static ProbeServer Start(CertManager authority, string sourceFolder)
    {
        string name = $"probe-{Random.Shared.GetHexString(12, lowercase: true)}.localhost";
        Listeners listeners = Listeners.Open(new() { Https = [new(IPAddress.Loopback, 0)], HttpOff = true });
        ProxyServer server = new(new()
        {
            Https = listeners.Https,
            Certificates = asked => asked == name ? authority.Leaf(name) : null,
            UpstreamRoots = () => [],
            Routes = RouteTable.Empty,
            Log = RequestLog.Off,
        });
        server.Start();
        return new(server, new(name, listeners.HttpsPort, authority.RootPemPath, sourceFolder), authority);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

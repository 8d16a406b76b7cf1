using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Locald.Proxy.Logging;
using Locald.Proxy.Pages.Dashboard;
using Locald.Proxy.Routing;

namespace Locald.Proxy;

/// <summary>What a server is made from.</summary>
public sealed record ServerOptions
{
    /// <summary>Listening sockets on which TLS is spoken. The server closes them when it stops.</summary>
    public required IReadOnlyList<Socket> Https { get; init; }

    /// <summary>Listening sockets on which plain HTTP is sent to TLS.</summary>
    public IReadOnlyList<Socket> Http { get; init; } = [];

    /// <summary>The port that plain HTTP is sent to.</summary>
    public int RedirectPort { get; init; } = 443;

    /// <summary>
    /// The leaf with its key for the name in a handshake, empty where it has none; null for a name that gets no certificate. Called on
    /// every handshake, from any thread.
    /// </summary>
    public required Func<string, X509Certificate2?> Certificates { get; init; }

    /// <summary>Roots for upstreams that speak TLS and are not on loopback.</summary>
    public required Func<X509Certificate2Collection> UpstreamRoots { get; init; }

    public required RouteTable Routes { get; init; }

    public required RequestLog Log { get; init; }

    /// <summary>Finds, among words, what a mistyped one was meant to be; null where nobody can.</summary>
    public Func<string, IEnumerable<string>, string?>? Nearest { get; init; }

    /// <summary>What our own page shows that the server does not know by itself; null where nobody tells.</summary>
    public IInstanceFacts? Instance { get; init; }

    /// <summary>Told of what can only be a bug; where it is null the process ends with the trace.</summary>
    public Action<Exception>? Bug { get; init; }

    /// <summary>Told, for the person who runs the server, that it is out of file descriptors; once, however long that lasts.</summary>
    public Action<string>? Shortage { get; init; }

    /// <summary>The clock that limits are counted by, in milliseconds.</summary>
    internal Func<long> Milliseconds { get; init; } = static () => Environment.TickCount64;

    /// <summary>Client connections at once.</summary>
    internal int MaxConnections { get; init; } = Limits.Connections;
}

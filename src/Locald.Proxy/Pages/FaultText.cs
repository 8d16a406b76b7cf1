using Locald.Proxy.Routing;
using Locald.Proxy.Upstream;

namespace Locald.Proxy.Pages;

/// <summary>What a person and a program are told of an upstream's fault.</summary>
/// <param name="Title">No full stop.</param>
/// <param name="Lead">One or two sentences.</param>
internal sealed record FaultText(string Title, string Lead)
{
    internal static FaultText Of(UpstreamFault fault, UpstreamTarget target) => fault switch
    {
        UpstreamFault.Refused => new($"Nothing listens on {target}", "The app is not running, or it listens somewhere else."),
        UpstreamFault.Unreachable => new($"{target} cannot be reached", "The network has no way there from this machine."),
        UpstreamFault.NameNotFound => new($"The name {target.Host} has no address", "This machine's resolver does not know it."),
        UpstreamFault.ConnectTimeout => new($"{target} does not pick up", "No connection came about in time: the machine may be off, or a firewall drops the attempts."),
        UpstreamFault.TlsFailed => new($"No TLS with {target}", "The app was reached, but the handshake failed. It may speak plain HTTP, or show a certificate that this machine does not trust."),
        UpstreamFault.ClosedEarly => new($"{target} hung up", "The app closed the connection before it had answered. Its own log may tell why."),
        UpstreamFault.BadResponse => new($"{target} did not answer in HTTP", "Something answers there, but what it says is no response that can be passed on. It may speak TLS, another version of HTTP, or another protocol."),
        UpstreamFault.ResponseTimeout => new($"{target} took too long", "The app has the request, but did not begin to answer in time."),
        UpstreamFault.NoDescriptor => new("locald may open no more files", "A connection to the app would be one too many: clients that leave make room, and so does a higher limit (ulimit -n)."),
        UpstreamFault.SocketMissing => new("There is no such socket", "The app makes the socket when it starts, and locald must be allowed to open it."),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };

    /// <summary>RFC 9110 §15.6: 504 where time ran out, 503 where the lack is ours and will pass, else 502.</summary>
    internal static int StatusOf(UpstreamFault fault) => fault switch
    {
        UpstreamFault.ConnectTimeout or UpstreamFault.ResponseTimeout => 504,
        UpstreamFault.NoDescriptor => 503,
        _ => 502,
    };
}

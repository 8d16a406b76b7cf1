using Locald.Proxy.Connections;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Upstream;

/// <summary>What one exchange has of its upstream: a connection of HTTP/1.1, or one stream of a connection of HTTP/2.</summary>
internal abstract class UpstreamLink : IAbortable, IDisposable
{
    /// <summary>Whether exchanges went over the connection before: then the upstream may have closed it meanwhile.</summary>
    internal bool Reused { get; set; }

    /// <summary>The latest response head that was read.</summary>
    internal ResponseHead Head { get; } = new();

    /// <summary>The bytes that <see cref="Head"/> was parsed from, until more is read.</summary>
    internal abstract ReadOnlySpan<byte> HeadBytes { get; }

    /// <summary>The response's body, begun by <see cref="BeginBody"/>.</summary>
    internal abstract BodyReader ResponseBody { get; }

    /// <summary>What comes after the head; after an upgrade, bytes as they are.</summary>
    internal abstract InputBuffer Input { get; }

    /// <summary>Where bytes go that pass as they are, after an upgrade.</summary>
    internal abstract OutputBuffer Tunnel { get; }

    /// <summary>Writes the request's head, which may wait for the next flush.</summary>
    /// <exception cref="UpstreamException">The upstream takes no such request, or is gone.</exception>
    internal abstract void Begin(RequestHead head, UpstreamTarget target, int prefixLength, ForwardedFields forwarded);

    /// <summary>A piece of the request's body; it may be kept until the next flush.</summary>
    /// <exception cref="IOException">The upstream is gone.</exception>
    internal abstract ValueTask WriteAsync(ReadOnlyMemory<byte> data);

    /// <summary>Sends all that waits.</summary>
    /// <exception cref="IOException">The upstream is gone.</exception>
    internal abstract ValueTask FlushAsync();

    /// <summary>Ends the request's body with its trailers, and sends all that waits.</summary>
    /// <exception cref="IOException">The upstream is gone.</exception>
    internal abstract ValueTask EndAsync(BodyReader from);

    /// <summary>Reads and parses the next head, interim ones included.</summary>
    /// <exception cref="UpstreamException">None came, or it is not in order.</exception>
    internal abstract ValueTask ReadHeadAsync();

    /// <summary>How the body that follows <see cref="Head"/> is framed.</summary>
    /// <param name="answersHead">Whether the request was HEAD.</param>
    internal abstract BodyKind BodyKind(bool answersHead);

    /// <summary>Begins that body.</summary>
    internal abstract void BeginBody(BodyKind kind);

    /// <summary>What follows <see cref="Head"/> is another protocol, and goes both ways.</summary>
    internal abstract void BeginTunnel();

    /// <summary>Ends what is sent, in order, while the upstream may still send.</summary>
    internal abstract Task EndOutputAsync();

    /// <summary>Lets the kernel notice an upstream that vanished without a word.</summary>
    internal abstract void KeepProbing();

    /// <summary>Ends it at once. The buffers stay with whoever still reads or writes; they are given back by <see cref="Dispose"/>.</summary>
    public abstract void Abort();

    public abstract void Dispose();
}

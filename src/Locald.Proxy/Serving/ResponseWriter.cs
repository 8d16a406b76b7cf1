using Locald.Proxy.IO;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Serving;

/// <summary>How responses reach the client, whichever version of HTTP it speaks. One message after the other.</summary>
internal abstract class ResponseWriter
{
    /// <summary>Where bytes go that pass as they are, after a 101.</summary>
    internal abstract OutputBuffer Tunnel { get; }

    /// <summary>An upstream's head, interim ones included.</summary>
    /// <param name="head">The parsed head.</param>
    /// <param name="bytes">The bytes it was parsed from.</param>
    /// <param name="framing">The body's framing towards an HTTP/1.1 client.</param>
    /// <param name="keepAlive">Whether the client may send another request over its connection.</param>
    internal abstract void Begin(ResponseHead head, ReadOnlySpan<byte> bytes, BodyKind framing, bool keepAlive);

    /// <summary>The head of an answer of our own.</summary>
    internal abstract void Begin(LocalResponse response, bool keepAlive);

    /// <summary>A piece of the body; it may be kept for a while.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    internal abstract ValueTask WriteAsync(ReadOnlyMemory<byte> data);

    /// <summary>Sends all that waits.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    internal abstract ValueTask FlushAsync();

    /// <summary>Ends the message, and sends all that waits.</summary>
    /// <param name="body">Whose trailer section is passed on; null for an answer of our own.</param>
    /// <param name="last">Whether the connection ends after it.</param>
    /// <exception cref="IOException">The client is gone.</exception>
    internal abstract ValueTask EndAsync(BodyReader? body, bool last);
}

using System.Net.Sockets;
using Locald.Proxy.Http1;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Upstream;

/// <summary>One connection to an upstream, with what HTTP/1.1 needs on it. It serves one exchange at a time.</summary>
internal sealed class UpstreamConnection : IDisposable
{
    internal UpstreamConnection(Socket socket, Stream stream)
    {
        Socket = socket;
        Stream = stream;
        Input = new(stream);
        Output = new(stream);
        ResponseBody = new(Input);
        RequestBody = new(Output);
    }

    internal Socket Socket { get; }

    internal Stream Stream { get; }

    internal InputBuffer Input { get; }

    internal OutputBuffer Output { get; }

    internal ResponseHead Head { get; } = new();

    internal BodyReader ResponseBody { get; }

    internal BodyWriter RequestBody { get; }

    /// <summary>Whether an exchange went over it before: then the upstream may have closed it meanwhile.</summary>
    internal bool Reused { get; set; }

    /// <summary>When it came to rest, in milliseconds of the server's clock.</summary>
    internal long RestingSince { get; set; }

    /// <summary>
    /// Whether it rests in order. Readable means closed, or bytes nobody asked for: as the next answer they would go to the wrong request.
    /// </summary>
    internal bool IsUsable()
    {
        try
        {
            return Input.IsEmpty && !Socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            return false;
        }
    }

    /// <summary>Ends it. The buffers stay with whoever still reads or writes; they are given back by <see cref="Dispose"/>.</summary>
    internal void Abort() => Socket.Dispose();

    public void Dispose()
    {
        Stream.Dispose();
        Socket.Dispose();
        Input.Dispose();
        Output.Dispose();
    }
}

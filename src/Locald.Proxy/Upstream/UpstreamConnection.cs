using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Locald.Proxy.Connections;
using Locald.Proxy.Http1;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Upstream;

/// <summary>One connection of HTTP/1.1 to an upstream. It serves one exchange at a time.</summary>
internal sealed class UpstreamConnection : UpstreamLink
{
    private readonly SocketStream _transport;
    private readonly Stream _stream;
    private readonly BodyWriter _requestBody;
    private int _headLength;
    private bool _ends;
    private volatile bool _aborted;

    /// <param name="transport">The connection.</param>
    /// <param name="stream">What is spoken over it: TLS, or the connection itself.</param>
    internal UpstreamConnection(SocketStream transport, Stream stream)
    {
        (_transport, _stream) = (transport, stream);
        Input = new(stream);
        Tunnel = new(stream);
        ResponseBody = new(Input);
        _requestBody = new(Tunnel);
    }

    internal override ReadOnlySpan<byte> HeadBytes => Input.Unread[.._headLength];

    internal override BodyReader ResponseBody { get; }

    internal override InputBuffer Input { get; }

    internal override OutputBuffer Tunnel { get; }

    /// <summary>
    /// Whether it can carry another exchange after a response that was read to its end. A client that leaves with the last byte may have
    /// ended it since.
    /// </summary>
    internal bool IsReusable => !_ends && !_aborted && Input.IsEmpty;

    /// <summary>When it came to rest, in milliseconds of the server's clock.</summary>
    internal long RestingSince { get; set; }

    /// <summary>
    /// Whether it rested in order; if so, the next answer is waited for from here on. What can be read already is its end, or bytes
    /// nobody asked for: as the next answer they would go to the wrong request.
    /// </summary>
    internal bool TryUse() => Input.IsEmpty && Input.TryBegin();

    internal override void Begin(RequestHead head, UpstreamTarget target, int prefixLength, ForwardedFields forwarded)
    {
        (_headLength, _ends) = (0, false);
        HeadWriter.AppendRequest(Tunnel, head, target, prefixLength, forwarded);
        _requestBody.Begin(head.BodyKind == Messages.BodyKind.Chunked);
    }

    internal override ValueTask WriteAsync(ReadOnlyMemory<byte> data) => _requestBody.WriteAsync(data);

    internal override ValueTask FlushAsync() => Tunnel.FlushAsync();

    internal override ValueTask EndAsync(BodyReader from) => _requestBody.EndAsync(from);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal override async ValueTask ReadHeadAsync()
    {
        TakeHead();
        HeadScanner scanner = default;
        while (true)
        {
            HeadFault fault = scanner.Find(Input.Unread, out int length);
            if (fault == HeadFault.None && length > 0)
            {
                fault = Head.Parse(Input.Unread[..length]);
            }

            if (fault != HeadFault.None)
            {
                throw new UpstreamException(UpstreamFault.BadResponse, fault.Reason());
            }

            if (length > 0)
            {
                _headLength = length;
                return;
            }

            int read;
            try
            {
                read = await Input.FillAsync();
            }
            catch (Exception e) when (PeerGone.Explains(e))
            {
                // A reset is an end like any other here; what it means depends on what came before.
                read = 0;
            }

            if (read == 0)
            {
                throw Input.IsEmpty
                    ? new UpstreamException(UpstreamFault.ClosedEarly, "the connection closed without an answer")
                    : new UpstreamException(UpstreamFault.BadResponse, "the connection closed within the answer's head");
            }
        }
    }

    internal override BodyKind BodyKind(bool answersHead) => Head.BodyKind(answersHead);

    internal override void BeginBody(BodyKind kind)
    {
        TakeHead();
        _ends = !Head.KeepAlive || kind == Messages.BodyKind.UntilClose;
        ResponseBody.Begin(kind, Head.Fields.ContentLength);
    }

    internal override void BeginTunnel()
    {
        TakeHead();
        _ends = true;
    }

    internal override async Task EndOutputAsync()
    {
        if (_stream is SslStream secure)
        {
            await secure.ShutdownAsync();
        }

        _transport.Socket.Shutdown(SocketShutdown.Send);
    }

    internal override void KeepProbing() => KeepAlive.Set(_transport.Socket);

    public override void Abort()
    {
        _aborted = true;
        _transport.Dispose();
    }

    public override void Dispose()
    {
        _stream.Dispose();
        _transport.Dispose();
        Input.Dispose();
        Tunnel.Dispose();
    }

    private void TakeHead()
    {
        Input.Take(_headLength);
        _headLength = 0;
    }
}

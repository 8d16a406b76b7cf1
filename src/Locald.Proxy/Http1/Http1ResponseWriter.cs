using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Serving;

namespace Locald.Proxy.Http1;

/// <summary>Responses as text, one after the other on one connection.</summary>
internal sealed class Http1ResponseWriter(OutputBuffer output, SocketStream transport, RequestHead request) : ResponseWriter
{
    private readonly BodyWriter _body = new(output);

    internal override OutputBuffer Tunnel => output;

    internal override void Begin(ResponseHead head, ReadOnlySpan<byte> bytes, BodyKind framing, bool keepAlive)
    {
        HeadWriter.AppendResponse(output, head, bytes, framing, head.IsInformational ? default : ConnectionOption(keepAlive), request.IsHead);
        _body.Begin(framing == BodyKind.Chunked);
    }

    internal override void Begin(LocalResponse response, bool keepAlive)
    {
        // RFC 9112 §6.1: HTTP/1.0 has no chunks; there the connection's end is the body's.
        bool chunked = response.Length < 0 && !request.IsHttp10;
        HeadWriter.AppendLocal(output, response, chunked, ConnectionOption(keepAlive));
        _body.Begin(chunked && !request.IsHead);
    }

    internal override ValueTask WriteAsync(ReadOnlyMemory<byte> data) => _body.WriteAsync(data);

    internal override ValueTask FlushAsync() => output.FlushAsync();

    internal override ValueTask EndAsync(BodyReader? body, bool last)
    {
        // The last response goes out with the alert that follows it.
        transport.Gather = last;
        return _body.EndAsync(body);
    }

    private ReadOnlySpan<byte> ConnectionOption(bool keepAlive) => !keepAlive ? "close"u8 : request.IsHttp10 ? "keep-alive"u8 : [];
}

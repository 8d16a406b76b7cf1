using Locald.Proxy.Messages;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Http2;

/// <summary>Writes a request's field section anew from parsed parts, as is done for HTTP/1.1.</summary>
internal static class RequestWriter
{
    /// <summary>The request as the upstream gets it: the Host kept, as <c>:authority</c>, and our word on where it came from.</summary>
    /// <param name="block">Begun, and empty.</param>
    /// <param name="head">The client's request.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="prefixLength">Bytes of the path that the route matched.</param>
    /// <param name="forwarded">Where it came from.</param>
    /// <param name="webSocket">Whether it is an extended CONNECT (RFC 8441 §4).</param>
    internal static void Write(
        FrameWriter.FieldBlock block, RequestHead head, UpstreamTarget target, int prefixLength, ForwardedFields forwarded, bool webSocket)
    {
        block.Field(":method"u8, webSocket ? "CONNECT"u8 : head.Method);
        if (webSocket)
        {
            block.Field(":protocol"u8, "websocket"u8);
        }

        // The scheme of this very connection: servers refuse a request that claims another.
        block.Field(":scheme"u8, target.Scheme == UpstreamScheme.Https ? "https"u8 : "http"u8);
        target.Split(head.Target, head.Path, prefixLength, out ReadOnlySpan<byte> lead, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> query);
        block.Field(":path"u8, target.HasPath ? (byte[])[.. lead, .. path, .. query] : head.Target);
        block.Field(":authority"u8, head.Authority);
        FieldSection fields = head.Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            ref readonly FieldLine line = ref fields[i];
            if (line.Id is FieldId.Other or FieldId.Via or FieldId.Date && !(webSocket && FieldNames.Is(line.Name(head.Bytes), "sec-websocket-key"u8)))
            {
                block.Field(line, head.Bytes);
            }
        }

        if (fields.ContentLength >= 0)
        {
            block.Field("content-length"u8, fields.ContentLength);
        }

        if (head.ExpectContinue && head.BodyKind != BodyKind.None)
        {
            block.Field("expect"u8, "100-continue"u8);
        }

        if (fields.TeTrailers)
        {
            block.Field("te"u8, "trailers"u8);
        }

        foreach ((byte[] name, byte[] value) in forwarded.Fields(head))
        {
            block.Field(name, value);
        }
    }
}

using System.Text;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Serving;

namespace Locald.Proxy.Http2;

/// <summary>Responses as frames of one stream (RFC 9113 §8.1): a field section, data, and perhaps a trailer section.</summary>
internal sealed class Http2ResponseWriter(Http2Stream stream, FrameWriter frames, RequestHead request) : ResponseWriter
{
    internal override OutputBuffer Tunnel => new(stream.Bytes);

    internal override void Begin(ResponseHead head, ReadOnlySpan<byte> bytes, BodyKind framing, bool keepAlive)
    {
        // RFC 8441 §5: what HTTP/1.1 answers by 101 is a success like any other here.
        bool switched = head.Status == 101;
        using FrameWriter.FieldBlock block = frames.Fields(stream.Flow, endStream: framing == BodyKind.None && !head.IsInformational);
        block.Status(switched ? 200 : head.Status);
        FieldSection fields = head.Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            ref readonly FieldLine line = ref fields[i];
            if (line.Id is FieldId.Connection or FieldId.HopByHop or FieldId.TransferEncoding or FieldId.ContentLength or FieldId.Upgrade)
            {
                continue;
            }

            if (!switched || !FieldNames.Is(line.Name(bytes), "sec-websocket-accept"u8))
            {
                block.Field(line, bytes);
            }
        }

        if (!head.IsInformational)
        {
            if (!fields.HasDate)
            {
                block.Field("date"u8, DateField.Now);
            }

            // HEAD and 304 tell the length that GET would have had; nothing is said where the upstream said nothing.
            if (head.Status != 204 && !fields.Chunked && fields.ContentLength >= 0)
            {
                block.Field("content-length"u8, fields.ContentLength);
            }
        }
    }

    internal override void Begin(LocalResponse response, bool keepAlive)
    {
        bool bare = response.Status is 204 or 304;
        using FrameWriter.FieldBlock block = frames.Fields(stream.Flow, endStream: bare || request.IsHead || response.Length == 0);
        block.Status(response.Status);
        foreach ((string name, string value) in response.Fields)
        {
            block.Field(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
        }

        block.Field("date"u8, DateField.Now);
        if (!bare && response.Length >= 0)
        {
            block.Field("content-length"u8, response.Length);
        }
    }

    internal override ValueTask WriteAsync(ReadOnlyMemory<byte> data) => stream.Flow.SendAsync(data);

    internal override ValueTask FlushAsync()
    {
        frames.Flush();
        return default;
    }

    internal override ValueTask EndAsync(BodyReader? body, bool last)
    {
        TrailerWriter.End(frames, stream.Flow, body);
        stream.ResponseEnded();
        frames.Flush();
        return default;
    }
}

using Locald.Proxy.IO;

namespace Locald.Proxy.Http1;

/// <summary>Frames one message body anew: as it is, or chunked (RFC 9112 §7.1).</summary>
internal sealed class BodyWriter(OutputBuffer output)
{
    private bool _chunked;

    internal OutputBuffer Output => output;

    internal void Begin(bool chunked) => _chunked = chunked;

    /// <exception cref="IOException">The peer is gone.</exception>
    internal ValueTask WriteAsync(ReadOnlyMemory<byte> data) => _chunked ? WriteChunkAsync(data) : output.WriteAsync(data);

    /// <summary>Ends the body with the trailer fields that may pass, and sends all that waits.</summary>
    /// <exception cref="IOException">The peer is gone.</exception>
    internal ValueTask EndAsync(BodyReader from)
    {
        if (_chunked)
        {
            output.Append("0\r\n"u8);
            for (int i = 0; i < from.Trailers.Count; i++)
            {
                // Framing, routing and forwarding do not come after the fact (RFC 9110 §6.5.1).
                ref readonly FieldLine line = ref from.Trailers[i];
                if (line.Id == FieldId.Other)
                {
                    HeadWriter.AppendField(output, line, from.TrailerBytes);
                }
            }

            output.Append("\r\n"u8);
        }

        return output.FlushAsync();
    }

    private async ValueTask WriteChunkAsync(ReadOnlyMemory<byte> data)
    {
        output.AppendChunkSize(data.Length);
        await output.WriteAsync(data);
        output.Append("\r\n"u8);
    }
}

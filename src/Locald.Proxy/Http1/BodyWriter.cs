using Locald.Proxy.IO;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Http1;

/// <summary>Frames one message body anew: as it is, or chunked (RFC 9112 §7.1).</summary>
internal sealed class BodyWriter(OutputBuffer output)
{
    private bool _chunked;

    internal OutputBuffer Output => output;

    internal void Begin(bool chunked) => _chunked = chunked;

    /// <summary>Writes a piece of the body; an empty one is nothing, for an empty chunk would end it.</summary>
    /// <exception cref="IOException">The peer is gone.</exception>
    internal ValueTask WriteAsync(ReadOnlyMemory<byte> data) =>
        data.IsEmpty ? default : _chunked ? WriteChunkAsync(data) : output.WriteAsync(data);

    /// <summary>Ends the body with the trailer fields that may pass, and sends all that waits.</summary>
    /// <param name="from">Whose trailer section it is; null for none.</param>
    /// <exception cref="IOException">The peer is gone.</exception>
    internal ValueTask EndAsync(BodyReader? from)
    {
        if (_chunked)
        {
            output.Append("0\r\n"u8);
            for (int i = 0; i < (from?.Trailers.Count ?? 0); i++)
            {
                ref readonly FieldLine line = ref from!.Trailers[i];
                if (line.Id == FieldId.Other && !FieldNames.BelongsInHead(line.Name(from.TrailerBytes)))
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

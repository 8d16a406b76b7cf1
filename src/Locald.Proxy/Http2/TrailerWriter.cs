using Locald.Proxy.Messages;

namespace Locald.Proxy.Http2;

/// <summary>Ends a message, with its trailer section where one passes (RFC 9113 §8.1).</summary>
internal static class TrailerWriter
{
    /// <param name="frames">Where to.</param>
    /// <param name="flow">The message's stream.</param>
    /// <param name="body">The body that has ended; null where there can be no trailers.</param>
    /// <exception cref="IOException">The stream was reset.</exception>
    internal static void End(FrameWriter frames, StreamFlow flow, BodyReader? body)
    {
        if (body is null || flow.OutputEnded || !HasAny(body))
        {
            frames.End(flow);
            return;
        }

        ReadOnlySpan<byte> bytes = body.TrailerBytes;
        using FrameWriter.FieldBlock block = frames.Fields(flow, endStream: true);
        for (int i = 0; i < body.Trailers.Count; i++)
        {
            ref readonly FieldLine line = ref body.Trailers[i];
            if (Passes(line, bytes))
            {
                block.Field(line, bytes);
            }
        }
    }

    private static bool HasAny(BodyReader body)
    {
        ReadOnlySpan<byte> bytes = body.TrailerBytes;
        if (bytes.IsEmpty)
        {
            return false;
        }

        for (int i = 0; i < body.Trailers.Count; i++)
        {
            if (Passes(body.Trailers[i], bytes))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Passes(in FieldLine line, ReadOnlySpan<byte> bytes) => line.Id == FieldId.Other && !FieldNames.BelongsInHead(line.Name(bytes));
}

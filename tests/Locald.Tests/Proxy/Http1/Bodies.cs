using Locald.Proxy.Http1;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

/// <summary>Bodies on their way through, without a socket.</summary>
internal static class Bodies
{
    /// <summary>What is sent for a body that came as <paramref name="bytes"/>; null where these hold no whole one.</summary>
    /// <param name="bytes">The body, and maybe more.</param>
    /// <param name="kind">Its framing.</param>
    /// <param name="length">Where it is framed by its length.</param>
    /// <param name="chunked">Whether it goes on in chunks.</param>
    /// <param name="data">Without framing.</param>
    public static string? Rewrite(byte[] bytes, BodyKind kind, long length, bool chunked, out string data)
    {
        using InputBuffer input = new(new MemoryStream(bytes));
        BodyReader reader = new(input);
        reader.Begin(kind, length);
        List<byte> taken = [];
        bool whole = true;
        string sent = Heads.Written(output =>
        {
            BodyWriter writer = new(output);
            writer.Begin(chunked);
            while (whole && !reader.Ended)
            {
                BodyStep step = reader.Next(out ReadOnlyMemory<byte> part);
                taken.AddRange(part.Span);
                writer.WriteAsync(part).AsTask().GetAwaiter().GetResult();
                whole = step != BodyStep.Fault
                    && (step != BodyStep.NeedMore || input.FillAsync().AsTask().GetAwaiter().GetResult() > 0 || reader.EndOfInput());
            }

            if (whole)
            {
                writer.EndAsync(reader).AsTask().GetAwaiter().GetResult();
            }
        });
        data = Heads.Text([.. taken]);
        return whole ? sent : null;
    }
}

using Locald.Proxy.Http1;
using Locald.Proxy.Messages;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

/// <summary>What became of a chunked body.</summary>
/// <param name="Outcome">End, Fault, or NeedMore where the bytes ran out.</param>
/// <param name="Fault">None but for a fault.</param>
/// <param name="Data">Body bytes, one character each.</param>
/// <param name="Trailers">As <c>name: value</c> lines.</param>
/// <param name="Consumed">Bytes taken at the end; 0 but for an end.</param>
internal sealed record Chunks(string Outcome, HeadFault Fault, string Data, string Trailers, int Consumed)
{
    /// <summary>Decodes bytes that arrive in pieces; each call of <paramref name="next"/> gives the next one's size.</summary>
    public static Chunks Decode(ReadOnlySpan<byte> bytes, Func<int> next)
    {
        ChunkDecoder decoder = default;
        FieldSection trailers = new();
        List<byte> data = [];
        int taken = 0, there = 0;
        while (true)
        {
            BodyStep step = decoder.Next(bytes[taken..there], out Slice place, out int consumed, trailers, out Slice section);
            data.AddRange(place.Of(bytes[taken..there]));
            Assert.InRange(consumed, 0, there - taken);
            if (step == BodyStep.End)
            {
                ReadOnlySpan<byte> part = section.Length > 0 ? section.Of(bytes[taken..there]) : default;
                List<string> lines = [];
                for (int i = 0; i < trailers.Count; i++)
                {
                    lines.Add($"{Heads.Text(trailers[i].Name(part))}: {Heads.Text(trailers[i].Value(part))}\n");
                }

                return new("End", decoder.Fault, Heads.Text([.. data]), string.Concat(lines), taken + consumed);
            }

            taken += consumed;
            if (step == BodyStep.Fault)
            {
                return new("Fault", decoder.Fault, Heads.Text([.. data]), "", 0);
            }

            if (step == BodyStep.NeedMore)
            {
                if (there == bytes.Length)
                {
                    return new("NeedMore", decoder.Fault, Heads.Text([.. data]), "", 0);
                }

                there = Math.Min(bytes.Length, there + Math.Max(1, next()));
            }
        }
    }

    public static Chunks Decode(string text) => Decode(Heads.Bytes(text), () => int.MaxValue / 2);
}

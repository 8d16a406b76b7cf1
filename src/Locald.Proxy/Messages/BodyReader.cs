using Locald.Proxy.Http1;
using Locald.Proxy.IO;

namespace Locald.Proxy.Messages;

/// <summary>Takes one message body out of an input buffer, whatever its framing. It parses and never waits.</summary>
internal sealed class BodyReader(InputBuffer input)
{
    private BodyKind _kind;
    private long _left;
    private FieldSection? _trailers;
    private ChunkDecoder _chunks;
    private byte[] _trailerBytes = [];

    /// <summary>The trailer section; empty until the body has ended. Few messages have one, and idle connections are many.</summary>
    internal FieldSection Trailers => _trailers ??= new();

    /// <summary>The bytes that <see cref="Trailers"/> point into.</summary>
    internal ReadOnlySpan<byte> TrailerBytes => _trailerBytes;

    internal HeadFault Fault => _chunks.Fault;

    /// <summary>Body bytes taken so far, without framing.</summary>
    internal long Taken { get; private set; }

    /// <summary>Whether all of the body was taken.</summary>
    internal bool Ended { get; private set; }

    internal InputBuffer Input => input;

    internal void Begin(BodyKind kind, long length)
    {
        (_kind, _left, _chunks, _trailerBytes, Taken) = (kind, length, default, [], 0);
        _trailers?.Dispose();
        Ended = kind == BodyKind.None;
        _trailers?.Parse(default, 0, 0);
    }

    /// <summary>Takes a trailer section that came beside the body.</summary>
    /// <param name="section">Field lines with their CRLF.</param>
    /// <param name="neverIndexed">The lines, by their index, that no compression may keep.</param>
    internal HeadFault TakeTrailers(byte[] section, ReadOnlySpan<int> neverIndexed)
    {
        _trailerBytes = section;
        HeadFault fault = Trailers.Parse(section, 0, section.Length);
        if (fault == HeadFault.None)
        {
            Trailers.Protect(neverIndexed);
        }

        return fault;
    }

    /// <summary>The next piece of body among the bytes that are there; valid until the input is filled again.</summary>
    internal BodyStep Next(out ReadOnlyMemory<byte> data)
    {
        data = default;
        if (Ended)
        {
            return BodyStep.End;
        }

        BodyStep step = _kind switch
        {
            BodyKind.Chunked => NextChunk(out data),
            BodyKind.Length => NextOf((int)Math.Min(_left, input.Unread.Length), out data),
            _ => NextOf(input.Unread.Length, out data),
        };
        Taken += data.Length;
        Ended = step == BodyStep.End;
        return step;
    }

    /// <summary>The input has ended: whether the body may end there.</summary>
    internal bool EndOfInput() => Ended = _kind == BodyKind.UntilClose;

    private BodyStep NextOf(int available, out ReadOnlyMemory<byte> data)
    {
        if (_kind == BodyKind.Length && _left == 0)
        {
            data = default;
            return BodyStep.End;
        }

        data = input.Slice(0, available);
        input.Take(available);
        _left -= available;
        return available > 0 ? BodyStep.Data : BodyStep.NeedMore;
    }

    private BodyStep NextChunk(out ReadOnlyMemory<byte> data)
    {
        BodyStep step = _chunks.Next(input.Unread, out Slice place, out int consumed, Trailers, out Slice trailers);
        data = place.Length > 0 ? input.Slice(place.Start, place.Length) : default;
        if (trailers.Length > 0)
        {
            _trailerBytes = trailers.Of(input.Unread).ToArray();
        }

        input.Take(consumed);
        return step;
    }
}

using Locald.Proxy.Messages;

namespace Locald.Proxy.Http1;

/// <summary>
/// The chunked transfer coding, RFC 9112 §7.1, over bytes that arrive in pieces. Extensions are read and dropped, trailer fields are
/// kept for the end. Nothing but CRLF ends a line, and a size has at most 15 hex digits: a 16th could make it negative.
/// </summary>
/// <remarks><code>
/// chunked-body = *chunk last-chunk trailer-section CRLF
/// chunk        = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
/// last-chunk   = 1*("0") [ chunk-ext ] CRLF
/// </code></remarks>
internal struct ChunkDecoder
{
    private State _state;
    private long _left;
    private HeadScanner _trailerScanner;

    private enum State
    {
        Size,
        Data,
        DataEnd,
        Trailer,
        Ended,
    }

    internal HeadFault Fault { get; private set; }

    /// <summary>Takes what it can from <paramref name="bytes"/>.</summary>
    /// <param name="bytes">All bytes not yet taken.</param>
    /// <param name="data">Where the step gave data, its place in <paramref name="bytes"/>.</param>
    /// <param name="consumed">How many bytes were taken, data included.</param>
    /// <param name="trailers">Parsed trailer section, when the step is <see cref="BodyStep.End"/>; its offsets count from <paramref name="trailerStart"/>.</param>
    /// <param name="trailerStart">Where the trailer section begins in <paramref name="bytes"/>.</param>
    internal BodyStep Next(ReadOnlySpan<byte> bytes, out Slice data, out int consumed, FieldSection trailers, out Slice trailerStart)
    {
        data = default;
        trailerStart = default;
        consumed = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = bytes[consumed..];
            switch (_state)
            {
                case State.Size:
                    int lineEnd = rest.IndexOf((byte)'\n');
                    if (lineEnd < 0)
                    {
                        return rest.Length > Limits.ChunkLine ? Refuse(HeadFault.ChunkTooLong) : BodyStep.NeedMore;
                    }

                    HeadFault fault = ReadSize(rest[..(lineEnd + 1)]);
                    if (fault != HeadFault.None)
                    {
                        return Refuse(fault);
                    }

                    consumed += lineEnd + 1;
                    _state = _left == 0 ? State.Trailer : State.Data;
                    break;
                case State.Data:
                    if (rest.Length == 0)
                    {
                        return BodyStep.NeedMore;
                    }

                    int take = (int)Math.Min(_left, rest.Length);
                    data = new(consumed, take);
                    consumed += take;
                    _left -= take;
                    _state = _left == 0 ? State.DataEnd : State.Data;
                    return BodyStep.Data;
                case State.DataEnd:
                    if (rest.Length < 2)
                    {
                        return rest.Length == 1 && rest[0] != '\r' ? Refuse(HeadFault.Chunk) : BodyStep.NeedMore;
                    }

                    if (rest[0] != '\r' || rest[1] != '\n')
                    {
                        return Refuse(HeadFault.Chunk);
                    }

                    consumed += 2;
                    _state = State.Size;
                    break;
                case State.Trailer:
                    return ReadTrailers(rest, ref consumed, trailers, out trailerStart);
                default:
                    return BodyStep.End;
            }
        }
    }

    private HeadFault ReadSize(ReadOnlySpan<byte> line)
    {
        if (line.Length > Limits.ChunkLine)
        {
            return HeadFault.ChunkTooLong;
        }

        if (line.Length < 3 || line[^2] != '\r')
        {
            return HeadFault.Chunk;
        }

        line = line[..^2];
        int digits = 0;
        long size = 0;
        while (digits < line.Length && HexValue(line[digits]) is >= 0 and int value)
        {
            if (digits == 15)
            {
                return HeadFault.ChunkTooLong;
            }

            size = (size << 4) | (long)value;
            digits++;
        }

        // chunk-ext = *( BWS ";" BWS chunk-ext-name ... ): its content is dropped, but no control may hide in it.
        ReadOnlySpan<byte> extension = line[digits..];
        if (digits == 0 || (extension.Length > 0 && (Grammar.TrimBlank(extension) is not [(byte)';', ..] || extension.ContainsAny(Grammar.NotInValue))))
        {
            return HeadFault.Chunk;
        }

        _left = size;
        return HeadFault.None;
    }

    private BodyStep ReadTrailers(ReadOnlySpan<byte> rest, ref int consumed, FieldSection trailers, out Slice section)
    {
        section = default;
        if (rest.Length >= 2 && rest[0] == '\r' && rest[1] == '\n')
        {
            consumed += 2;
            _state = State.Ended;
            trailers.Parse(default, 0, 0);
            return BodyStep.End;
        }

        HeadFault fault = _trailerScanner.Find(rest, out int length);
        if (fault != HeadFault.None)
        {
            return Refuse(fault == HeadFault.HeadTooLong ? fault : HeadFault.Trailer);
        }

        if (length == 0)
        {
            return BodyStep.NeedMore;
        }

        section = new(consumed, length - 2);
        if (trailers.Parse(rest[..length], 0, length - 2) != HeadFault.None)
        {
            return Refuse(HeadFault.Trailer);
        }

        consumed += length;
        _state = State.Ended;
        return BodyStep.End;
    }

    private BodyStep Refuse(HeadFault fault)
    {
        Fault = fault;
        return BodyStep.Fault;
    }

    private static int HexValue(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}

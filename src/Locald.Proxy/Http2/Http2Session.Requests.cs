using Locald.Proxy.Messages;

namespace Locald.Proxy.Http2;

internal sealed partial class Http2Session
{
    /// <summary>Identifiers that were gone past, first and last of each range.</summary>
    private List<(int First, int Last)>? _skipped;

    /// <summary>A field block is whole: a request's head, or its trailers.</summary>
    protected override void OnFields(bool selfDependent)
    {
        int id = Block.StreamId;
        bool endStream = Block.EndStream;
        Http2Stream? stream = Find(id);
        if (id <= _lastId)
        {
            OnTrailers(id, stream, endStream);
            return;
        }

        _request.Begin();
        Decode(_request);
        Block.End();
        Skip((_lastId + 1) | 1, id - 2);
        _lastId = id;
        if (selfDependent)
        {
            throw new Http2StreamException(id, Http2ErrorCode.ProtocolError, "a stream depends on itself");
        }

        OpenStream(id, endStream);
    }

    private void Skip(int first, int last)
    {
        if (first <= last && (_skipped ??= []).Count < Limits.SkippedIds)
        {
            _skipped.Add((first, last));
        }
    }

    private void OnTrailers(int id, Http2Stream? stream, bool endStream)
    {
        if (_skipped is not null && _skipped.Exists(range => range.First <= id && id <= range.Last))
        {
            throw Broken("a new stream with a lower number than the one before (RFC 9113 §5.1.1)");
        }

        TrailerFields trailers = new();
        Decode(trailers);
        Block.End();
        if (stream is null && !MayComeLate(id))
        {
            throw new Http2ConnectionException(Http2ErrorCode.StreamClosed, "a field section on a closed stream");
        }

        if (stream is null || stream.Flow.IsReset)
        {
            return;
        }

        if (stream.Flow.InputEnded)
        {
            throw new Http2StreamException(id, Http2ErrorCode.StreamClosed, "a field section after the end of the stream");
        }

        if (!endStream || !stream.ReceiveTrailers(trailers))
        {
            throw new Http2StreamException(id, Http2ErrorCode.ProtocolError, "the trailer section is malformed");
        }
    }

    /// <summary>Begins a request.</summary>
    private void OpenStream(int id, bool endStream)
    {
        Http2Stream stream;
        lock (Gate)
        {
            if (_goingAway || IsFull())
            {
                throw new Http2StreamException(id, Http2ErrorCode.RefusedStream, "too many streams");
            }

            stream = _resting.TryPop(out Http2Stream? rested) ? rested : new(this);
            stream.Begin(id);
            Open.Add(id, stream);
            Frames.Open(stream.Flow);
            Connection.ClientCame();
        }

        HeadFault fault = Parse(stream, endStream);
        _request.End();
        stream.Flow.Expect(stream.Head.Fields.ContentLength);
        if (endStream)
        {
            stream.Flow.Receive(default, 0, end: true);
        }

        stream.Run(fault);
    }

    /// <summary>
    /// Streams that the client gave up count no longer against what it may have open; those whose exchange has yet to notice are bounded too.
    /// </summary>
    private bool IsFull() => Open.Count >= Limits.Streams
        && (Open.Count >= 4 * Limits.Streams || Open.Values.Count(s => !s.Flow.IsReset) >= Limits.Streams);

    /// <exception cref="Http2StreamException">The request is malformed.</exception>
    private HeadFault Parse(Http2Stream stream, bool endStream)
    {
        if (_request.IsTooLarge)
        {
            stream.Head.Clear();
            return HeadFault.HeadTooLong;
        }

        ReadOnlySpan<byte> head = _request.Head(endStream);
        string? malformed = _request.Malformed;
        HeadFault fault = HeadFault.None;
        if (malformed is null)
        {
            fault = _request.IsUnknownProtocol ? HeadFault.Protocol : stream.Head.Parse(head);
            malformed = fault == HeadFault.None && endStream && stream.Head.Fields.ContentLength > 0 ? "a body was announced and does not come" : null;
        }

        if (malformed is not null)
        {
            int id = stream.Flow.Id;
            stream.Head.Clear();
            stream.Flow.TryReset();
            stream.Dispose();
            Ended(stream);
            throw new Http2StreamException(id, Http2ErrorCode.ProtocolError, malformed);
        }

        if (fault == HeadFault.None)
        {
            _request.Protect(stream.Head.Fields);
        }

        return fault;
    }
}

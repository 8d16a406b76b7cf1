using System.Buffers.Binary;
using Locald.Proxy.Connections;
using Locald.Proxy.Http2.Hpack;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Http2;

internal sealed partial class Http2Session
{
    /// <summary>RFC 9113 §6, a frame at a time.</summary>
    private void Dispatch(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_block.StreamId != 0 && (header.Type != FrameType.Continuation || header.StreamId != _block.StreamId))
        {
            throw Broken("another frame within a field block");
        }

        try
        {
            switch (header.Type)
            {
                case FrameType.Data:
                    OnData(header, payload);
                    break;
                case FrameType.Headers:
                    OnHeaders(header, payload);
                    break;
                case FrameType.Priority:
                    OnPriority(header, payload);
                    break;
                case FrameType.RstStream:
                    OnReset(header, payload);
                    break;
                case FrameType.Settings:
                    OnSettings(header, payload);
                    break;
                case FrameType.PushPromise:
                    throw Broken("a client does not promise");
                case FrameType.Ping:
                    OnPing(header, payload);
                    break;
                case FrameType.GoAway:
                    OnGoAway(header, payload);
                    break;
                case FrameType.WindowUpdate:
                    OnWindowUpdate(header, payload);
                    break;
                case FrameType.Continuation:
                    OnContinuation(header, payload);
                    break;
                default:
                    // RFC 9113 §5.5: ignored, but not for nothing.
                    _budget.Spend();
                    break;
            }
        }
        catch (Http2StreamException e)
        {
            Connection.Server.Log.Event("http2", e.Message);
            Fail(e.StreamId, e.Code);
        }
    }

    /// <remarks><code>
    /// | Pad Length? (8) | Data (*) ... | Padding (*) ... |
    /// </code></remarks>
    private void OnData(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireStream(header);
        ReadOnlySpan<byte> data = Unpad(header, payload);
        lock (_gate)
        {
            _receiveWindow -= payload.Length;
            if (_receiveWindow < 0)
            {
                throw new Http2ConnectionException(Http2ErrorCode.FlowControlError, "more data than the connection's window");
            }
        }

        bool end = header.Has(FrameFlags.EndStream);
        if (data.IsEmpty && !end)
        {
            _budget.Spend();
        }

        Http2Stream? stream = Find(header.StreamId);
        if (stream is null || stream.IsReset)
        {
            RequireKnown(header);
            Credit(payload.Length);
            _budget.Spend();
            if (stream is null && !WasReset(header.StreamId))
            {
                throw new Http2StreamException(header.StreamId, Http2ErrorCode.StreamClosed, "data for a closed stream");
            }

            return;
        }

        if (stream.InputEnded)
        {
            Credit(payload.Length);
            throw new Http2StreamException(stream.Id, Http2ErrorCode.StreamClosed, "data after the end of the stream");
        }

        Http2ErrorCode error = stream.Receive(data, payload.Length, end);
        if (error != Http2ErrorCode.NoError)
        {
            Credit(payload.Length);
            throw new Http2StreamException(stream.Id, error, "the body is not as long as was announced, or longer than the stream's window");
        }
    }

    /// <remarks><code>
    /// | Pad Length? (8) | E (1) Stream Dependency? (31) | Weight? (8) | Field Block Fragment (*) ... | Padding (*) ... |
    /// </code></remarks>
    private void OnHeaders(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireStream(header);
        if (header.StreamId % 2 == 0)
        {
            throw Broken("a client's streams have odd numbers");
        }

        ReadOnlySpan<byte> fragment = Unpad(header, payload);
        bool selfDependent = false;
        if (header.Has(FrameFlags.Priority))
        {
            if (fragment.Length < 5)
            {
                throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "HEADERS is too short for its priority");
            }

            selfDependent = Number(fragment) == header.StreamId;
            fragment = fragment[5..];
        }

        _block.Begin(header.StreamId, header.Has(FrameFlags.EndStream));
        _block.Add(fragment);
        if (header.Has(FrameFlags.EndHeaders))
        {
            OnFields(selfDependent);
        }
        else
        {
            // RFC 9113 §10.5: the rest of a field block must come soon.
            Connection.AwaitClient(Wait.Head, Limits.HeadWait);
        }
    }

    private void OnContinuation(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_block.StreamId == 0)
        {
            throw Broken("CONTINUATION without a field block");
        }

        _block.Add(payload);
        if (header.Has(FrameFlags.EndHeaders))
        {
            OnFields(selfDependent: false);
            AwaitNext();
        }
    }

    /// <summary>The field block was read: what is waited for now is the next request, where none runs.</summary>
    private void AwaitNext()
    {
        lock (_gate)
        {
            if (_open.Count == 0)
            {
                Connection.AwaitClient(Wait.Idle, Limits.KeepAlive);
            }
            else
            {
                Connection.ClientCame();
            }
        }
    }

    /// <summary>A field block is whole: a request's head, or its trailers.</summary>
    private void OnFields(bool selfDependent)
    {
        int id = _block.StreamId;
        bool endStream = _block.EndStream;
        Http2Stream? stream = Find(id);
        if (id <= _lastId)
        {
            OnTrailers(id, stream, endStream);
            return;
        }

        _request.Begin();
        Decode(_request);
        _block.End();
        _lastId = id;
        if (selfDependent)
        {
            throw new Http2StreamException(id, Http2ErrorCode.ProtocolError, "a stream depends on itself");
        }

        Open(id, endStream);
    }

    private void OnTrailers(int id, Http2Stream? stream, bool endStream)
    {
        TrailerFields trailers = new();
        Decode(trailers);
        _block.End();
        byte[]? section = trailers.Take();
        if (stream is null && !WasReset(id))
        {
            throw new Http2ConnectionException(Http2ErrorCode.StreamClosed, "a field section on a closed stream");
        }

        if (stream is null || stream.IsReset)
        {
            return;
        }

        if (stream.InputEnded)
        {
            throw new Http2StreamException(id, Http2ErrorCode.StreamClosed, "a field section after the end of the stream");
        }

        if (!endStream || section is null || !stream.ReceiveTrailers(section))
        {
            throw new Http2StreamException(id, Http2ErrorCode.ProtocolError, "the trailer section is malformed");
        }
    }

    private void Decode(IFieldSink sink)
    {
        HpackFault fault = _decoder.Decode(_block.Block, sink);
        if (fault != HpackFault.None)
        {
            throw new Http2ConnectionException(Http2ErrorCode.CompressionError, $"a field block cannot be read: {fault}");
        }
    }

    /// <summary>Begins a request.</summary>
    private void Open(int id, bool endStream)
    {
        int window = _frames.InitialWindow;
        Http2Stream stream;
        lock (_gate)
        {
            if (_goingAway || IsFull())
            {
                throw new Http2StreamException(id, Http2ErrorCode.RefusedStream, "too many streams");
            }

            stream = _resting.TryPop(out Http2Stream? rested) ? rested : new(this, _frames);
            stream.Open(id, window);
            _open.Add(id, stream);
            _frames.IsCrowded = _open.Count > Limits.Uncrowded;
            Connection.ClientCame();
        }

        HeadFault fault = Parse(stream, endStream);
        _request.End();
        stream.Expect(stream.Head.Fields.ContentLength);
        if (endStream)
        {
            stream.Receive(default, 0, end: true);
        }

        stream.Run(fault);
    }

    /// <summary>
    /// Streams that the client gave up count no longer against what it may have open; those whose exchange has yet to notice are bounded too.
    /// </summary>
    private bool IsFull() => _open.Count >= Limits.Streams
        && (_open.Count >= 4 * Limits.Streams || _open.Values.Count(s => !s.IsReset) >= Limits.Streams);

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
            int id = stream.Id;
            stream.Head.Clear();
            stream.TryFail(byClient: false);
            stream.Dispose();
            Ended(stream);
            throw new Http2StreamException(id, Http2ErrorCode.ProtocolError, malformed);
        }

        return fault;
    }

    private void OnPriority(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        // RFC 9113 §5.3.2: read, and not followed.
        RequireStream(header);
        _budget.Spend();
        if (payload.Length != 5)
        {
            throw new Http2StreamException(header.StreamId, Http2ErrorCode.FrameSizeError, "PRIORITY is not of five bytes");
        }

        if (Number(payload) == header.StreamId)
        {
            throw new Http2StreamException(header.StreamId, Http2ErrorCode.ProtocolError, "a stream depends on itself");
        }
    }

    private void OnReset(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireStream(header);
        RequireLength(payload, 4, "RST_STREAM");
        RequireKnown(header);
        _budget.Spend();
        Find(header.StreamId)?.ClientReset();
    }

    private void OnSettings(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireConnection(header);
        _budget.Spend();
        if (header.Has(FrameFlags.Ack))
        {
            RequireLength(payload, 0, "an acknowledgement");
            return;
        }

        Http2Stream[] open;
        lock (_gate)
        {
            open = [.. _open.Values];
        }

        _frames.Apply(payload, open);
    }

    private void OnPing(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireConnection(header);
        RequireLength(payload, 8, "PING");
        _budget.Spend();
        if (!header.Has(FrameFlags.Ack))
        {
            _frames.Control(FrameType.Ping, FrameFlags.Ack, 0, payload);
        }
    }

    private void OnGoAway(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireConnection(header);
        if (payload.Length < 8)
        {
            throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "GOAWAY is too short");
        }

        // The client opens no more streams, and closes when it has its answers. We would have opened none.
        _budget.Spend();
    }

    private void OnWindowUpdate(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireLength(payload, 4, "WINDOW_UPDATE");
        int increment = Number(payload);
        if (increment < 1024)
        {
            // Each lets little through, and costs a frame.
            _budget.Spend();
        }

        if (header.StreamId == 0)
        {
            if (increment == 0 || !_frames.Grow(null, increment))
            {
                throw new Http2ConnectionException(increment == 0 ? Http2ErrorCode.ProtocolError : Http2ErrorCode.FlowControlError, "a window update is out of its range");
            }

            return;
        }

        RequireKnown(header);
        Http2Stream? stream = Find(header.StreamId);
        if (increment == 0 || (stream is not null && !_frames.Grow(stream, increment)))
        {
            throw new Http2StreamException(header.StreamId, increment == 0 ? Http2ErrorCode.ProtocolError : Http2ErrorCode.FlowControlError, "a window update is out of its range");
        }
    }

    /// <summary>Ends a stream for an error of its client's. A client that has all its streams reset costs as much as one that resets them.</summary>
    private void Fail(int id, Http2ErrorCode code)
    {
        _budget.Spend();
        Http2Stream? stream = Find(id);
        stream?.ClientReset();
        Remember(id);
        _frames.Reset(id, code);
    }

    private Http2Stream? Find(int id)
    {
        lock (_gate)
        {
            return _open.GetValueOrDefault(id);
        }
    }

    /// <summary>Takes the padding off (RFC 9113 §6.1).</summary>
    private static ReadOnlySpan<byte> Unpad(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (!header.Has(FrameFlags.Padded))
        {
            return payload;
        }

        return payload.Length > 0 && payload[0] < payload.Length ? payload[1..^payload[0]] : throw Broken("the padding is longer than its frame");
    }

    private static int Number(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;

    private static void RequireStream(FrameHeader header)
    {
        if (header.StreamId == 0)
        {
            throw Broken($"{header.Type} belongs to a stream");
        }
    }

    private static void RequireConnection(FrameHeader header)
    {
        if (header.StreamId != 0)
        {
            throw Broken($"{header.Type} belongs to the connection");
        }
    }

    /// <summary>RFC 9113 §5.1: nothing but HEADERS and PRIORITY may come for a stream that was not opened.</summary>
    private void RequireKnown(FrameHeader header)
    {
        if (header.StreamId > _lastId || header.StreamId % 2 == 0)
        {
            throw Broken($"{header.Type} for a stream that was not opened");
        }
    }

    private static void RequireLength(ReadOnlySpan<byte> payload, int length, string what)
    {
        if (payload.Length != length)
        {
            throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, $"{what} is of the wrong length");
        }
    }

    private static Http2ConnectionException Broken(string reason) => new(Http2ErrorCode.ProtocolError, reason);
}

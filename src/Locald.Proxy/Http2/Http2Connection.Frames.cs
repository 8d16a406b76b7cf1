using System.Buffers.Binary;

namespace Locald.Proxy.Http2;

internal abstract partial class Http2Connection<TStream>
{
    /// <summary>RFC 9113 §6, a frame at a time.</summary>
    private void Dispatch(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (Block.StreamId != 0 && (header.Type != FrameType.Continuation || header.StreamId != Block.StreamId))
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
                    throw Broken("nothing may be pushed");
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
                    Spend();
                    break;
            }
        }
        catch (Http2StreamException e)
        {
            Note(e.Message);
            Fail(e.StreamId, e.Code, e.Message);
        }
    }

    /// <remarks><code>
    /// | Pad Length? (8) | Data (*) ... | Padding (*) ... |
    /// </code></remarks>
    private void OnData(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireStream(header);
        ReadOnlySpan<byte> data = Unpad(header, payload);
        if (!Window.TryCharge(payload.Length))
        {
            throw new Http2ConnectionException(Http2ErrorCode.FlowControlError, "more data than the connection's window");
        }

        bool end = header.Has(FrameFlags.EndStream);
        if (data.IsEmpty && !end)
        {
            Spend();
        }

        StreamFlow? flow = Find(header.StreamId)?.Flow;
        if (flow is null || flow.IsReset)
        {
            RequireKnown(header);
            Window.Credit(payload.Length);
            Spend();
            if (flow is null && !MayComeLate(header.StreamId))
            {
                throw new Http2StreamException(header.StreamId, Http2ErrorCode.StreamClosed, "data for a closed stream");
            }

            return;
        }

        if (flow.InputEnded)
        {
            Window.Credit(payload.Length);
            throw new Http2StreamException(flow.Id, Http2ErrorCode.StreamClosed, "data after the end of the stream");
        }

        Http2ErrorCode error = flow.Receive(data, payload.Length, end);
        if (error != Http2ErrorCode.NoError)
        {
            Window.Credit(payload.Length);
            throw new Http2StreamException(flow.Id, error, "the body is not as long as was announced, or longer than the stream's window");
        }

        if (!end && !flow.IsDue)
        {
            flow.IsDue = true;
            _due.Add(flow);
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
            throw Broken("streams that a client opens have odd numbers, and a server opens none");
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

        Block.Begin(header.StreamId, header.Has(FrameFlags.EndStream));
        Block.Add(fragment);
        if (header.Has(FrameFlags.EndHeaders))
        {
            OnFields(selfDependent);
        }
        else
        {
            // RFC 9113 §10.5: the rest of a field block must come soon.
            OnBlock(begun: true);
        }
    }

    private void OnContinuation(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (Block.StreamId == 0)
        {
            throw Broken("CONTINUATION without a field block");
        }

        Block.Add(payload);
        if (header.Has(FrameFlags.EndHeaders))
        {
            OnFields(selfDependent: false);
            OnBlock(begun: false);
        }
    }

    private void OnPriority(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        // RFC 9113 §5.3.2: read, and not followed.
        RequireStream(header);
        Spend();
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
        Spend();
        ResetByPeer(header.StreamId, (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload), null);
    }

    private void OnSettings(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireConnection(header);
        Spend();
        if (header.Has(FrameFlags.Ack))
        {
            RequireLength(payload, 0, "an acknowledgement");
            return;
        }

        Frames.Apply(payload);
    }

    private void OnPing(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireConnection(header);
        RequireLength(payload, 8, "PING");
        Spend();
        if (!header.Has(FrameFlags.Ack))
        {
            Frames.Control(FrameType.Ping, FrameFlags.Ack, 0, payload);
        }
    }

    private void OnGoAway(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireConnection(header);
        if (payload.Length < 8)
        {
            throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "GOAWAY is too short");
        }

        Spend();
        OnGoAway(Number(payload));
    }

    private void OnWindowUpdate(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        RequireLength(payload, 4, "WINDOW_UPDATE");
        int increment = Number(payload);
        if (increment < 1024)
        {
            // Each lets little through, and costs a frame.
            Spend();
        }

        if (header.StreamId == 0)
        {
            if (increment == 0 || !Frames.Grow(null, increment))
            {
                throw new Http2ConnectionException(increment == 0 ? Http2ErrorCode.ProtocolError : Http2ErrorCode.FlowControlError, "a window update is out of its range");
            }

            return;
        }

        RequireKnown(header);
        StreamFlow? flow = Find(header.StreamId)?.Flow;
        if (increment == 0 || (flow is not null && !Frames.Grow(flow, increment)))
        {
            throw new Http2StreamException(header.StreamId, increment == 0 ? Http2ErrorCode.ProtocolError : Http2ErrorCode.FlowControlError, "a window update is out of its range");
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
        if (!WasOpened(header.StreamId))
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
}

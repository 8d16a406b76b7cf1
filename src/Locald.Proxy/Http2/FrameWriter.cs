using System.Buffers.Binary;
using System.Buffers.Text;
using Locald.Proxy.Http2.Hpack;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Http2;

/// <summary>
/// All that goes out on one connection. Streams append whole frames under one lock, in which also the windows and the HPACK table are
/// kept; the <see cref="FramePump"/> sends what has gathered.
/// </summary>
internal sealed class FrameWriter
{
    private readonly FramePump _pump;
    private readonly Lock _gate;
    private readonly HpackEncoder _encoder = new();
    private readonly PeerSettings _peer;

    /// <summary>The open streams, whose windows move with the peer's initial one.</summary>
    private readonly HashSet<StreamFlow> _flows = [];

    /// <summary>Those that have something to send and may not.</summary>
    private readonly List<StreamFlow> _held = [];
    private long _window = 65_535;

    /// <summary>The stream whose DATA frame stands last among what waits, and where it begins: it can still become the stream's last.</summary>
    private (StreamFlow? Stream, int Start, long Round) _tail;

    /// <param name="stream">Where to: the TLS stream, or the transport itself where there is none.</param>
    /// <param name="transport">What <paramref name="stream"/> writes to.</param>
    /// <param name="ofServer">Whether the peer is a server.</param>
    internal FrameWriter(Stream stream, SocketStream transport, bool ofServer)
    {
        _pump = new(stream, transport, Wake);
        _gate = _pump.Gate;
        _peer = new(ofServer);
    }

    private FrameBuffer Waiting => _pump.Waiting;

    /// <summary>Whether so much waits that nothing more should be read which asks for an answer.</summary>
    internal bool IsBacklogged
    {
        get
        {
            lock (_gate)
            {
                return Waiting.Length > Limits.Http2Backlog && !_pump.IsBroken;
            }
        }
    }

    /// <summary>Streams that the peer lets us have open at once.</summary>
    internal uint MaxStreams
    {
        get
        {
            lock (_gate)
            {
                return _peer.MaxConcurrentStreams;
            }
        }
    }

    /// <summary>Whether the peer takes extended CONNECT (RFC 8441 §3).</summary>
    internal bool TakesConnect
    {
        get
        {
            lock (_gate)
            {
                return _peer.EnableConnectProtocol;
            }
        }
    }

    /// <summary>Appends what a client begins with.</summary>
    internal void Preface(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            Waiting.Append(bytes);
        }
    }

    /// <summary>A stream begins.</summary>
    internal void Open(StreamFlow flow)
    {
        lock (_gate)
        {
            flow.SendWindow = _peer.InitialWindowSize;
            _flows.Add(flow);
            _pump.IsCrowded = _flows.Count > Limits.Uncrowded;
        }
    }

    /// <summary>It has ended, and nothing is sent on it any more.</summary>
    internal void Close(StreamFlow flow)
    {
        lock (_gate)
        {
            _flows.Remove(flow);
            _pump.IsCrowded = _flows.Count > Limits.Uncrowded;
        }
    }

    /// <summary>Appends a frame that carries no data and no fields, and sends it with the next write.</summary>
    internal void Control(FrameType type, FrameFlags flags, int streamId, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            Append(new(payload.Length, type, flags, streamId), payload);
        }
    }

    internal void Reset(int streamId, Http2ErrorCode code)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)code);
        Control(FrameType.RstStream, FrameFlags.None, streamId, payload);
    }

    internal void GoAway(int lastStreamId, Http2ErrorCode code)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, lastStreamId);
        BinaryPrimitives.WriteUInt32BigEndian(payload[4..], (uint)code);
        Control(FrameType.GoAway, FrameFlags.None, 0, payload);
    }

    /// <param name="streamId">0 for the connection's window.</param>
    /// <param name="increment">Bytes.</param>
    internal void WindowUpdate(int streamId, int increment)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, increment);
        Control(FrameType.WindowUpdate, FrameFlags.None, streamId, payload);
    }

    /// <summary>Begins a field section; it is appended once the result is disposed of, and until then nobody else appends.</summary>
    /// <param name="of">Its stream.</param>
    /// <param name="endStream">Whether nothing follows it.</param>
    /// <exception cref="IOException">The stream was reset.</exception>
    internal FieldBlock Fields(StreamFlow of, bool endStream)
    {
        Lock.Scope scope = _gate.EnterScope();
        if (of.IsReset || _pump.IsBroken)
        {
            scope.Dispose();
            throw StreamFlow.Gone();
        }

        int start = Waiting.Length;
        Waiting.Append(default(FrameHeader));
        _encoder.Begin(Waiting);
        return new(this, scope, of, start, endStream);
    }

    /// <summary>Appends as much of the data as the windows and the backlog let through.</summary>
    /// <param name="of">Its stream; it is woken when more may go, where not all did.</param>
    /// <param name="data">What is to be sent.</param>
    /// <returns>Bytes that were taken.</returns>
    /// <exception cref="IOException">The stream was reset.</exception>
    internal int Data(StreamFlow of, ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            ThrowIfReset(of);
            int taken = 0;
            while (taken < data.Length)
            {
                int room = (int)Math.Min(Math.Min(of.SendWindow, _window), Limits.Http2Backlog - Waiting.Length);
                int length = Math.Min(Math.Min(room, Limits.Http2Frame), data.Length - taken);
                if (length <= 0)
                {
                    of.Hold();
                    _held.Add(of);
                    break;
                }

                _tail = (of, Waiting.Length, _pump.Round);
                Waiting.Append(new FrameHeader(length, FrameType.Data, FrameFlags.None, of.Id));
                Waiting.Append(data.Slice(taken, length));
                taken += length;
                _window -= length;
                of.SendWindow -= length;
            }

            return taken;
        }
    }

    /// <summary>Ends a stream's data: by a flag on its last frame where that still waits, else by an empty one (RFC 9113 §6.1).</summary>
    /// <exception cref="IOException">The stream was reset.</exception>
    internal void End(StreamFlow of)
    {
        lock (_gate)
        {
            if (of.OutputEnded)
            {
                return;
            }

            ThrowIfReset(of);
            of.OutputEnded = true;
            if (_tail.Stream == of && _tail.Round == _pump.Round)
            {
                Waiting.From(_tail.Start)[4] |= (byte)FrameFlags.EndStream;
            }
            else
            {
                Waiting.Append(new FrameHeader(0, FrameType.Data, FrameFlags.EndStream, of.Id));
            }

            _tail = default;
        }
    }

    /// <summary>Takes the peer's SETTINGS and acknowledges them.</summary>
    /// <param name="payload">The frame's payload.</param>
    /// <exception cref="Http2ConnectionException">A value is out of its range.</exception>
    internal void Apply(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            long before = _peer.InitialWindowSize;
            Http2ErrorCode error = _peer.Apply(payload);
            if (error != Http2ErrorCode.NoError)
            {
                throw new Http2ConnectionException(error, "a setting is out of its range");
            }

            _encoder.SetTableSize(_peer.HeaderTableSize);
            long change = _peer.InitialWindowSize - before;
            foreach (StreamFlow open in _flows)
            {
                // RFC 9113 §6.9.2.
                open.SendWindow += change;
                if (open.SendWindow > int.MaxValue)
                {
                    throw new Http2ConnectionException(Http2ErrorCode.FlowControlError, "a window grew beyond its bound");
                }
            }

            Append(new(0, FrameType.Settings, FrameFlags.Ack, 0), default);
        }

        Wake();
    }

    /// <summary>The peer takes more. False where a window grew beyond its bound (RFC 9113 §6.9.1).</summary>
    /// <param name="of">The stream; null for the connection.</param>
    /// <param name="increment">Bytes.</param>
    internal bool Grow(StreamFlow? of, int increment)
    {
        lock (_gate)
        {
            long grown = increment + (of is null ? _window : of.SendWindow);
            if (grown > int.MaxValue)
            {
                return false;
            }

            if (of is null)
            {
                _window = grown;
            }
            else
            {
                of.SendWindow = grown;
            }
        }

        Wake();
        return true;
    }

    /// <summary>Sends what waits, unless somebody does already.</summary>
    internal void Flush() => _pump.Flush();

    /// <inheritdoc cref="FramePump.DrainAsync"/>
    internal Task DrainAsync() => _pump.DrainAsync();

    /// <inheritdoc cref="FramePump.EndAsync"/>
    internal Task EndAsync() => _pump.EndAsync();

    /// <summary>Nothing is sent any more, and nobody waits for it.</summary>
    internal void Break() => _pump.Break();

    /// <summary>Lets those try again who were held.</summary>
    private void Wake()
    {
        StreamFlow[] held;
        lock (_gate)
        {
            if (_held.Count == 0)
            {
                return;
            }

            held = [.. _held];
            _held.Clear();
        }

        foreach (StreamFlow stream in held)
        {
            stream.Release();
        }
    }

    private void ThrowIfReset(StreamFlow of)
    {
        if (of.IsReset || _pump.IsBroken)
        {
            throw StreamFlow.Gone();
        }
    }

    private void Append(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (!_pump.IsBroken)
        {
            Waiting.Append(header);
            Waiting.Append(payload);
            _tail = default;
        }
    }

    /// <summary>Puts the frame's header before the field block; one that is longer than a frame goes on in CONTINUATION frames (RFC 9113 §6.10).</summary>
    private void Seal(int streamId, int start, bool endStream)
    {
        int length = Waiting.Length - start - FrameHeader.Size;
        FrameFlags flags = endStream ? FrameFlags.EndStream : FrameFlags.None;
        if (length <= Limits.Http2Frame)
        {
            new FrameHeader(length, FrameType.Headers, flags | FrameFlags.EndHeaders, streamId).Write(Waiting.From(start));
            return;
        }

        byte[] block = Waiting.From(start + FrameHeader.Size).ToArray();
        Waiting.Truncate(start);
        for (int at = 0; at < block.Length; at += Limits.Http2Frame)
        {
            int part = Math.Min(Limits.Http2Frame, block.Length - at);
            flags |= at + part == block.Length ? FrameFlags.EndHeaders : FrameFlags.None;
            Waiting.Append(new FrameHeader(part, at == 0 ? FrameType.Headers : FrameType.Continuation, flags, streamId));
            Waiting.Append(block.AsSpan(at, part));
            flags = FrameFlags.None;
        }
    }

    /// <summary>A field section in the making.</summary>
    internal ref struct FieldBlock(FrameWriter writer, Lock.Scope scope, StreamFlow of, int start, bool endStream)
    {
        private Lock.Scope _scope = scope;

        internal readonly void Status(int status) => writer._encoder.WriteStatus(writer.Waiting, status);

        /// <param name="name">In any case; it goes out in lower case (RFC 9113 §8.2.1).</param>
        /// <param name="value">As it is.</param>
        internal readonly void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => writer._encoder.Write(writer.Waiting, name, value);

        /// <param name="line">A field of another message.</param>
        /// <param name="bytes">The bytes that it was parsed from.</param>
        internal readonly void Field(in FieldLine line, ReadOnlySpan<byte> bytes) =>
            writer._encoder.Write(writer.Waiting, line.Name(bytes), line.Value(bytes), line.NeverIndexed);

        internal readonly void Field(ReadOnlySpan<byte> name, long number)
        {
            Span<byte> digits = stackalloc byte[20];
            Utf8Formatter.TryFormat(number, digits, out int length);
            Field(name, digits[..length]);
        }

        public void Dispose()
        {
            writer.Seal(of.Id, start, endStream);
            writer._tail = default;
            of.OutputEnded |= endStream;
            _scope.Dispose();
        }
    }
}

using System.Runtime.CompilerServices;
using Locald.Proxy.Http2.Hpack;
using Locald.Proxy.IO;

namespace Locald.Proxy.Http2;

/// <summary>
/// One connection of HTTP/2 (RFC 9113), whichever side of it we are. It reads frames, one after the other, and hands what they carry
/// to their streams, which run beside each other; what streams send goes through the <see cref="FrameWriter"/>.
/// </summary>
/// <typeparam name="TStream">A stream, as this side has it.</typeparam>
internal abstract partial class Http2Connection<TStream> where TStream : class, IHttp2Stream
{
    /// <summary>What every client begins with, RFC 9113 §3.4.</summary>
    protected static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    private readonly HpackDecoder _decoder = new();

    /// <summary>Streams that we reset lately: what crossed that on its way is no offence (RFC 9113 §5.1).</summary>
    private readonly int[] _reset = new int[Limits.RememberedResets];
    private int _resets;

    /// <summary>Streams for which something came that their readers were not told of, and the bytes of the frames since.</summary>
    private readonly List<StreamFlow> _due = [];
    private int _sinceDelivery;

    /// <param name="stream">Where frames come from and go to.</param>
    /// <param name="transport">What <paramref name="stream"/> stands on; itself where there is no TLS.</param>
    /// <param name="window">Bytes that the peer may send ahead of us on all streams together.</param>
    /// <param name="ofServer">Whether the peer is a server.</param>
    protected Http2Connection(Stream stream, SocketStream transport, int window, bool ofServer)
    {
        transport.FullDuplex = true;
        Input = new(stream);
        Frames = new(stream, transport, ofServer);
        Window = new(Frames, window);
    }

    internal FrameWriter Frames { get; }

    internal ConnectionWindow Window { get; }

    protected InputBuffer Input { get; }

    protected FieldBlockReader Block { get; } = new();

    /// <summary>Guards <see cref="Open"/> and what goes with it.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>The open streams, by their identifiers.</summary>
    protected Dictionary<int, TStream> Open { get; } = [];

    /// <summary>Ends a stream before its time, and tells the peer why.</summary>
    internal void Reset(StreamFlow flow, Http2ErrorCode code)
    {
        if (!flow.TryMark())
        {
            return;
        }

        if (!(flow.OutputEnded && flow.InputEnded))
        {
            Remember(flow.Id);
            Frames.Reset(flow.Id, code);
        }

        flow.Unblock();
        Frames.Flush();
    }

    /// <summary>Whether the peer may speak of that stream: it was opened, and perhaps closed.</summary>
    protected abstract bool WasOpened(int id);

    /// <summary>A field block is whole; it is to be decoded and ended.</summary>
    protected abstract void OnFields(bool selfDependent);

    /// <summary>The peer ends the connection, and has not looked at streams above that one (RFC 9113 §6.8).</summary>
    protected abstract void OnGoAway(int lastStreamId);

    /// <summary>A frame came that costs work and brings none done.</summary>
    /// <exception cref="Http2ConnectionException">There were too many.</exception>
    protected abstract void Spend();

    /// <summary>A stream was ended for an error of the peer's.</summary>
    protected abstract void Note(string error);

    /// <summary>Waits until the peer has taken the answers that wait for it.</summary>
    protected virtual Task DrainAsync() => Frames.DrainAsync();

    /// <summary>The peer's first SETTINGS came.</summary>
    protected abstract void OnGreeting();

    /// <summary>A field block has begun, or ended.</summary>
    protected virtual void OnBlock(bool begun)
    {
    }

    /// <summary>Whether frames may still be on their way for a stream that is no more.</summary>
    protected virtual bool MayComeLate(int id)
    {
        lock (Gate)
        {
            return Array.IndexOf(_reset, id) >= 0;
        }
    }

    /// <summary>Our SETTINGS, and as much of a window for the connection as we can hold.</summary>
    protected void Greet(ReadOnlySpan<(SettingId Id, int Value)> values)
    {
        Span<byte> settings = stackalloc byte[values.Length * PeerSettings.Size];
        for (int i = 0; i < values.Length; i++)
        {
            PeerSettings.Write(settings[(i * PeerSettings.Size)..], values[i].Id, values[i].Value);
        }

        Frames.Control(FrameType.Settings, FrameFlags.None, 0, settings);
        Window.Open();
        Frames.Flush();
    }

    /// <summary>Reads frames to the end of the connection.</summary>
    /// <exception cref="Http2ConnectionException">The peer made an error that ends the connection.</exception>
    /// <exception cref="IOException">The peer is gone.</exception>
    protected async Task ReadFramesAsync()
    {
        bool greeted = false;
        try
        {
            while (true)
            {
                if (!FrameHeader.TryParse(Input.Unread, out FrameHeader header) || Whole(header) > Input.Unread.Length)
                {
                    if (!await FillAsync())
                    {
                        return;
                    }

                    continue;
                }

                if (!greeted && (header.Type != FrameType.Settings || header.Has(FrameFlags.Ack)))
                {
                    throw new Http2ConnectionException(Http2ErrorCode.ProtocolError, "the first frame is not SETTINGS");
                }

                Dispatch(header, Input.Unread.Slice(FrameHeader.Size, header.Length));
                Input.Take(Whole(header));
                if (!greeted)
                {
                    greeted = true;
                    OnGreeting();
                }

                _sinceDelivery += Whole(header);
                if (_sinceDelivery >= Limits.LargeBuffer)
                {
                    Deliver();
                }

                if (Frames.IsBacklogged)
                {
                    // Answers wait for a peer that takes none: so do its questions.
                    Deliver();
                    await DrainAsync();
                }
            }
        }
        finally
        {
            Deliver();
        }
    }

    protected void Decode(IFieldSink sink)
    {
        HpackFault fault = _decoder.Decode(Block.Block, sink);
        if (fault != HpackFault.None)
        {
            throw new Http2ConnectionException(Http2ErrorCode.CompressionError, $"a field block cannot be read: {fault}");
        }
    }

    protected TStream? Find(int id)
    {
        lock (Gate)
        {
            return Open.GetValueOrDefault(id);
        }
    }

    protected static Http2ConnectionException Broken(string reason) => new(Http2ErrorCode.ProtocolError, reason);

    /// <summary>Bytes of the whole frame.</summary>
    /// <exception cref="Http2ConnectionException">It is longer than we announced (RFC 9113 §4.2).</exception>
    private static int Whole(FrameHeader header) => header.Length <= Limits.Http2Frame ? FrameHeader.Size + header.Length
        : throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "a frame is too long");

    /// <summary>Reads more; what waits for the peer is sent before. False at the end of the connection.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync()
    {
        Frames.Flush();
        if (Input.IsEmpty)
        {
            // Without a buffer, while there is nothing to read.
            await DeliverBefore(Input.WaitAsync());
        }

        return await DeliverBefore(Input.FillAsync()) > 0;
    }

    /// <summary>
    /// Whoever reads a stream is told once the next frame has to be waited for, or enough came: a frame at a time, each would cost a send
    /// to the other side.
    /// </summary>
    private ValueTask<int> DeliverBefore(ValueTask<int> reading)
    {
        if (!reading.IsCompleted)
        {
            Deliver();
        }

        return reading;
    }

    private void Deliver()
    {
        _sinceDelivery = 0;
        foreach (StreamFlow flow in _due)
        {
            flow.IsDue = false;
            flow.Deliver();
        }

        _due.Clear();
    }

    /// <summary>Ends a stream for an error of its peer's.</summary>
    private void Fail(int id, Http2ErrorCode code, string error)
    {
        // A peer that has all its streams reset costs as much as one that resets them.
        Spend();
        ResetByPeer(id, code, error);
        Remember(id);
        Frames.Reset(id, code);
    }

    private void ResetByPeer(int id, Http2ErrorCode code, string? error)
    {
        if (Find(id) is { } stream)
        {
            // What came before is still for the reader.
            stream.Flow.Deliver();
            stream.PeerReset(code, error);
        }
    }

    private void Remember(int id)
    {
        lock (Gate)
        {
            _reset[_resets++ % _reset.Length] = id;
        }
    }
}

using System.Net.Sockets;
using Locald.Proxy.Connections;
using Locald.Proxy.Http2;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Upstream;

/// <summary>One connection of HTTP/2 to an upstream: many exchanges run on it, each on a stream of its own.</summary>
internal sealed class Http2Upstream : Http2Connection<UpstreamStream>
{
    private readonly SocketStream _transport;
    private readonly Stream _stream;
    private readonly Func<long> _clock;
    private readonly Action<string> _note;
    private readonly ResponseFields _response = new();
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Identifiers are given, and their HEADERS sent, in one order (RFC 9113 §5.1.1).</summary>
    private readonly Lock _opening = new();
    private int _nextId = 1;
    private int _reserved;
    private bool _closing;

    /// <summary>Whether the upstream takes nothing any more, not even for a link that was given out.</summary>
    private bool _ended;

    /// <param name="dialled">The connection; it is owned from here on.</param>
    /// <param name="clock">Milliseconds.</param>
    /// <param name="note">Takes what the upstream does wrong, for the log.</param>
    private Http2Upstream(Dialled dialled, Func<long> clock, Action<string> note)
        : base(dialled.Stream, dialled.Transport, Limits.UpstreamStreams * Limits.StreamWindow, ofServer: true)
    {
        (_transport, _stream, _clock, _note) = (dialled.Transport, dialled.Stream, clock, note);
        RestingSince = clock();
    }

    /// <summary>Since when no exchange uses it, in milliseconds of the clock.</summary>
    internal long RestingSince { get; private set; }

    /// <summary>Whether no exchange uses it.</summary>
    internal bool IsResting
    {
        get
        {
            lock (Gate)
            {
                return _reserved == 0;
            }
        }
    }

    /// <summary>Whether it takes no more exchanges.</summary>
    internal bool IsClosing
    {
        get
        {
            lock (Gate)
            {
                return _closing;
            }
        }
    }

    /// <summary>Sends our greeting, and waits for the upstream's: what it allows is known before the first request goes out.</summary>
    /// <exception cref="UpstreamException">It does not speak HTTP/2, or says nothing in time.</exception>
    internal static async Task<Http2Upstream> StartAsync(Dialled dialled, Func<long> clock, Action<string> note)
    {
        Http2Upstream connection = new(dialled, clock, note);
        connection.Run();
        try
        {
            await connection._greeted.Task.WaitAsync(TimeSpan.FromMilliseconds(Limits.Connect));
            return connection;
        }
        catch (TimeoutException e)
        {
            connection.Close();
            throw new UpstreamException(UpstreamFault.ConnectTimeout, $"no HTTP/2 settings within {Limits.Connect / 1000} s", e);
        }
    }

    /// <summary>A link for one exchange; null where the upstream takes no more at once, or the connection ends.</summary>
    internal UpstreamStream? TryTake()
    {
        lock (Gate)
        {
            // Half of the identifiers are the server's; what is left of ours lasts for the streams that may be open.
            if (_closing || _reserved >= Math.Min(Frames.MaxStreams, Limits.UpstreamStreams) || _nextId > int.MaxValue - (2 * Limits.UpstreamStreams))
            {
                return null;
            }

            _reserved++;
        }

        return new(this);
    }

    /// <summary>Begins a stream with the request's head.</summary>
    /// <exception cref="UpstreamException">The connection takes none any more.</exception>
    internal void Begin(UpstreamStream stream, RequestHead head, UpstreamTarget target, int prefixLength, ForwardedFields forwarded, bool webSocket)
    {
        if (webSocket && !Frames.TakesConnect)
        {
            throw new UpstreamException(UpstreamFault.BadResponse, "it takes no WebSockets over HTTP/2 (RFC 8441)");
        }

        lock (_opening)
        {
            lock (Gate)
            {
                if (_ended)
                {
                    throw new UpstreamException(UpstreamFault.ClosedEarly, "the connection is ending") { NotProcessed = true };
                }

                stream.Flow.Begin(_nextId);
                Open.Add(_nextId, stream);
                _nextId += 2;
            }

            Frames.Open(stream.Flow);
            try
            {
                using FrameWriter.FieldBlock block = Frames.Fields(stream.Flow, endStream: !webSocket && head.BodyKind == BodyKind.None);
                RequestWriter.Write(block, head, target, prefixLength, forwarded, webSocket);
            }
            catch (IOException e)
            {
                throw new UpstreamException(UpstreamFault.ClosedEarly, "the connection closed before the request was sent", e) { NotProcessed = true };
            }
        }
    }

    /// <summary>An exchange is done with its link.</summary>
    internal void Release(UpstreamStream stream)
    {
        bool last;
        lock (Gate)
        {
            Open.Remove(stream.Flow.Id);
            RestingSince = _clock();
            last = --_reserved == 0 && _closing;
        }

        Frames.Close(stream.Flow);
        if (last)
        {
            End();
        }
    }

    /// <summary>Takes no more exchanges, and ends with the last that has a link, begun or not.</summary>
    internal void Close()
    {
        bool last;
        lock (Gate)
        {
            _closing = true;
            last = _reserved == 0;
        }

        if (last)
        {
            End();
        }
    }

    internal void KeepProbing() => KeepAlive.Set(_transport.Socket);

    protected override bool WasOpened(int id)
    {
        lock (Gate)
        {
            return id % 2 == 1 && id < _nextId;
        }
    }

    /// <summary>A response may be on its way when its client leaves, and clients leave in bursts.</summary>
    protected override bool MayComeLate(int id) => true;

    protected override void OnGreeting() => _greeted.TrySetResult();

    protected override void OnFields(bool selfDependent)
    {
        int id = Block.StreamId;
        bool end = Block.EndStream;
        if (!WasOpened(id))
        {
            throw Broken("HEADERS for a stream that was not opened");
        }

        UpstreamStream? stream = Find(id);
        if (stream is { HasFinalHead: true })
        {
            OnTrailers(stream, end);
            return;
        }

        _response.Begin();
        Decode(_response);
        Block.End();
        if (stream is { Flow.IsReset: false } && stream.ReceiveHead(_response, end) is { } malformed)
        {
            throw new Http2StreamException(id, Http2ErrorCode.ProtocolError, malformed);
        }

        _response.End();
    }

    protected override void OnGoAway(int lastStreamId)
    {
        UpstreamStream[] refused;
        bool last;
        lock (Gate)
        {
            _closing = _ended = true;
            refused = [.. Open.Where(o => o.Key > lastStreamId).Select(o => o.Value)];
            last = _reserved == 0;
        }

        foreach (UpstreamStream stream in refused)
        {
            stream.Fail(new(UpstreamFault.ClosedEarly, "the upstream ends the connection") { NotProcessed = true });
        }

        if (last)
        {
            End();
        }
    }

    /// <summary>What an upstream costs is bounded by what it sends; only a stranger needs a budget.</summary>
    protected override void Spend()
    {
    }

    protected override void Note(string error) => _note(error);

    private void OnTrailers(UpstreamStream stream, bool end)
    {
        TrailerFields trailers = new();
        Decode(trailers);
        Block.End();
        if (!stream.Flow.IsReset && (!end || !stream.ReceiveTrailers(trailers)))
        {
            throw new Http2StreamException(stream.Flow.Id, Http2ErrorCode.ProtocolError, "the trailer section is malformed");
        }
    }

    /// <summary>Reads to the end of the connection, and tells all who wait. Never throws for what a peer does.</summary>
    private async void Run()
    {
        UpstreamException end;
        try
        {
            Frames.Preface(Preface);
            Greet([
                (SettingId.EnablePush, 0),
                (SettingId.InitialWindowSize, Limits.StreamWindow),
                (SettingId.MaxHeaderListSize, Limits.Head),
            ]);
            await ReadFramesAsync();
            end = new(UpstreamFault.ClosedEarly, "the connection closed without an answer");
        }
        catch (Http2ConnectionException e)
        {
            _note(e.Message);
            end = new(UpstreamFault.BadResponse, Input.Unread.StartsWith("HTTP/1."u8) ? "it answers in HTTP/1.1: name it as http://" : e.Message, e);
            Frames.GoAway(0, e.Code);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            Frames.Break();
            end = new(UpstreamFault.ClosedEarly, "the connection closed without an answer", e);
        }

        UpstreamStream[] open;
        lock (Gate)
        {
            _closing = _ended = true;
            open = [.. Open.Values];
        }

        _greeted.TrySetException(end);
        foreach (UpstreamStream stream in open)
        {
            stream.Fail(end);
        }

        // What was said last is still sent to an upstream that takes it.
        await Task.WhenAny(Frames.EndAsync(), Task.Delay(Limits.Linger));
        Frames.Break();
        _stream.Dispose();
        _transport.Dispose();
        Input.Dispose();
        Block.End();
        _response.End();
    }

    /// <summary>Says so, and ends; the reader finds out.</summary>
    private void End()
    {
        Frames.GoAway(0, Http2ErrorCode.NoError);
        try
        {
            _transport.Socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            // The upstream was faster.
        }
    }
}

using System.Net;
using Locald.Proxy.Connections;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Serving;

namespace Locald.Proxy.Http2;

/// <summary>One request of an HTTP/2 client and its response. Serves one request after the other, each on a stream of its own.</summary>
internal sealed class Http2Stream : ClientSide, IHttp2Stream, IDisposable
{
    private readonly Http2Session _session;
    private readonly InputBuffer _input;
    private readonly BodyReader _body;
    private readonly RequestHandler _handler;

    internal Http2Stream(Http2Session session)
        : base(session.Connection.Server)
    {
        _session = session;
        Flow = new(session.Frames, session.Window);
        Bytes = new(Flow, session.Frames);
        _input = new(Bytes);
        _body = new(_input);
        _handler = new(this, Head, _body, new Http2ResponseWriter(this, session.Frames, Head));
    }

    public StreamFlow Flow { get; }

    /// <summary>The stream's data, in both directions.</summary>
    internal StreamBytes Bytes { get; }

    internal RequestHead Head { get; } = new();

    internal override IPEndPoint? Client => _session.Connection.Client;

    internal override bool IsHttp2 => true;

    internal override bool IsGone => Flow.IsReset;

    /// <summary>Makes it ready for a request.</summary>
    internal void Begin(int id)
    {
        ResetWaits();
        Flow.Begin(id);
    }

    /// <summary>Serves the request to its end. Never throws for what a peer does.</summary>
    /// <param name="fault">What its head is refused for.</param>
    internal async void Run(HeadFault fault)
    {
        try
        {
            _handler.Begin();
            if (fault != HeadFault.None)
            {
                await _handler.RefuseAsync(fault);
            }
            else
            {
                _body.Begin(Head.BodyKind == BodyKind.None ? BodyKind.None : BodyKind.UntilClose, -1);
                await _handler.ServeAsync(_session.ServerName);
            }

            if (!Flow.OutputEnded)
            {
                _session.Reset(Flow, Http2ErrorCode.InternalError);
            }
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            // Never a clean end for a response that is not whole (RFC 9113 §8.1).
            _session.Reset(Flow, Http2ErrorCode.InternalError);
        }
        catch (Exception e) when (Server.Options.Bug is not null)
        {
            Server.Options.Bug(e);
            _session.Reset(Flow, Http2ErrorCode.InternalError);
        }

        await _handler.Settled;
        Dispose();
        _session.Ended(this);
    }

    /// <summary>Gives its buffers back; it can be used again. Data that nobody read is not the next request's.</summary>
    public void Dispose()
    {
        Flow.Drop();
        _input.Dispose();
        Head.Dispose();
    }

    /// <summary>The trailer section of the request; nothing follows it.</summary>
    internal bool ReceiveTrailers(TrailerFields trailers) => trailers.MoveTo(_body) && Flow.Receive(default, 0, end: true) == Http2ErrorCode.NoError;

    /// <summary>The response is whole: a request that still comes is no longer wanted (RFC 9113 §8.1).</summary>
    internal void ResponseEnded()
    {
        if (!Flow.InputEnded)
        {
            _session.Reset(Flow, Http2ErrorCode.NoError);
        }
    }

    internal override Task EndOutputAsync()
    {
        _session.Frames.End(Flow);
        _session.Frames.Flush();
        return Task.CompletedTask;
    }

    internal override void KeepProbing() => _session.Connection.KeepProbing();

    public void PeerReset(Http2ErrorCode code, string? error)
    {
        if (!Flow.IsReset)
        {
            ClientGone = true;
            Flow.TryReset();
        }

        AbortUpstream();
    }

    protected override void Cut() => _session.Reset(Flow, Http2ErrorCode.Cancel);

    protected override void EndInput() => Flow.EndWaiting("the request's body did not come in time");

    protected override bool HasLeft() => false;
}

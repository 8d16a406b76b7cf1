using Locald.Proxy.Http2;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Upstream;

/// <summary>One exchange on a connection of HTTP/2 to an upstream.</summary>
internal sealed class UpstreamStream : UpstreamLink, IHttp2Stream
{
    private readonly Http2Upstream _connection;
    private readonly Lock _gate = new();

    /// <summary>Heads that came and were not read, and whether the stream ended with them.</summary>
    private readonly Queue<(byte[] Text, int[] NeverIndexed, bool End)> _heads = new();
    private TaskCompletionSource? _waiting;
    private UpstreamException? _failure;
    private byte[] _head = [];
    private TrailerFields? _trailers;
    private bool _ended;
    private bool _begun;
    private bool _bodyBegun;
    private bool _aborted;
    private bool _answersHead;
    private string? _accept;

    internal UpstreamStream(Http2Upstream connection)
    {
        _connection = connection;
        Flow = new(connection.Frames, connection.Window);
        StreamBytes bytes = new(Flow, connection.Frames);
        Input = new(bytes);
        Tunnel = new(bytes);
        ResponseBody = new(Input);
    }

    public StreamFlow Flow { get; }

    /// <summary>Whether a head came that is no interim one: what follows are trailers. The reader's own.</summary>
    internal bool HasFinalHead { get; private set; }

    internal override ReadOnlySpan<byte> HeadBytes => _head;

    internal override BodyReader ResponseBody { get; }

    internal override InputBuffer Input { get; }

    internal override OutputBuffer Tunnel { get; }

    internal override void Begin(RequestHead head, UpstreamTarget target, int prefixLength, ForwardedFields forwarded)
    {
        // The only protocol that extended CONNECT is passed on for; other upgrades are an offer that may be passed over (RFC 9110 §7.8).
        bool webSocket = head.WantsWebSocket;
        _answersHead = head.IsHead;
        _accept = webSocket ? WebSocketKey.Accept(head.Find("sec-websocket-key") ?? "") : null;
        lock (_gate)
        {
            if (_aborted)
            {
                throw Closed();
            }

            _connection.Begin(this, head, target, prefixLength, forwarded, webSocket);
            _begun = true;
        }
    }

    internal override ValueTask WriteAsync(ReadOnlyMemory<byte> data) => Flow.SendAsync(data);

    internal override ValueTask FlushAsync()
    {
        _connection.Frames.Flush();
        return default;
    }

    internal override ValueTask EndAsync(BodyReader from)
    {
        TrailerWriter.End(_connection.Frames, Flow, from);
        _connection.Frames.Flush();
        return default;
    }

    internal override async ValueTask ReadHeadAsync()
    {
        int[] neverIndexed;
        while (true)
        {
            TaskCompletionSource waiting;
            lock (_gate)
            {
                if (_heads.TryDequeue(out (byte[] Text, int[] NeverIndexed, bool End) next))
                {
                    (_head, neverIndexed, _ended) = next;
                    break;
                }

                if (_failure is not null)
                {
                    throw _failure;
                }

                waiting = _waiting = new();
            }

            await waiting.Task;
        }

        HeadFault fault = Head.Parse(_head);
        if (fault != HeadFault.None)
        {
            throw new UpstreamException(UpstreamFault.BadResponse, fault.Reason());
        }

        Head.Fields.Protect(neverIndexed);
    }

    /// <summary>The end of the stream ends the body, whatever its head said of a length: that is compared as data comes.</summary>
    internal override BodyKind BodyKind(bool answersHead) =>
        _ended || answersHead || Head.Status is 204 or 304 ? Messages.BodyKind.None : Messages.BodyKind.UntilClose;

    internal override void BeginBody(BodyKind kind)
    {
        ResponseBody.Begin(kind, -1);
        lock (_gate)
        {
            _bodyBegun = true;
            if (_trailers?.MoveTo(ResponseBody) == false)
            {
                Flow.TryReset();
            }
        }
    }

    internal override void BeginTunnel()
    {
    }

    internal override Task EndOutputAsync()
    {
        _connection.Frames.End(Flow);
        _connection.Frames.Flush();
        return Task.CompletedTask;
    }

    internal override void KeepProbing() => _connection.KeepProbing();

    public override void Abort()
    {
        bool begun;
        lock (_gate)
        {
            _aborted = true;
            begun = _begun;
        }

        if (begun)
        {
            _connection.Reset(Flow, Http2ErrorCode.Cancel);
        }

        Fail(Closed());
    }

    /// <summary>A stream that did not end on both sides is reset; its connection goes on.</summary>
    public override void Dispose()
    {
        if (_begun)
        {
            _connection.Reset(Flow, Http2ErrorCode.Cancel);
        }

        Flow.Drop();
        _connection.Release(this);
        Input.Dispose();
        Tunnel.Dispose();
        Head.Fields.Dispose();
    }

    /// <summary>A head came. What is wrong with it, or null.</summary>
    /// <param name="fields">Its fields, read.</param>
    /// <param name="end">Whether the stream ends with it.</param>
    internal string? ReceiveHead(ResponseFields fields, bool end)
    {
        byte[] text = fields.Head(_accept).ToArray();
        if (fields.Malformed is not null || (end && fields.Status < 200))
        {
            return fields.Malformed ?? "an interim response ends the stream";
        }

        HasFinalHead = fields.Status >= 200;
        if (HasFinalHead && !_answersHead && fields.Status is not (204 or 304))
        {
            Flow.Expect(fields.ContentLength);
        }

        if (end && Flow.Receive(default, 0, end: true) != Http2ErrorCode.NoError)
        {
            return "a body was announced and does not come";
        }

        TaskCompletionSource? waiting;
        lock (_gate)
        {
            if (_heads.Count > Limits.Interim)
            {
                return "too many interim responses";
            }

            _heads.Enqueue((text, fields.NeverIndexed.ToArray(), end));
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetResult();
        return null;
    }

    /// <summary>The trailer section came, and with it the stream's end. False where it is malformed.</summary>
    internal bool ReceiveTrailers(TrailerFields trailers)
    {
        lock (_gate)
        {
            if (!_bodyBegun)
            {
                _trailers = trailers;
            }
            else if (!trailers.MoveTo(ResponseBody))
            {
                return false;
            }
        }

        return Flow.Receive(default, 0, end: true) == Http2ErrorCode.NoError;
    }

    /// <summary>No head comes any more, and no body but what is whole already.</summary>
    internal void Fail(UpstreamException reason)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _failure ??= reason;
            (waiting, _waiting) = (_waiting, null);
        }

        Flow.TryStop();
        waiting?.SetResult();
    }

    public void PeerReset(Http2ErrorCode code, string? error) => Fail(code switch
    {
        _ when error is not null => new(UpstreamFault.BadResponse, error),
        Http2ErrorCode.RefusedStream => new(UpstreamFault.ClosedEarly, "the upstream refused the stream") { NotProcessed = true },
        Http2ErrorCode.Http11Required => new(UpstreamFault.BadResponse, "it wants this request over HTTP/1.1: name it as http://"),
        _ => new(UpstreamFault.BadResponse, $"the stream was reset ({code})"),
    });

    private static UpstreamException Closed() => new(UpstreamFault.ClosedEarly, "the stream ended without an answer");
}

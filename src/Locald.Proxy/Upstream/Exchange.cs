using System.Runtime.CompilerServices;
using Locald.Proxy.Connections;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;
using Locald.Proxy.Serving;

namespace Locald.Proxy.Upstream;

/// <summary>
/// One request forwarded and its response brought back, both streaming. A request without body runs in one line of awaits; a body is
/// sent beside it, since an upstream may answer before it has read all.
/// </summary>
internal sealed class Exchange(ClientSide client, RequestHead head, BodyReader requestBody, ResponseWriter output, ForwardedFields forwarded)
{
    private bool _keepAlive;
    private bool _continued;
    private bool _answered;
    private Upload? _upload;

    /// <summary>Status of the response that was begun, or 0.</summary>
    internal int Status { get; private set; }

    /// <summary>Bytes of the response's body that were passed on.</summary>
    internal long ResponseBytes { get; private set; }

    /// <summary>Whether the response's head is on its way: from then on a fault can only cut the client.</summary>
    internal bool Started => Status != 0;

    /// <summary>Ends when nothing reads the request's body any more.</summary>
    internal Task Settled => _upload?.Task ?? Task.CompletedTask;

    /// <summary>What was wrong with the request's body.</summary>
    internal HeadFault RequestFault => _upload?.Fault ?? HeadFault.None;

    /// <summary>Forwards the request whose head was parsed and whose body begins in the connection's input.</summary>
    /// <exception cref="IOException">The client left, or the response broke off: nothing more can be said on the client.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<ExchangeResult> RunAsync(UpstreamTarget target, int prefixLength, bool keepAlive)
    {
        (_keepAlive, _continued, _answered, _upload, Status, ResponseBytes) = (keepAlive, false, false, null, 0, 0);
        UpstreamPool pool = client.Server.Pools.For(target);
        UpstreamLink? upstream = pool.Take(head);
        bool again = false;
        while (true)
        {
            try
            {
                upstream ??= await DialAsync(pool);
                client.Attach(upstream);
                bool whole = await TryAsync(upstream, target, prefixLength);
                client.Detach();
                if (whole)
                {
                    pool.Return(upstream);
                }
                else
                {
                    upstream.Dispose();
                }

                return new(_keepAlive);
            }
            catch (Exception e) when (e is UpstreamException || PeerGone.Explains(e))
            {
                client.Detach();
                bool mayTryAgain = !again && MayTryAgain(upstream, e);
                Abandon(upstream);
                if (mayTryAgain)
                {
                    (again, upstream) = (true, null);
                    if (e is UpstreamException { NotProcessed: false })
                    {
                        // The upstream closed while the connection rested, and so most likely all others: once more, over a new one.
                        pool.CloseRested(-1);
                    }

                    continue;
                }

                if (client.IsGone)
                {
                    // What the upstream's side died of is our own doing, and there is nobody to be told.
                    throw new IOException("the client left before the answer", e);
                }

                if (Started || e is not UpstreamException fault)
                {
                    throw;
                }

                return client.UpstreamExpired
                    ? new(_keepAlive, UpstreamFault.ResponseTimeout, $"no answer within {Limits.ResponseWait / 1000} s")
                    : new(_keepAlive, fault.Fault, fault.Message);
            }
        }
    }

    private async Task<UpstreamLink> DialAsync(UpstreamPool pool)
    {
        using ClientWatch dialling = new();

        // The dialler has a limit of its own; this one only lets the sweeper look whether the client is still there.
        client.AwaitExchange(Wait.Connect, Limits.ResponseWait);
        client.Attach(dialling);
        return await pool.DialAsync(head, dialling.Token);
    }

    /// <summary>Whether it is certain, or as good as certain, that the upstream did nothing for the request, and nothing of it is lost.</summary>
    private bool MayTryAgain(UpstreamLink? upstream, Exception e) =>
        e is UpstreamException fault && !_answered && !client.UpstreamExpired && !client.ClientGone
        && ((fault.NotProcessed && head.BodyKind == BodyKind.None)
            || (upstream is { Reused: true } && fault.Fault == UpstreamFault.ClosedEarly && head.IsReplayable));

    /// <summary>Whether both messages were whole.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TryAsync(UpstreamLink upstream, UpstreamTarget target, int prefixLength)
    {
        client.AwaitExchange(Wait.Response, Limits.ResponseWait);
        upstream.Begin(head, target, prefixLength, forwarded);
        if (head.BodyKind == BodyKind.None)
        {
            await SendHeadAsync(upstream);
        }
        else
        {
            _upload = new Upload(client, requestBody, upstream);
        }

        await ReadFinalHeadAsync(upstream);
        client.AwaitExchange(Wait.Stall, Limits.Stall);
        ResponseHead response = upstream.Head;
        if (response.Status == 101)
        {
            return await SwitchAsync(upstream);
        }

        BodyKind kind = upstream.BodyKind(head.IsHead);
        BodyKind framing = kind is not (BodyKind.Chunked or BodyKind.UntilClose) ? kind
            : response.Fields.ContentLength >= 0 ? BodyKind.Length
            : head.IsHttp10 ? BodyKind.UntilClose : BodyKind.Chunked;
        bool unread = _upload is { Ended: false };
        if (framing == BodyKind.UntilClose || client.Server.Stopping
            || (unread && (response.Status >= 400 || (head.ExpectContinue && !_continued))))
        {
            // A client that still sends a body nobody will read is told to stop.
            _keepAlive = false;
        }

        Status = response.Status;
        output.Begin(response, upstream.HeadBytes, framing, _keepAlive);
        upstream.BeginBody(kind);
        await CopyBodyAsync(upstream);
        return _upload is null || await FinishUploadAsync(upstream);
    }

    private static async ValueTask SendHeadAsync(UpstreamLink upstream)
    {
        try
        {
            await upstream.FlushAsync();
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            throw new UpstreamException(UpstreamFault.ClosedEarly, "the connection closed before the request was sent", e);
        }
    }

    /// <summary>Reads up to the final response's head, passing interim ones on.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadFinalHeadAsync(UpstreamLink upstream)
    {
        for (int interim = 0; interim <= Limits.Interim; interim++)
        {
            await upstream.ReadHeadAsync();
            if (!upstream.Head.IsInformational)
            {
                return;
            }

            if (upstream.Head.Status == 101)
            {
                RequireWantedUpgrade(upstream.Head, upstream.HeadBytes);
                return;
            }

            _answered = true;
            _continued |= upstream.Head.Status == 100;
            if (!head.IsHttp10)
            {
                output.Begin(upstream.Head, upstream.HeadBytes, BodyKind.None, _keepAlive);
                await output.FlushAsync();
            }
        }

        throw new UpstreamException(UpstreamFault.BadResponse, $"more than {Limits.Interim} interim responses");
    }

    private void RequireWantedUpgrade(ResponseHead response, ReadOnlySpan<byte> bytes)
    {
        if (!head.WantsUpgrade)
        {
            throw new UpstreamException(UpstreamFault.BadResponse, "101 to a request that asked for no upgrade");
        }

        // A client of HTTP/2 has no key that it could check the answer by (RFC 8441 §5).
        if (client.IsHttp2 && !WebSocketKey.IsAccepted(head.Find("sec-websocket-key"), response.Fields.Find("sec-websocket-accept", bytes)))
        {
            throw new UpstreamException(UpstreamFault.BadResponse, "the Sec-WebSocket-Accept of its 101 does not answer the key");
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask CopyBodyAsync(UpstreamLink upstream)
    {
        BodyReader body = upstream.ResponseBody;
        while (true)
        {
            switch (body.Next(out ReadOnlyMemory<byte> data))
            {
                case BodyStep.Data:
                    ResponseBytes += data.Length;
                    await output.WriteAsync(data);
                    break;
                case BodyStep.NeedMore:
                    if (await FillOrFlushAsync(upstream) == 0 && !body.EndOfInput())
                    {
                        // What came is passed on, but never a clean end for a response that is not whole.
                        await output.FlushAsync();
                        throw new IOException("the upstream closed within the response's body");
                    }

                    break;
                case BodyStep.End:
                    await output.EndAsync(body, last: !_keepAlive && _upload is null);
                    return;
                default:
                    await output.FlushAsync();
                    throw new IOException(body.Fault.Reason());
            }
        }
    }

    /// <summary>Reads more of the response. What waits for the client is sent only if that read has to wait, or fails.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillOrFlushAsync(UpstreamLink upstream)
    {
        client.AwaitExchange(Wait.Stall, Limits.Stall);
        ValueTask<int> filling = upstream.Input.FillAsync();
        if (!filling.IsCompletedSuccessfully)
        {
            try
            {
                await output.FlushAsync();
            }
            catch (Exception e) when (PeerGone.Explains(e))
            {
                // The read still holds the buffer: it ends first.
                upstream.Abort();
                await Task.WhenAny(filling.AsTask());
                throw;
            }
        }

        return await filling;
    }

    /// <summary>Waits for the request's body to end, within bounds. Whether it reached the upstream whole.</summary>
    private async ValueTask<bool> FinishUploadAsync(UpstreamLink upstream)
    {
        bool whole = _upload!.Ended && !_upload.Discarding;
        if (!_upload.Ended)
        {
            _upload.Discard();
            upstream.Abort();
        }

        _keepAlive &= await _upload.Task;
        return whole;
    }

    /// <summary>Gives up on the upstream. What the client still sends is read away while it is told so; the upload ends by itself.</summary>
    private void Abandon(UpstreamLink? upstream)
    {
        upstream?.Abort();
        _upload ??= head.BodyKind == BodyKind.None ? null : new Upload(client, requestBody, null);
        if (_upload is { Ended: false })
        {
            _upload.Discard();
        }

        _keepAlive &= _upload is null || (_upload.Ended && _upload.Task.Result);
        if (upstream is not null)
        {
            _ = DisposeAfterAsync(Settled, upstream);
        }
    }

    /// <summary>The upload may still hold the upstream's buffers.</summary>
    private static async Task DisposeAfterAsync(Task upload, UpstreamLink upstream)
    {
        await upload;
        upstream.Dispose();
    }

    /// <summary>101: both sides now speak another protocol, and bytes pass as they are until both have ended.</summary>
    private async ValueTask<bool> SwitchAsync(UpstreamLink upstream)
    {
        Status = 101;
        _keepAlive = false;
        output.Begin(upstream.Head, upstream.HeadBytes, BodyKind.None, _keepAlive);
        upstream.BeginTunnel();
        await output.FlushAsync();
        if (_upload is null || await _upload.Task)
        {
            await new Tunnel(client, requestBody.Input, output.Tunnel, upstream).RunAsync();
        }

        return false;
    }
}

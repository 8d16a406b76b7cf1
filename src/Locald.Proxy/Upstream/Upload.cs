using Locald.Proxy.Connections;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;

namespace Locald.Proxy.Upstream;

/// <summary>
/// A request's body on its way to the upstream, beside the response. Once nobody wants it, it is read away within bounds, so that the
/// client sees the response instead of a reset (RFC 9112 §9.6).
/// </summary>
internal sealed class Upload
{
    private readonly Lock _gate = new();
    private readonly ClientSide _client;
    private readonly BodyReader _body;
    private readonly UpstreamLink? _upstream;
    private bool _deaf;
    private bool _unwanted;
    private bool _ended;
    private long _drained;

    /// <summary>Starts at once.</summary>
    /// <param name="client">Whose limits apply.</param>
    /// <param name="body">The request's body, begun.</param>
    /// <param name="upstream">Where it goes; null to read it away.</param>
    internal Upload(ClientSide client, BodyReader body, UpstreamLink? upstream)
    {
        (_client, _body, _upstream) = (client, body, upstream);
        if (upstream is null)
        {
            Discard();
        }

        Task = RunAsync();
    }

    /// <summary>Whether the body was read to its end; false where it broke off or was too long to be read away.</summary>
    internal Task<bool> Task { get; }

    internal bool Ended => Task.IsCompleted;

    /// <summary>Whether the upstream got less than the whole body.</summary>
    internal bool Discarding => Volatile.Read(ref _deaf) || Volatile.Read(ref _unwanted);

    /// <summary>What was wrong with the body; set before the upstream is cut off for it.</summary>
    internal HeadFault Fault { get; private set; }

    /// <summary>Reads the rest away instead, for a while.</summary>
    internal void Discard()
    {
        lock (_gate)
        {
            Volatile.Write(ref _unwanted, true);
            if (!_ended)
            {
                _client.AwaitClient(Wait.Linger, Limits.Linger);
            }
        }
    }

    private async Task<bool> RunAsync()
    {
        try
        {
            return await PumpAsync();
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            Refuse(_client.Expired == Wait.Body ? HeadFault.TimedOut : HeadFault.BodyCutShort);
            return false;
        }
        finally
        {
            lock (_gate)
            {
                _ended = true;
                _client.ClientCame();
            }
        }
    }

    private async ValueTask<bool> PumpAsync()
    {
        while (true)
        {
            switch (_body.Next(out ReadOnlyMemory<byte> data))
            {
                case BodyStep.Data:
                    await TellAsync(data);
                    _drained += Discarding ? data.Length : 0;
                    if (_drained > Limits.Drain)
                    {
                        return false;
                    }

                    break;
                case BodyStep.NeedMore:
                    ValueTask<int> filling = _body.Input.FillAsync();
                    if (!filling.IsCompleted)
                    {
                        // What waits for the upstream is sent only if the read has to wait, and only then the client is waited for.
                        await FlushAsync();
                        AwaitMore();
                    }

                    if (await filling == 0 && !_body.EndOfInput())
                    {
                        Refuse(_client.Expired == Wait.Body ? HeadFault.TimedOut : HeadFault.BodyCutShort);
                        return false;
                    }

                    MoreCame();
                    break;
                case BodyStep.End:
                    await EndAsync();
                    return true;
                default:
                    Refuse(_body.Fault);
                    return false;
            }
        }
    }

    /// <summary>Nobody may take what reached the upstream for a whole request.</summary>
    private void Refuse(HeadFault fault)
    {
        Fault = fault;
        _upstream?.Abort();
    }

    private void AwaitMore()
    {
        lock (_gate)
        {
            if (!_unwanted)
            {
                _client.AwaitClient(Wait.Body, Limits.BodyWait);
            }
        }
    }

    /// <summary>While the upstream takes its time with what came, the client is not to blame.</summary>
    private void MoreCame()
    {
        lock (_gate)
        {
            if (!_unwanted)
            {
                _client.ClientCame();
                _client.RequestMoved();
            }
        }
    }

    // An upstream may have answered before it closed; that answer is read elsewhere, and the upload only stops speaking to it.
    private async ValueTask TellAsync(ReadOnlyMemory<byte> data)
    {
        if (!Discarding)
        {
            try
            {
                await _upstream!.WriteAsync(data);
            }
            catch (Exception e) when (PeerGone.Explains(e))
            {
                Volatile.Write(ref _deaf, true);
            }
        }
    }

    private async ValueTask FlushAsync()
    {
        if (!Discarding)
        {
            try
            {
                await _upstream!.FlushAsync();
            }
            catch (Exception e) when (PeerGone.Explains(e))
            {
                Volatile.Write(ref _deaf, true);
            }
        }
    }

    private async ValueTask EndAsync()
    {
        if (!Discarding)
        {
            try
            {
                await _upstream!.EndAsync(_body);
            }
            catch (Exception e) when (PeerGone.Explains(e))
            {
                Volatile.Write(ref _deaf, true);
            }
        }
    }
}

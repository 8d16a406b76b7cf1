using System.Net;

namespace Locald.Proxy.Connections;

/// <summary>
/// The client's side of an exchange, be it a connection or one stream of it, and its limits: two waits may run at once, one for the
/// client's next bytes, one for the exchange. No timer is set for either; the server's sweeper calls <see cref="Sweep"/> once a second.
/// </summary>
internal abstract class ClientSide(ProxyServer server)
{
    private readonly Lock _gate = new();
    private IAbortable? _upstream;
    private Deadline _client;
    private Deadline _exchange;
    private long _exchangeSince;

    internal ProxyServer Server { get; } = server;

    /// <summary>The client's address and port; null where the listening socket is not TCP.</summary>
    internal abstract IPEndPoint? Client { get; }

    /// <summary>Whether it is known to have ended, so that no exchange for it should begin.</summary>
    internal virtual bool IsGone => ClientGone;

    /// <summary>Whether it is a stream of HTTP/2.</summary>
    internal virtual bool IsHttp2 => false;

    /// <summary>The wait for the client that ran out, or <see cref="Wait.None"/>.</summary>
    internal Wait Expired { get; private set; }

    /// <summary>Whether the upstream's answer did not come in time.</summary>
    internal bool UpstreamExpired { get; private set; }

    /// <summary>Whether the client left during an exchange.</summary>
    internal bool ClientGone { get; private protected set; }

    /// <summary>Whether bytes pass as they are, after an upgrade.</summary>
    internal bool IsTunnel { get; set; }

    internal (Wait Client, Wait Exchange) Waits => (_client.Wait, _exchange.Wait);

    /// <summary>Sets what the client is given time for now, in milliseconds.</summary>
    internal void AwaitClient(Wait wait, int limit) => _client.Set(wait, Server.Now + limit);

    /// <summary>The client is waited for no more.</summary>
    internal void ClientCame() => _client.Clear();

    /// <summary>Sets what the exchange is given time for now, in milliseconds.</summary>
    internal void AwaitExchange(Wait wait, int limit)
    {
        long now = Server.Now;
        _exchangeSince = now;
        _exchange.Set(wait, now + limit);
    }

    /// <summary>Nothing is waited for but the client.</summary>
    internal void ExchangeEnded() => _exchange.Clear();

    /// <summary>The request is still on its way: the time for its answer begins anew.</summary>
    internal void RequestMoved() => _exchange.Extend(Wait.Response, Server.Now + Limits.ResponseWait);

    /// <summary>Names what an exchange has of its upstream, so that the sweeper can end it.</summary>
    internal void Attach(IAbortable upstream)
    {
        lock (_gate)
        {
            _upstream = upstream;
            UpstreamExpired = false;
            if (IsGone)
            {
                // It left before, when there was nothing to end yet.
                upstream.Abort();
            }
        }
    }

    /// <summary>After this the sweeper does not touch the upstream connection any more.</summary>
    internal void Detach()
    {
        lock (_gate)
        {
            _upstream = null;
            ExchangeEnded();
        }
    }

    /// <summary>Ends both sides at once; whoever waits on them finds out.</summary>
    internal void Abort()
    {
        AbortUpstream();
        Cut();
    }

    /// <summary>Ends what is sent to the client, in order, while it may still send.</summary>
    internal abstract Task EndOutputAsync();

    /// <summary>Lets the kernel notice a client that vanished without a word.</summary>
    internal abstract void KeepProbing();

    /// <summary>Called once a second by the server's sweeper.</summary>
    internal virtual void Sweep(long now)
    {
        ExpireClient(_client.Expire(now));
        ExpireExchange(now);
        if (_exchange.Wait is Wait.Connect or Wait.Response or Wait.Stall && !IsTunnel && now - _exchangeSince > 1000 && HasLeft())
        {
            ClientGone = true;
            Abort();
        }
    }

    /// <summary>Ends the upstream's side at once.</summary>
    protected void AbortUpstream()
    {
        lock (_gate)
        {
            _upstream?.Abort();
        }
    }

    /// <summary>Ends the client's side at once.</summary>
    protected abstract void Cut();

    /// <summary>The reader sees the end of the client's bytes; it can still be answered.</summary>
    protected abstract void EndInput();

    /// <summary>Whether the client has closed its side, as far as that can be told without reading.</summary>
    protected abstract bool HasLeft();

    private protected void ResetWaits()
    {
        (Expired, UpstreamExpired, ClientGone, IsTunnel) = (Wait.None, false, false, false);
        _client.Clear();
        _exchange.Clear();
    }

    private void ExpireClient(Wait wait)
    {
        if (wait == Wait.None)
        {
            return;
        }

        Expired = wait;
        if (wait is Wait.Idle or Wait.Head or Wait.Body)
        {
            EndInput();
        }
        else
        {
            Abort();
        }
    }

    private void ExpireExchange(long now)
    {
        lock (_gate)
        {
            Wait wait = _exchange.Expire(now);
            if (wait == Wait.None)
            {
                return;
            }

            if (wait == Wait.Response && _upstream is not null)
            {
                // The exchange finds its upstream gone and answers 504, unless it is held up by a client that takes nothing.
                UpstreamExpired = true;
                AwaitExchange(Wait.Linger, Limits.Linger);
                _upstream.Abort();
                return;
            }
        }

        Abort();
    }
}

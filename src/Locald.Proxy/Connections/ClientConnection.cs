using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Locald.Proxy.Http1;
using Locald.Proxy.IO;
using Locald.Proxy.Tls;
using Locald.Proxy.Upstream;

namespace Locald.Proxy.Connections;

/// <summary>
/// One client's connection from accept to close, and its limits: two waits may run at once, one for the client's next bytes, one for
/// the exchange. No timer is set for either; the server's sweeper calls <see cref="Sweep"/> once a second.
/// </summary>
internal sealed class ClientConnection(ProxyServer server, Socket socket, bool secure)
{
    private readonly Lock _gate = new();
    private UpstreamConnection? _upstream;
    private Deadline _client;
    private Deadline _exchange;
    private long _exchangeSince;

    internal ProxyServer Server { get; } = server;

    internal SocketStream Transport { get; } = new(socket);

    /// <summary>What the client reads: the TLS stream once there is one.</summary>
    internal Stream ClientStream { get; private set; } = Stream.Null;

    /// <summary>The wait for the client that ran out, or <see cref="Wait.None"/>.</summary>
    internal Wait Expired { get; private set; }

    /// <summary>Whether the upstream's answer did not come in time.</summary>
    internal bool UpstreamExpired { get; private set; }

    /// <summary>Whether the client left during an exchange.</summary>
    internal bool ClientGone { get; private set; }

    /// <summary>The client's address and port; null where the listening socket is not TCP.</summary>
    internal IPEndPoint? Client { get; } = socket.RemoteEndPoint as IPEndPoint;

    /// <summary>Serves the connection to its end. Never throws for what a peer does.</summary>
    internal async void Run()
    {
        try
        {
            await ServeAsync();
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            Server.Log.Event("connection", e.Message);
        }
        catch (Exception e) when (Server.Options.Bug is not null)
        {
            Server.Options.Bug(e);
        }
        finally
        {
            Transport.Dispose();
            Server.Forget(this);
        }
    }

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

    /// <summary>Names the upstream connection that an exchange uses, so that the sweeper can end it.</summary>
    internal void Attach(UpstreamConnection upstream)
    {
        lock (_gate)
        {
            _upstream = upstream;
            UpstreamExpired = false;
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
        lock (_gate)
        {
            _upstream?.Abort();
        }

        socket.Dispose();
    }

    /// <summary>Ends the connection if no request is under way on it; a tunnel has nothing to finish either.</summary>
    internal void Quiesce()
    {
        try
        {
            switch (_client.Wait)
            {
                case Wait.Idle:
                    // The reader sees the end of the stream, and closes in order; a request that arrived meanwhile is still read.
                    socket.Shutdown(SocketShutdown.Receive);
                    break;
                case Wait.Handshake:
                    Abort();
                    break;
                case Wait.None when IsTunnel:
                    Abort();
                    break;
            }
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            // It ended between the look and the act.
        }
    }

    internal bool IsTunnel { get; set; }

    internal (Wait Client, Wait Exchange) Waits => (_client.Wait, _exchange.Wait);

    /// <summary>Called once a second by the server's sweeper.</summary>
    internal void Sweep(long now)
    {
        try
        {
            ExpireClient(_client.Expire(now));
            ExpireExchange(now);
            if (_exchange.Wait is Wait.Response or Wait.Stall && !IsTunnel && now - _exchangeSince > 1000 && PeerState.HasLeft(socket))
            {
                ClientGone = true;
                Abort();
            }
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            // It ended between the look and the act.
        }
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
            // The reader sees the end of the stream, and can still answer 408 or close in order.
            socket.Shutdown(SocketShutdown.Receive);
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

    private async Task ServeAsync()
    {
        AwaitClient(Wait.Handshake, Limits.Handshake);
        if (!secure)
        {
            await RedirectAsync();
            return;
        }

        byte[] first = new byte[1];
        if (await socket.ReceiveAsync(first, SocketFlags.Peek) == 0)
        {
            return;
        }

        if (first[0] != TlsFrontEnd.HandshakeRecord)
        {
            // Plain HTTP on the TLS port: an answer, never a hang.
            await RedirectAsync();
            return;
        }

        SslStream? stream = await TlsFrontEnd.AcceptAsync(Transport, Server.Options.Certificates, Server.Log);
        if (stream is null)
        {
            return;
        }

        try
        {
            ClientStream = stream;
            await using Http1Session session = new(this, stream, stream.TargetHostName);
            await session.RunAsync();
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private async Task RedirectAsync()
    {
        ClientStream = Transport;
        await using Http1Session session = new(this, Transport, null);
        await session.RunRedirectAsync();
    }
}

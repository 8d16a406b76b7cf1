using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Locald.Proxy.Http1;
using Locald.Proxy.Http2;
using Locald.Proxy.IO;
using Locald.Proxy.Tls;

namespace Locald.Proxy.Connections;

/// <summary>One client's connection from accept to close.</summary>
internal sealed class ClientConnection(ProxyServer server, Socket socket, bool secure) : ClientSide(server)
{
    private volatile Http2Session? _http2;

    internal SocketStream Transport { get; } = new(socket);

    /// <summary>Whether a request is under way.</summary>
    internal bool IsBusy => _http2?.IsBusy ?? (Waits.Exchange != Wait.None && !IsTunnel);

    /// <summary>What the client reads: the TLS stream once there is one.</summary>
    internal Stream ClientStream { get; private set; } = Stream.Null;

    internal override IPEndPoint? Client { get; } = socket.RemoteEndPoint as IPEndPoint;

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

    /// <summary>Ends the connection if no request is under way on it; a tunnel has nothing to finish either.</summary>
    internal void Quiesce()
    {
        if (_http2 is { } session)
        {
            session.GoAway();
            return;
        }

        try
        {
            switch (Waits.Client)
            {
                case Wait.Idle:
                    // The reader sees the end of the stream, and closes in order; a request that arrived meanwhile is still read.
                    EndInput();
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

    internal override void Sweep(long now)
    {
        try
        {
            base.Sweep(now);
            _http2?.Sweep(now);
        }
        catch (Exception e) when (PeerGone.Explains(e))
        {
            // It ended between the look and the act.
        }
    }

    internal override async Task EndOutputAsync()
    {
        if (ClientStream is SslStream stream)
        {
            await stream.ShutdownAsync();
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    internal override void KeepProbing() => KeepAlive.Set(socket);

    protected override void Cut() => Transport.Dispose();

    protected override void EndInput() => socket.Shutdown(SocketShutdown.Receive);

    protected override bool HasLeft() => PeerState.HasLeft(socket);

    private async Task ServeAsync()
    {
        AwaitClient(Wait.Handshake, Limits.Handshake);
        if (!secure)
        {
            await RedirectAsync();
            return;
        }

        // A client that opens a connection in advance and leaves without a word loses nothing.
        int first = await Transport.FirstAsync();
        if (first < 0)
        {
            return;
        }

        if (first != TlsFrontEnd.HandshakeRecord)
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
            if (stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2)
            {
                await using Http2Session streams = new(this, stream);
                _http2 = streams;
                await streams.RunAsync();
                return;
            }

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

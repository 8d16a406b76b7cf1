using System.Net.Security;
using System.Net.Sockets;
using Locald.Proxy.Connections;
using Locald.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Http2;

/// <summary>A session of HTTP/2 with its client at the other end of a pipe in memory: no network, no listener, and a clock that the test moves.</summary>
internal sealed class PipedSession : IAsyncDisposable
{
    private readonly SslStream _stream;
    private readonly Http2Session _session;
    private readonly ClientConnection _connection;
    private readonly Task _running;

    private PipedSession(TestServer server, SslStream stream, Http2Peer client)
    {
        (_stream, Client) = (stream, client);

        // A socket that leads nowhere: the session only shuts it.
        _connection = new(server.Proxy, new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), secure: true);
        _session = new(_connection, stream);
        _running = _session.RunAsync();
    }

    /// <summary>Preface and SETTINGS are sent.</summary>
    public Http2Peer Client { get; }

    /// <param name="server">Gives routes and clock.</param>
    public static async Task<PipedSession> OpenAsync(TestServer server)
    {
        (MemoryPipe near, MemoryPipe far) = MemoryPipe.Create();
        SslStream stream = new(near), other = new(far);
        List<SslApplicationProtocol> http2 = [SslApplicationProtocol.Http2];
        await Task.WhenAll(
            stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateSelectionCallback = (_, name) => TestAuthority.Certificates.Leaf(name!)!,
                ApplicationProtocols = http2,
            }),
            other.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "app.localhost",
                ApplicationProtocols = http2,
                CertificateChainPolicy = TestAuthority.Policy(),
            }));
        PipedSession session = new(server, stream, new Http2Peer(new Wire(other)));
        await session.Client.SendAsync([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Http2Peer.Frame(FrameType.Settings, 0, 0)]);
        return session;
    }

    /// <summary>The client leaves, and the session ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _running;
        await _session.DisposeAsync();
        await _stream.DisposeAsync();
        _connection.Transport.Dispose();
    }
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Locald.Tests.Proxy.Serving;

/// <summary>A client that sends what it is told to, over TLS or not.</summary>
internal sealed class RawClient : Wire, IAsyncDisposable
{
    private RawClient(Socket socket, Stream stream)
        : base(stream)
    {
        Socket = socket;
    }

    public Socket Socket { get; }

    public SslStream Tls => (SslStream)Stream;

    public static async Task<RawClient> PlainAsync(int port, IPAddress? address = null)
    {
        Socket socket = await DialAsync(port, address);
        return new(socket, new NetworkStream(socket, ownsSocket: true));
    }

    /// <param name="port">The server's.</param>
    /// <param name="serverName">For the handshake; empty for none.</param>
    /// <param name="configure">What else the handshake should ask for.</param>
    /// <param name="record">Where every byte from the server is kept as well.</param>
    public static async Task<RawClient> SecureAsync(
        int port, string serverName, Action<SslClientAuthenticationOptions>? configure = null, MemoryStream? record = null)
    {
        Socket socket = await DialAsync(port, null);
        SslStream stream = new(new RecordingStream(new NetworkStream(socket, ownsSocket: true), record));
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = serverName,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            CertificateChainPolicy = TestAuthority.Policy(),
        };
        if (serverName.Length == 0 || IPAddress.TryParse(serverName, out _))
        {
            // Without a name in the handshake there is none to compare the leaf's with.
            options.RemoteCertificateValidationCallback = static (_, leaf, chain, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == 0;
        }

        configure?.Invoke(options);
        try
        {
            await stream.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }

        return new(socket, stream);
    }

    public async Task<Answer> AskAsync(string request, bool bodyless = false)
    {
        await SendAsync(request);
        return await ReadAnswerAsync(bodyless);
    }

    public Task<Answer> GetAsync(string path = "/", string host = "app.localhost", string fields = "") =>
        AskAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n");

    /// <summary>Says that nothing more comes, and still reads.</summary>
    public async Task EndAsync()
    {
        if (Stream is SslStream secure)
        {
            await secure.ShutdownAsync();
        }

        Socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Leaves with a reset.</summary>
    public void Reset()
    {
        Socket.LingerState = new(true, 0);
        Socket.Dispose();
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    private static async Task<Socket> DialAsync(int port, IPAddress? address)
    {
        address ??= IPAddress.Loopback;
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, port, TestContext.Current.CancellationToken);
        return socket;
    }
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Locald.EndToEnd.Fixtures;

/// <summary>.NET's own clients, trusting one sandbox's root and nothing else, and finding every name on 127.0.0.1.</summary>
public static class TrustingClient
{
    /// <summary>An HTTP/1.1 client that follows no redirect.</summary>
    public static HttpClient Http(Sandbox sandbox) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = new() { CertificateChainPolicy = Only(sandbox) },
        ConnectCallback = async (context, stop) => await ConnectAsync(context.DnsEndPoint.Port, stop),
    })
    { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>A verified TLS connection for this name, to write a request byte by byte.</summary>
    public static async Task<SslStream> TlsAsync(Sandbox sandbox, RunningLocald locald, string name = "app.localhost")
    {
        SslStream tls = new(await ConnectAsync(locald.Port, TestContext.Current.CancellationToken));
        await tls.AuthenticateAsClientAsync(new() { TargetHost = name, CertificateChainPolicy = Only(sandbox) }, TestContext.Current.CancellationToken);
        return tls;
    }

    /// <summary>A TCP connection to a port of 127.0.0.1.</summary>
    public static async Task<NetworkStream> ConnectAsync(int port, CancellationToken stop)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, stop);
            return new(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static X509ChainPolicy Only(Sandbox sandbox) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(sandbox.Root) },
        RevocationMode = X509RevocationMode.NoCheck,
    };
}

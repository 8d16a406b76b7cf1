using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Locald.Proxy.Connections;
using Locald.Proxy.IO;
using Locald.Proxy.Routing;

namespace Locald.Proxy.Upstream;

/// <summary>Opens connections to one target: literal addresses first, a resolver only where there are none.</summary>
internal sealed class Dialer(UpstreamTarget target, Func<X509Certificate2Collection> roots)
{
    /// <summary>The address that answered last: a dev server listens on one family, and asking the other first costs a refusal each time.</summary>
    private IPAddress? _answered;

    /// <param name="http2">Whether HTTP/2 may be spoken, where the target lets its server choose.</param>
    /// <param name="client">Cancelled where nobody waits for the connection any more.</param>
    /// <exception cref="UpstreamException">No address answered in time, or TLS failed.</exception>
    internal async Task<Dialled> DialAsync(bool http2, CancellationToken client)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(client);
        limit.CancelAfter(Limits.Connect);
        try
        {
            Socket socket = target.UnixPath is { } path ? await DialUnixAsync(path, limit.Token) : await DialTcpAsync(limit.Token);
            SocketStream stream = new(socket);
            if (target.Scheme != UpstreamScheme.Https)
            {
                return new(stream, stream, target.Scheme == UpstreamScheme.H2c);
            }

            SslStream secure = await SecureAsync(stream, http2, limit.Token);
            return new(stream, secure, secure.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2);
        }
        catch (OperationCanceledException e)
        {
            throw new UpstreamException(UpstreamFault.ConnectTimeout, $"no connection within {Limits.Connect / 1000} s", e);
        }
    }

    private static UpstreamException Exhausted(SocketException e) => new(UpstreamFault.NoDescriptor, "no file descriptor is left", e);

    private static async Task<Socket> DialUnixAsync(string path, CancellationToken limit)
    {
        Socket? socket = null;
        try
        {
            socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit);
            return socket;
        }
        catch (SocketException e) when (DescriptorShortage.Explains(e))
        {
            socket?.Dispose();
            throw Exhausted(e);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket?.Dispose();
            bool refused = e is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            throw new UpstreamException(refused ? UpstreamFault.Refused : UpstreamFault.SocketMissing, e.Message, e);
        }
    }

    private async Task<Socket> DialTcpAsync(CancellationToken limit)
    {
        IReadOnlyList<IPAddress> addresses = target.Addresses.Count > 0 ? target.Addresses : await ResolveAsync(limit);
        SocketException? last = null;
        foreach (IPAddress address in addresses.OrderByDescending(a => a.Equals(_answered)))
        {
            Socket? socket = null;
            try
            {
                socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(new IPEndPoint(address, target.Port), limit);
                _answered = address;
                return socket;
            }
            catch (SocketException e) when (DescriptorShortage.Explains(e))
            {
                throw Exhausted(e);
            }
            catch (SocketException e)
            {
                // A refusal says more than the other family's absence.
                last = last is { SocketErrorCode: SocketError.ConnectionRefused } ? last : e;
                socket?.Dispose();
            }
            catch (OperationCanceledException)
            {
                socket?.Dispose();
                throw;
            }
        }

        throw last switch
        {
            { SocketErrorCode: SocketError.ConnectionRefused } => new UpstreamException(UpstreamFault.Refused, "connection refused", last),
            { SocketErrorCode: SocketError.TimedOut } => new UpstreamException(UpstreamFault.ConnectTimeout, "connection timed out", last),
            _ => new UpstreamException(UpstreamFault.Unreachable, last?.Message ?? "no address", last),
        };
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken limit)
    {
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(target.Host, limit);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new UpstreamException(UpstreamFault.NameNotFound, $"{target.Host} has no address", e);
        }
    }

    private async Task<SslStream> SecureAsync(SocketStream stream, bool http2, CancellationToken limit)
    {
        SslStream secure = new(stream);
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = target.Host,
            ApplicationProtocols = http2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        };
        if (target.IsLoopback)
        {
            // What listens on this machine's loopback is as trusted as the process that runs us; its certificate is self-signed as a rule.
#pragma warning disable CA5359 // On purpose, and for loopback alone.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else
        {
            // The process's own view of the system's roots is narrowed for the handshakes we serve: name them here.
            options.CertificateChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots());
        }

        try
        {
            await secure.AuthenticateAsClientAsync(options, limit);
            return secure;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException)
        {
            await secure.DisposeAsync();
            throw new UpstreamException(UpstreamFault.TlsFailed, e.InnerException?.Message ?? e.Message, e);
        }
        catch (OperationCanceledException)
        {
            await secure.DisposeAsync();
            throw;
        }
    }
}

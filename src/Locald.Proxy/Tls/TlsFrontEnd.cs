using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Locald.Proxy.IO;
using Locald.Proxy.Logging;

namespace Locald.Proxy.Tls;

/// <summary>The server's side of the TLS handshake: 1.2 and 1.3, ALPN, and a leaf for the name that the client asks for.</summary>
internal static class TlsFrontEnd
{
    /// <summary>ContentType handshake, the first byte of any TLS connection (RFC 8446 §5.1).</summary>
    internal const byte HandshakeRecord = 22;

    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11, new("http/1.0")];

    /// <summary>A fatal alert record, unrecognized_name (RFC 6066 §3): there is no certificate for that name, and never will be.</summary>
    private static readonly byte[] UnrecognizedName = [21, 3, 3, 0, 2, 2, 112];

    /// <summary>The secured stream, or null where the client got an alert instead.</summary>
    /// <exception cref="IOException">The client left.</exception>
    internal static async Task<SslStream?> AcceptAsync(SocketStream transport, Func<string, X509Certificate2?> certificates, RequestLog log)
    {
        bool refused = false;
        SslStream stream = new(transport, leaveInnerStreamOpen: true);
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateSelectionCallback = (_, name) =>
            {
                X509Certificate2? leaf = certificates(name ?? "");
                if (leaf is null)
                {
                    // Nothing was sent yet: the alert can go out in the clear, and instead of the runtime's own.
                    refused = transport.Muted = true;
                }

                return leaf!;
            },
            ApplicationProtocols = Protocols,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
        };
        try
        {
            // Session tickets, the handshake's last word, wait for the first response.
            transport.Gather = true;
            await stream.AuthenticateAsServerAsync(options, CancellationToken.None);
            transport.Gather = false;
            ReturnReadBufferIfEmpty(stream);
            return stream;
        }
        catch (Exception e) when (PeerGone.Explains(e) || refused)
        {
            await stream.DisposeAsync();
            transport.Muted = transport.Gather = false;
            if (refused)
            {
                await transport.WriteAsync(UnrecognizedName);
            }
            else
            {
                // The runtime's own alert says why, as no_application_protocol.
                await transport.SendGatheredAsync();
            }

            log.Event("tls", refused ? "no certificate for the name asked for" : e.Message);
            return null;
        }
    }

    /// <summary>
    /// The stream keeps the handshake's 8 KB until a read empties them, and a connection that a browser opens in advance may never read.
    /// The method is the runtime's own; the runtime is part of the program, so it cannot be missing where the tests found it.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern void ReturnReadBufferIfEmpty(SslStream stream);
}

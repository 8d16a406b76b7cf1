using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Serving;

/// <summary>
/// The roots that an https upstream on another machine is checked against: the system's and ours. Our process's own view of the
/// system's roots is narrowed for the handshakes we serve, so they are named one by one; read at the first use. The user's own
/// choice (<c>SSL_CERT_FILE</c>) replaces the system's, as with any client.
/// </summary>
internal sealed class UpstreamRoots(Session session, X509Certificate2 ours)
{
    private readonly Lazy<X509Certificate2Collection> _all = new(() => Load(session, ours));

    /// <summary>All of them. Where the system has none, ours alone.</summary>
    internal X509Certificate2Collection All => _all.Value;

    private static X509Certificate2Collection Load(Session session, X509Certificate2 ours)
    {
        X509Certificate2Collection all = [];
        if (OperatingSystem.IsLinux())
        {
            try
            {
                if ((session.Variable("SSL_CERT_FILE") ?? session.SystemBundle()) is { } bundle)
                {
                    all.ImportFromPemFile(bundle);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // Then the upstream's certificate is not trusted, which is what the request's error says.
            }
        }
        else
        {
            foreach (StoreLocation location in (StoreLocation[])[StoreLocation.LocalMachine, StoreLocation.CurrentUser])
            {
                using X509Store store = new(StoreName.Root, location, OpenFlags.ReadOnly);
                all.AddRange(store.Certificates);
            }
        }

        all.Add(ours);
        return all;
    }
}

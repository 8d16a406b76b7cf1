using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Serving;

/// <summary>
/// The roots that an https upstream on another machine is checked against: the system's and ours. Our process's own view of the
/// system's roots is narrowed for the handshakes we serve, so they are named one by one; read at the first use.
/// </summary>
internal sealed class UpstreamRoots(Func<string, string?> variable, X509Certificate2 ours)
{
    /// <summary>Where systems keep their roots in one file: Debian and Alpine, Fedora, openSUSE, BSD and Alpine, old RHEL.</summary>
    private static readonly string[] Bundles =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/var/lib/ca-certificates/ca-bundle.pem",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
        "/etc/pki/tls/certs/ca-bundle.crt",
    ];

    private readonly Lazy<X509Certificate2Collection> _all = new(() => Load(variable, ours));

    /// <summary>All of them. Where the system has none, ours alone.</summary>
    internal X509Certificate2Collection All => _all.Value;

    /// <summary>The user's own choice (<c>SSL_CERT_FILE</c>), else the first bundle that exists; null where there is none.</summary>
    internal static string? Bundle(Func<string, string?> variable) => variable("SSL_CERT_FILE") ?? Array.Find(Bundles, File.Exists);

    private static X509Certificate2Collection Load(Func<string, string?> variable, X509Certificate2 ours)
    {
        X509Certificate2Collection all = [];
        if (OperatingSystem.IsLinux())
        {
            try
            {
                if (Bundle(variable) is { } bundle)
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

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.ClientTrust;

/// <summary>Where a system keeps the roots that its clients trust.</summary>
internal static class SystemRoots
{
    /// <summary>In one file: Debian, Alpine and Arch; Fedora; openSUSE; macOS, BSD and Alpine; old RHEL.</summary>
    private static readonly string[] _bundles =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/var/lib/ca-certificates/ca-bundle.pem",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
        "/etc/pki/tls/certs/ca-bundle.crt",
    ];

    /// <summary>The first bundle that exists, or null: a scratch image has none, and Windows has a store instead.</summary>
    internal static string? Bundle() => OperatingSystem.IsWindows() ? null : Array.Find(_bundles, File.Exists);

    /// <summary>The roots of Windows' store as PEM text; empty elsewhere.</summary>
    internal static string WindowsStore()
    {
        if (!OperatingSystem.IsWindows())
        {
            return "";
        }

        using X509Store store = new(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        return string.Join('\n', store.Certificates.Select(root => PemEncoding.WriteString("CERTIFICATE", root.RawDataMemory.Span)));
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust;

/// <summary>Knows roots of ours by their name. The one in use is told from those of an earlier CA by its bytes.</summary>
internal static class OurRoots
{
    /// <summary>How the common name of every root of ours begins.</summary>
    public const string Name = "locald CA ";

    /// <summary>How the name of every file of ours in a system folder begins.</summary>
    public const string FilePrefix = "locald-";

    /// <summary>The name of a root's file, without its extension. It is that root's alone, by its SHA-256: two CAs never overwrite each other's.</summary>
    public static string FileName(X509Certificate2 root) => FilePrefix + Convert.ToHexStringLower(SHA256.HashData(root.RawDataMemory.Span)[..6]);

    /// <summary>The same as it stands in a certificate: whatever kind of string holds it, it is ASCII.</summary>
    public static ReadOnlySpan<byte> NameInDer => "locald CA "u8;

    /// <summary>A certificate as a root that an earlier CA of ours left, or null where it is the current root, somebody else's, or none at all.</summary>
    /// <param name="der">What a store holds.</param>
    /// <param name="current">The root in use; null where there is none.</param>
    /// <param name="place">Where it was found.</param>
    /// <param name="remove">The commands that take it out there.</param>
    public static StrayRoot? AsStray(ReadOnlySpan<byte> der, X509Certificate2? current, string place, Func<X509Certificate2, string[]> remove)
    {
        if (current is not null && current.RawDataMemory.Span.SequenceEqual(der))
        {
            return null;
        }

        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
            return certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false).StartsWith(Name, StringComparison.Ordinal)
                ? new(place, certificate.Subject, certificate.NotAfter, remove(certificate))
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

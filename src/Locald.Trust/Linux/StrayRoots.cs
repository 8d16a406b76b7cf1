using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Linux;

/// <summary>Finds roots of ours that are not the current one.</summary>
internal static class StrayRoots
{
    /// <summary>How the common name of every root of ours begins.</summary>
    private const string OurName = "locald CA ";

    public static IReadOnlyList<StrayRoot> In(IEnumerable<Anchor> anchors, X509Certificate2? current, Func<Anchor, string[]> remove)
    {
        List<StrayRoot> strays = [];
        foreach (Anchor anchor in anchors.Where(a => a.Certificates.Count == 1 && current?.RawDataMemory.Span.SequenceEqual(a.Certificates[0]) != true))
        {
            try
            {
                using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(anchor.Certificates[0]);
                if (certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false).StartsWith(OurName, StringComparison.Ordinal))
                {
                    strays.Add(new(anchor.Path, certificate.Subject, certificate.NotAfter, remove(anchor)));
                }
            }
            catch (CryptographicException)
            {
                // Not a certificate, so not one of ours.
            }
        }

        return strays;
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Certificates;

/// <summary>What the root certificate says (RFC 5280 §4.2).</summary>
internal static class RootProfile
{
    internal static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal static X509Certificate2 Create(ECDsa key, DateTimeOffset now, string madeFor)
    {
        // The builder writes its parts in reverse: the organization comes first in the certificate, as is customary.
        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName(CommonName(key, madeFor));
        subject.AddOrganizationName("locald");
        CertificateRequest request = new(subject.Build(), key, HashAlgorithmName.SHA256)
        {
            CertificateExtensions =
            {
                X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0),
                KeyUsage.Create(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign),
                NameConstraints.Create(),
            },
        };
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));

        DateTimeOffset begin = now - Limits.RootBackdate;
        X509SignatureGenerator signer = X509SignatureGenerator.CreateForECDsa(key);
        return request.Create(request.SubjectName, signer, begin, begin + Limits.RootLife, Serial.Random());
    }

    /// <summary>
    /// Two roots with the same subject are one to NSS, so the name must be unique: it ends with a tag of the random key. A root that is
    /// made again for the same key keeps its name, and clients that trust the older one go on trusting its leaves.
    /// </summary>
    private static string CommonName(ECDsa key, string madeFor)
    {
        string tag = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 4));
        const string Start = "locald CA ";
        int room = Limits.CommonName - Start.Length - tag.Length - 1;
        return $"{Start}{(madeFor.Length <= room ? madeFor : madeFor[..room])} {tag}";
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Tests.Trust;

/// <summary>Roots named as ours are.</summary>
internal static class TestRoots
{
    public static X509Certificate2 Create(string name = "locald CA somebody@somewhere 12345678")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"O=locald, CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(0));
        using X509Certificate2 withKey = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        return X509CertificateLoader.LoadCertificate(withKey.RawData);
    }
}

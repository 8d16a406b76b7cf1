using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Certificates;

/// <summary>Makes leaves: the names differ, all else is the same for each (RFC 5280 §4.2).</summary>
internal sealed class LeafMint
{
    private static readonly Oid _serverAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly Root _root;
    private readonly TimeProvider _clock;
    private readonly Lock _signing = new();
    private readonly X509SignatureGenerator _signer;
    private readonly X500DistinguishedName _subject;
    private readonly X509Extension[] _fixed;

    internal LeafMint(Root root, TimeProvider clock)
    {
        _root = root;
        _clock = clock;
        _signer = X509SignatureGenerator.CreateForECDsa(root.Key);

        // No common name: under a constrained root some clients judge it as a name. Nor an empty subject, which makes the names critical.
        X500DistinguishedNameBuilder subject = new();
        subject.AddOrganizationName("locald");
        _subject = subject.Build();
        X509SubjectKeyIdentifierExtension issuer = root.Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single();
        _fixed =
        [
            X509BasicConstraintsExtension.CreateForEndEntity(critical: true),
            KeyUsage.Create(X509KeyUsageFlags.DigitalSignature),
            new X509EnhancedKeyUsageExtension([_serverAuthentication], critical: false),
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuer),
        ];
    }

    /// <summary>A new certificate with its key, within the root's own life.</summary>
    /// <param name="names">Checked, lower-case names and addresses.</param>
    /// <param name="life">From its beginning, an hour ago, to its end.</param>
    internal X509Certificate2 Make(IEnumerable<string> names, TimeSpan life)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(_subject, key, HashAlgorithmName.SHA256);
        foreach (X509Extension extension in _fixed)
        {
            request.CertificateExtensions.Add(extension);
        }

        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(AlternativeNames.Encode(names));

        // A root that ended while we serve still gives leaves, which have ended as well: the browser then says so.
        DateTimeOffset start = _clock.GetUtcNow() - Limits.LeafBackdate;
        DateTimeOffset end = Earlier(start + life, _root.Certificate.NotAfter);
        DateTimeOffset begin = Later(Earlier(start, end - Limits.LeafBackdate), _root.Certificate.NotBefore);
        using X509Certificate2 certificate = Sign(request, begin, end);
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>The base class library does not promise that one key may sign on two threads at once.</summary>
    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset begin, DateTimeOffset end)
    {
        lock (_signing)
        {
            return request.Create(_root.Certificate.SubjectName, _signer, begin, end, Serial.Random());
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

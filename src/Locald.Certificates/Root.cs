using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Certificates;

/// <summary>The root's certificate, which has no key attached, and its key.</summary>
internal sealed record Root(X509Certificate2 Certificate, ECDsa Key) : IDisposable
{
    /// <summary>Whether this is a root that we made: it may sign names of this machine and nothing else.</summary>
    internal static bool IsOurs(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority)
        && certificate.Extensions.Any(e => e.Oid?.Value == NameConstraints.Oid && e.Critical
            && e.RawData.AsSpan().SequenceEqual(NameConstraints.Create().RawData));

    internal bool KeyMatches => Certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(Key.ExportSubjectPublicKeyInfo());

    /// <summary>Whether the key signed the certificate as it stands: a changed byte anywhere in it shows here.</summary>
    internal bool SignatureHolds
    {
        get
        {
            // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }
            AsnReader parts = new AsnReader(Certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            ReadOnlyMemory<byte> signed = parts.ReadEncodedValue();
            ReadOnlyMemory<byte> algorithm = parts.ReadEncodedValue();
            byte[] signature = parts.ReadBitString(out int unused);

            // TBSCertificate ::= SEQUENCE { version [0], serialNumber, signature, ... }: the algorithm stands outside the signed part as well.
            AsnReader fields = new AsnReader(signed, AsnEncodingRules.DER).ReadSequence();
            fields.ReadEncodedValue();
            fields.ReadEncodedValue();
            return unused == 0 && algorithm.Span.SequenceEqual(fields.ReadEncodedValue().Span)
                && Key.VerifyData(signed.Span, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
    }

    public void Dispose()
    {
        Certificate.Dispose();
        Key.Dispose();
    }
}

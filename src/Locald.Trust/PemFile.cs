using System.Formats.Asn1;
using System.Text;

namespace Locald.Trust;

/// <summary>
/// The certificates of a PEM file (RFC 7468), as its readers see it. OpenSSL stops at the first damaged block, and so do the
/// clients built on it: what follows is there on paper only. So a damaged block is an answer here, not something to skip.
/// </summary>
internal sealed class PemFile
{
    private PemFile(IReadOnlyList<byte[]> certificates, int? damagedLine) => (Certificates, DamagedLine) = (certificates, damagedLine);

    /// <summary>DER of each certificate before the first damaged block, in file order.</summary>
    public IReadOnlyList<byte[]> Certificates { get; }

    /// <summary>The 1-based line on which the first damaged block begins; null where all are whole.</summary>
    public int? DamagedLine { get; }

    public bool Holds(ReadOnlySpan<byte> der)
    {
        foreach (byte[] certificate in Certificates)
        {
            if (der.SequenceEqual(certificate))
            {
                return true;
            }
        }

        return false;
    }

    public static PemFile Parse(ReadOnlySpan<byte> text)
    {
        List<byte[]> certificates = [];
        int line = 0;
        int began = 0;
        List<byte>? body = null;
        while (!text.IsEmpty)
        {
            line++;
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> current = (end < 0 ? text : text[..end]).TrimEnd(" \t\r"u8);
            text = end < 0 ? [] : text[(end + 1)..];

            if (current.StartsWith("-----BEGIN "u8))
            {
                if (body is not null)
                {
                    return new(certificates, began);
                }

                (began, body) = (line, IsCertificate(current) ? [] : null);
            }
            else if (body is not null && current.StartsWith("-----END "u8))
            {
                if (Decode(body) is not { } der)
                {
                    return new(certificates, began);
                }

                certificates.Add(der);
                body = null;
            }
            else
            {
                body?.AddRange(current);
            }
        }

        return new(certificates, body is null ? null : began);
    }

    /// <summary>OpenSSL reads three labels; the trusted form carries its settings behind the certificate.</summary>
    private static bool IsCertificate(ReadOnlySpan<byte> begin) =>
        begin.SequenceEqual("-----BEGIN CERTIFICATE-----"u8) || begin.SequenceEqual("-----BEGIN TRUSTED CERTIFICATE-----"u8)
        || begin.SequenceEqual("-----BEGIN X509 CERTIFICATE-----"u8);

    /// <summary>The certificate alone, or null where the text is no base64 or the bytes are no SEQUENCE of the length they claim.</summary>
    private static byte[]? Decode(List<byte> body)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(Encoding.ASCII.GetString([.. body]));
        }
        catch (FormatException)
        {
            return null;
        }

        return AsnDecoder.TryReadEncodedValue(bytes, AsnEncodingRules.DER, out Asn1Tag tag, out _, out _, out int length)
            && tag == Asn1Tag.Sequence ? bytes[..length] : null;
    }
}

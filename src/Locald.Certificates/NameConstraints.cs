using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Certificates;

/// <summary>
/// What the root may sign: names of this machine (RFC 5280 §4.2.1.10). A stolen key is no use against the rest of the web.
/// <c>localhost</c> covers itself and all below; with a leading dot clients would refuse <c>localhost</c>. An address kind
/// without a subtree would stay open, therefore both are named.
/// </summary>
internal static class NameConstraints
{
    internal const string Oid = "2.5.29.30";

    internal static X509Extension Create()
    {
        AsnWriter der = new(AsnEncodingRules.DER);
        using (der.PushSequence())
        using (der.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            using (der.PushSequence())
            {
                der.WriteCharacterString(UniversalTagNumber.IA5String, ServerName.Localhost, new Asn1Tag(TagClass.ContextSpecific, 2));
            }

            WriteAddresses(der, [127, 0, 0, 0, 255, 0, 0, 0]);
            byte[] six = new byte[32];
            six[15] = 1;
            six.AsSpan(16).Fill(255);
            WriteAddresses(der, six);
        }

        return new X509Extension(Oid, der.Encode(), critical: true);
    }

    /// <summary>An iPAddress name of a subtree is the address and its mask.</summary>
    private static void WriteAddresses(AsnWriter der, ReadOnlySpan<byte> addressAndMask)
    {
        using (der.PushSequence())
        {
            der.WriteOctetString(addressAndMask, new Asn1Tag(TagClass.ContextSpecific, 7));
        }
    }
}

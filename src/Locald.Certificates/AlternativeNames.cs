using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Certificates;

/// <summary>The names that a leaf is good for (RFC 5280 §4.2.1.6). Its subject names nothing, so these alone count.</summary>
internal static class AlternativeNames
{
    private const string Oid = "2.5.29.17";

    /// <summary>What <c>serve</c> answers a client with that asked for the name.</summary>
    internal static string[] ForServing(string name) =>
        name == ServerName.Localhost ? [name, "127.0.0.1", "::1"]
        : name.Length <= Limits.Name - 2 ? [name, $"*.{name}"]
        : [name];

    /// <param name="names">Lower-case DNS names, with or without a wildcard, and IP addresses.</param>
    internal static X509Extension Encode(IEnumerable<string> names)
    {
        AsnWriter der = new(AsnEncodingRules.DER);
        using (der.PushSequence())
        {
            foreach (string name in names)
            {
                if (ServerName.IsLoopbackAddress(name, out IPAddress address))
                {
                    der.WriteOctetString(address.GetAddressBytes(), new Asn1Tag(TagClass.ContextSpecific, 7));
                }
                else
                {
                    der.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
                }
            }
        }

        return new X509Extension(Oid, der.Encode(), critical: false);
    }
}

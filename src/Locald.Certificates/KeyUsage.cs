using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Certificates;

/// <summary>
/// What a key may do (RFC 5280 §4.2.1.3), critical. <see cref="X509KeyUsageExtension"/> says the same, but writes its bits by way of
/// reflection, which nothing else here needs: a quarter of a megabyte of the program.
/// </summary>
internal static class KeyUsage
{
    private const string Oid = "2.5.29.15";

    /// <param name="bits">Those of the first byte of KeyUsage, digitalSignature first: all that a root and a leaf have.</param>
    internal static X509Extension Create(X509KeyUsageFlags bits)
    {
        AsnWriter der = new(AsnEncodingRules.DER);

        // A named list of bits ends with the last one that is set (X.690 §11.2.2).
        der.WriteBitString([(byte)bits], BitOperations.TrailingZeroCount((byte)bits));
        return new X509Extension(Oid, der.Encode(), critical: true);
    }
}

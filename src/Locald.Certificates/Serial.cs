using System.Security.Cryptography;

namespace Locald.Certificates;

internal static class Serial
{
    /// <summary>Sixteen random bytes, positive and of full length: the first bit is 0, the second 1 (RFC 5280 §4.1.2.2).</summary>
    internal static byte[] Random()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}

using System.Runtime.InteropServices;

namespace Locald.Nss.Interop;

/// <summary>NSS's counted bytes (nss/lib/util/seccomon.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SecItem
{
    /// <summary>siDERCertBuffer: the type of a whole certificate.</summary>
    private const int DerCertificate = 3;

    private int _type;
    private byte* _data;
    private uint _length;

    internal readonly ReadOnlySpan<byte> Bytes => new(_data, checked((int)_length));

    /// <param name="der">Fixed for as long as the item is used.</param>
    /// <param name="length">In bytes.</param>
    internal static SecItem Certificate(byte* der, int length) => new() { _type = DerCertificate, _data = der, _length = (uint)length };
}

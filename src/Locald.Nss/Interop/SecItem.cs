using System.Runtime.InteropServices;

namespace Locald.Nss.Interop;

/// <summary>NSS's counted bytes (nss/lib/util/seccomon.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SecItem
{
    /// <summary>siDERCertBuffer: the type of a whole certificate.</summary>
    internal const int DerCertificate = 3;

    internal int Type;
    internal byte* Data;
    internal uint Length;

    internal readonly ReadOnlySpan<byte> Bytes => new(Data, checked((int)Length));
}

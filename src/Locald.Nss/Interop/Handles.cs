using System.Runtime.InteropServices;

namespace Locald.Nss.Interop;

/// <summary>An object of NSS's that is given back when we are done with it.</summary>
internal abstract class NssHandle() : SafeHandle(0, ownsHandle: true)
{
    public sealed override bool IsInvalid => handle == 0;
}

/// <summary>An opened database.</summary>
internal sealed class ContextHandle : NssHandle
{
    protected override bool ReleaseHandle() => LibNss.Close(handle) == 0;
}

/// <summary>The token that keeps the database's certificates.</summary>
internal sealed class SlotHandle : NssHandle
{
    protected override bool ReleaseHandle()
    {
        LibNss.FreeSlot(handle);
        return true;
    }
}

internal sealed class CertificateHandle : NssHandle
{
    protected override bool ReleaseHandle()
    {
        LibNss.FreeCertificate(handle);
        return true;
    }
}

/// <summary>The certificates of a token.</summary>
internal sealed unsafe class CertificateListHandle : NssHandle
{
    /// <summary>Where a CERTCertificate has its derCert on 64-bit machines: behind three pointers and the four SECItems of its signature.</summary>
    private const int DerOffset = (3 * 8) + (4 * 24);

    protected override bool ReleaseHandle()
    {
        LibNss.FreeList(handle);
        return true;
    }

    /// <summary>The DER of each certificate. A CERTCertList begins with a circular list (PRCList) whose nodes are {next, previous, certificate, …}.</summary>
    internal IEnumerable<byte[]> Ders()
    {
        List<byte[]> ders = [];
        nint* head = (nint*)handle;
        for (nint* node = (nint*)head[0]; node != head; node = (nint*)node[0])
        {
            ders.Add(((SecItem*)(node[2] + DerOffset))->Bytes.ToArray());
        }

        return ders;
    }
}

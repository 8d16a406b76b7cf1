using System.Runtime.InteropServices;

namespace Locald.Nss.Interop;

/// <summary>An object of NSS's that is given back when we are done with it.</summary>
internal abstract class NssHandle : SafeHandle
{
    private protected NssHandle(nint value)
        : base(0, ownsHandle: true) => handle = value;

    /// <summary>NSS's own pointer, valid as long as whoever has the handle does not dispose it.</summary>
    internal nint Value => handle;

    public sealed override bool IsInvalid => handle == 0;
}

/// <summary>An opened database.</summary>
internal sealed class ContextHandle(nint value) : NssHandle(value)
{
    protected override bool ReleaseHandle() => LibNss.Close(handle) == 0;
}

/// <summary>The token that keeps the database's certificates.</summary>
internal sealed class SlotHandle(nint value) : NssHandle(value)
{
    protected override bool ReleaseHandle()
    {
        LibNss.FreeSlot(handle);
        return true;
    }
}

internal sealed unsafe class CertificateHandle(nint value) : NssHandle(value)
{
    /// <summary>The issuer's name, in DER. Valid as long as the handle.</summary>
    internal ReadOnlySpan<byte> Issuer => Item(CertificateLayout.Issuer);

    /// <summary>The serial number: the bytes of the INTEGER without its head. Valid as long as the handle.</summary>
    internal ReadOnlySpan<byte> Serial => Item(CertificateLayout.Serial);

    private ReadOnlySpan<byte> Item(int offset) => ((SecItem*)(handle + offset))->Bytes;

    protected override bool ReleaseHandle()
    {
        LibNss.FreeCertificate(handle);
        return true;
    }
}

/// <summary>The certificates of a token.</summary>
internal sealed unsafe class CertificateListHandle(nint value) : NssHandle(value)
{
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
            ders.Add(((SecItem*)(node[2] + CertificateLayout.Der))->Bytes.ToArray());
        }

        return ders;
    }
}

/// <summary>Objects of a token of one class, a linked list of which this is the first.</summary>
internal sealed class ObjectListHandle(nint value) : NssHandle(value)
{
    /// <summary>Each object of the list; valid as long as the handle.</summary>
    internal IEnumerable<nint> Objects()
    {
        for (nint each = handle; each != 0; each = LibNss.NextObject(each))
        {
            yield return each;
        }
    }

    protected override bool ReleaseHandle() => LibNss.FreeObjects(handle) == 0;
}

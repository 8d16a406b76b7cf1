using Locald.Nss.Interop;

namespace Locald.Nss;

/// <summary>
/// What a database keeps of trust: an object beside the certificate, which names it by issuer and serial number. NSS deletes with a
/// certificate only the kind of object that this version of it writes. A database that two versions have written, on both sides of
/// 3.114, holds both (https://bugzilla.mozilla.org/show_bug.cgi?id=1965328), and one of them would be left.
/// </summary>
internal static unsafe class TrustObjects
{
    /// <summary>CKO_NSS_TRUST, and PKCS #11 3.2's CKO_TRUST.</summary>
    private static readonly uint[] s_kinds = [0xce534353, 0x0b];

    private const uint Issuer = 0x81;
    private const uint SerialNumber = 0x82;

    /// <returns>Null where none is left for the certificate, else the step that failed.</returns>
    internal static Answer? Remove(SlotHandle slot, CertificateHandle certificate)
    {
        // The attribute holds the whole INTEGER, the certificate's field what is inside it.
        byte[] serial = [0x02, (byte)certificate.Serial.Length, .. certificate.Serial];
        foreach (uint kind in s_kinds)
        {
            using ObjectListHandle objects = LibNss.FindObjects(slot, kind);
            foreach (nint each in objects.IsInvalid ? [] : objects.Objects())
            {
                if (Has(each, Issuer, certificate.Issuer) && Has(each, SerialNumber, serial)
                    && LibNss.DeleteObject(slot, each) != 0)
                {
                    return Database.Failed("delete");
                }
            }
        }

        return null;
    }

    private static bool Has(nint item, uint attribute, ReadOnlySpan<byte> value)
    {
        SecItem read = default;
        if (LibNss.ReadAttribute(item, attribute, &read) != 0)
        {
            return false;
        }

        bool same = read.Bytes.SequenceEqual(value);
        LibNss.FreeBytes(&read);
        return same;
    }
}

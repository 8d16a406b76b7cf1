using System.Runtime.InteropServices;
using System.Text;

namespace Locald.Nss.Interop;

/// <summary>
/// libnss3's own functions (nss/lib/nss/nss.h, pk11func.h, cert.h), of the one library that was loaded. They are looked up by hand:
/// the resolver of imports would be a tenth of this program. SECStatus is 0 for success; PRBool is an int.
/// </summary>
internal static unsafe class LibNss
{
    /// <summary>NSS_INIT_NOMODDB | NSS_INIT_NOROOTINIT | NSS_INIT_OPTIMIZESPACE: the database alone, no other module and no built-in roots.</summary>
    internal const uint DatabaseAlone = 0x04 | 0x10 | 0x20;

    /// <summary>NSS_INIT_READONLY.</summary>
    internal const uint ReadOnly = 0x01;

    /// <summary>PK11_TypeGeneric.</summary>
    private const int GenericObject = 0;

    /// <summary>certificateUsageSSLServer.</summary>
    private const long ServerUsage = 0x02;

    /// <summary>What <see cref="Libraries"/> loaded.</summary>
    internal static nint Library { private get; set; }

    internal static ContextHandle Open(string database, uint flags)
    {
        fixed (byte* path = Text(database), none = ""u8)
        {
            return new(((delegate* unmanaged<byte*, byte*, byte*, byte*, nint, uint, nint>)Function("NSS_InitContext"))(path, none, none, none, 0, flags));
        }
    }

    internal static int Close(nint context) => ((delegate* unmanaged<nint, int>)Function("NSS_ShutdownContext"))(context);

    internal static string? Version() => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Function("NSS_GetVersion"))());

    internal static int LastError() => ((delegate* unmanaged<int>)Function("PORT_GetError"))();

    internal static SlotHandle KeySlot() => new(((delegate* unmanaged<nint>)Function("PK11_GetInternalKeySlot"))());

    internal static void FreeSlot(nint slot) => ((delegate* unmanaged<nint, void>)Function("PK11_FreeSlot"))(slot);

    internal static bool NeedsPassword(SlotHandle slot) => ((delegate* unmanaged<nint, int>)Function("PK11_NeedUserInit"))(slot.Value) != 0;

    internal static bool NeedsLogin(SlotHandle slot) => ((delegate* unmanaged<nint, int>)Function("PK11_NeedLogin"))(slot.Value) != 0;

    /// <summary>Gives a token that has no password yet an empty one.</summary>
    internal static int SetEmptyPassword(SlotHandle slot)
    {
        fixed (byte* empty = ""u8)
        {
            return ((delegate* unmanaged<nint, byte*, byte*, int>)Function("PK11_InitPin"))(slot.Value, null, empty);
        }
    }

    /// <returns>The certificate in memory alone; invalid where the bytes are none.</returns>
    internal static CertificateHandle Decode(ReadOnlySpan<byte> der)
    {
        fixed (byte* bytes = der)
        {
            SecItem item = SecItem.Certificate(bytes, der.Length);
            return new(((delegate* unmanaged<nint, SecItem*, byte*, int, int, nint>)Function("CERT_NewTempCertificate"))(Certificates(), &item, null, 0, 1));
        }
    }

    internal static int Import(SlotHandle slot, CertificateHandle certificate, string nickname)
    {
        fixed (byte* name = Text(nickname))
        {
            return ((delegate* unmanaged<nint, nint, nuint, byte*, int, int>)Function("PK11_ImportCert"))(slot.Value, certificate.Value, 0, name, 0);
        }
    }

    internal static CertificateHandle Find(SlotHandle slot, ReadOnlySpan<byte> der)
    {
        fixed (byte* bytes = der)
        {
            SecItem item = SecItem.Certificate(bytes, der.Length);
            return new(((delegate* unmanaged<nint, SecItem*, nint, nint>)Function("PK11_FindCertFromDERCertItem"))(slot.Value, &item, 0));
        }
    }

    internal static int SetTrust(CertificateHandle certificate, CertTrust trust) =>
        ((delegate* unmanaged<nint, nint, CertTrust*, int>)Function("CERT_ChangeCertTrust"))(Certificates(), certificate.Value, &trust);

    /// <returns>Nothing at all where the certificate has no trust of its own (certutil's ",,"), which is not an error.</returns>
    internal static CertTrust Trust(CertificateHandle certificate)
    {
        CertTrust trust = default;
        return ((delegate* unmanaged<nint, CertTrust*, int>)Function("CERT_GetCertTrust"))(certificate.Value, &trust) == 0 ? trust : default;
    }

    internal static int Delete(CertificateHandle certificate) => ((delegate* unmanaged<nint, int>)Function("SEC_DeletePermCertificate"))(certificate.Value);

    internal static void FreeCertificate(nint certificate) => ((delegate* unmanaged<nint, void>)Function("CERT_DestroyCertificate"))(certificate);

    internal static CertificateListHandle List(SlotHandle slot) => new(((delegate* unmanaged<nint, nint>)Function("PK11_ListCertsInSlot"))(slot.Value));

    internal static void FreeList(nint list) => ((delegate* unmanaged<nint, void>)Function("CERT_DestroyCertList"))(list);

    internal static ObjectListHandle FindObjects(SlotHandle slot, uint kind) =>
        new(((delegate* unmanaged<nint, nuint, nint>)Function("PK11_FindGenericObjects"))(slot.Value, kind));

    internal static nint NextObject(nint item) => ((delegate* unmanaged<nint, nint>)Function("PK11_GetNextGenericObject"))(item);

    internal static int FreeObjects(nint first) => ((delegate* unmanaged<nint, int>)Function("PK11_DestroyGenericObjects"))(first);

    /// <param name="item">One object of a list.</param>
    /// <param name="attribute">Which of its attributes.</param>
    /// <param name="value">Whose bytes are the caller's to free, where it was read.</param>
    internal static int ReadAttribute(nint item, uint attribute, SecItem* value) =>
        ((delegate* unmanaged<int, nint, nuint, SecItem*, int>)Function("PK11_ReadRawAttribute"))(GenericObject, item, attribute, value);

    /// <summary>Frees what an item points to, and not the item.</summary>
    internal static void FreeBytes(SecItem* item) => ((delegate* unmanaged<SecItem*, int, void>)Function("SECITEM_FreeItem"))(item, 0);

    internal static int DeleteObject(SlotHandle slot, nint item)
    {
        nuint number = ((delegate* unmanaged<int, nint, nint, nuint>)Function("PK11_GetObjectHandle"))(GenericObject, item, 0);
        return ((delegate* unmanaged<nint, nuint, int>)Function("PK11_DestroyTokenObject"))(slot.Value, number);
    }

    /// <summary>Whether a server may use the certificate now.</summary>
    internal static int Verify(CertificateHandle certificate) =>
        ((delegate* unmanaged<nint, nint, int, long, nint, long*, int>)Function("CERT_VerifyCertificateNow"))(Certificates(), certificate.Value, 1, ServerUsage, 0, null);

    internal static int VerifyName(CertificateHandle certificate, string host)
    {
        fixed (byte* name = Text(host))
        {
            return ((delegate* unmanaged<nint, byte*, int>)Function("CERT_VerifyCertName"))(certificate.Value, name);
        }
    }

    private static nint Certificates() => ((delegate* unmanaged<nint>)Function("CERT_GetDefaultCertDB"))();

    private static nint Function(string name) => NativeLibrary.GetExport(Library, name);

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');
}

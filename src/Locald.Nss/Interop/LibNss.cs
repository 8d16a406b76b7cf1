using System.Runtime.InteropServices;

namespace Locald.Nss.Interop;

/// <summary>libnss3's own functions (nss/lib/nss/nss.h, pk11func.h, cert.h). SECStatus is 0 for success; PRBool is an int.</summary>
internal static unsafe partial class LibNss
{
    /// <summary>The name that <see cref="Libraries"/> resolves to the file that the request names.</summary>
    internal const string Name = "libnss3";

    /// <summary>NSS_INIT_NOMODDB | NSS_INIT_NOROOTINIT | NSS_INIT_OPTIMIZESPACE: the database alone, no other module and no built-in roots.</summary>
    internal const uint DatabaseAlone = 0x04 | 0x10 | 0x20;

    /// <summary>NSS_INIT_READONLY.</summary>
    internal const uint ReadOnly = 0x01;

    /// <summary>PK11_TypeGeneric.</summary>
    internal const int GenericObject = 0;

    /// <summary>certificateUsageSSLServer.</summary>
    internal const long ServerUsage = 0x02;

    [LibraryImport(Name, EntryPoint = "NSS_InitContext", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ContextHandle Open(string database, string certificatePrefix, string keyPrefix, string moduleDatabase, nint parameters, uint flags);

    [LibraryImport(Name, EntryPoint = "NSS_ShutdownContext")]
    internal static partial int Close(nint context);

    [LibraryImport(Name, EntryPoint = "NSS_GetVersion")]
    internal static partial byte* Version();

    [LibraryImport(Name, EntryPoint = "PORT_GetError")]
    internal static partial int LastError();

    [LibraryImport(Name, EntryPoint = "PK11_GetInternalKeySlot")]
    internal static partial SlotHandle KeySlot();

    [LibraryImport(Name, EntryPoint = "PK11_FreeSlot")]
    internal static partial void FreeSlot(nint slot);

    [LibraryImport(Name, EntryPoint = "PK11_NeedUserInit")]
    internal static partial int NeedsPassword(SlotHandle slot);

    [LibraryImport(Name, EntryPoint = "PK11_IsReadOnly")]
    internal static partial int IsReadOnly(SlotHandle slot);

    [LibraryImport(Name, EntryPoint = "PK11_NeedLogin")]
    internal static partial int NeedsLogin(SlotHandle slot);

    [LibraryImport(Name, EntryPoint = "PK11_InitPin", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetFirstPassword(SlotHandle slot, string? officer, string password);

    [LibraryImport(Name, EntryPoint = "CERT_GetDefaultCertDB")]
    internal static partial nint Certificates();

    [LibraryImport(Name, EntryPoint = "CERT_NewTempCertificate")]
    internal static partial CertificateHandle NewCertificate(nint certificates, SecItem* der, nint nickname, int permanent, int copy);

    [LibraryImport(Name, EntryPoint = "PK11_ImportCert", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Import(SlotHandle slot, CertificateHandle certificate, CULong key, string nickname, int includeTrust);

    [LibraryImport(Name, EntryPoint = "PK11_FindCertFromDERCertItem")]
    internal static partial CertificateHandle Find(SlotHandle slot, SecItem* der, nint context);

    [LibraryImport(Name, EntryPoint = "CERT_ChangeCertTrust")]
    internal static partial int SetTrust(nint certificates, CertificateHandle certificate, CertTrust* trust);

    [LibraryImport(Name, EntryPoint = "CERT_GetCertTrust")]
    internal static partial int GetTrust(CertificateHandle certificate, CertTrust* trust);

    [LibraryImport(Name, EntryPoint = "SEC_DeletePermCertificate")]
    internal static partial int Delete(CertificateHandle certificate);

    [LibraryImport(Name, EntryPoint = "CERT_DestroyCertificate")]
    internal static partial void FreeCertificate(nint certificate);

    [LibraryImport(Name, EntryPoint = "PK11_ListCertsInSlot")]
    internal static partial CertificateListHandle List(SlotHandle slot);

    [LibraryImport(Name, EntryPoint = "CERT_DestroyCertList")]
    internal static partial void FreeList(nint list);

    [LibraryImport(Name, EntryPoint = "PK11_FindGenericObjects")]
    internal static partial ObjectListHandle FindObjects(SlotHandle slot, CULong kind);

    [LibraryImport(Name, EntryPoint = "PK11_GetNextGenericObject")]
    internal static partial nint NextObject(nint item);

    [LibraryImport(Name, EntryPoint = "PK11_DestroyGenericObjects")]
    internal static partial int FreeObjects(nint first);

    [LibraryImport(Name, EntryPoint = "PK11_ReadRawAttribute")]
    internal static partial int ReadAttribute(int type, nint item, CULong attribute, SecItem* value);

    [LibraryImport(Name, EntryPoint = "SECITEM_FreeItem")]
    internal static partial void FreeItem(SecItem* item, int freeStructure);

    [LibraryImport(Name, EntryPoint = "PK11_GetObjectHandle")]
    internal static partial CULong ObjectNumber(int type, nint item, nint slot);

    [LibraryImport(Name, EntryPoint = "PK11_DestroyTokenObject")]
    internal static partial int DeleteObject(SlotHandle slot, CULong number);

    [LibraryImport(Name, EntryPoint = "CERT_VerifyCertificateNow")]
    internal static partial int Verify(nint certificates, CertificateHandle certificate, int checkSignature, long usages, nint context, long* fit);

    [LibraryImport(Name, EntryPoint = "CERT_VerifyCertName", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int VerifyName(CertificateHandle certificate, string host);
}

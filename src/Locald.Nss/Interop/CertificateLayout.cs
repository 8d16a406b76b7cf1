namespace Locald.Nss.Interop;

/// <summary>
/// Where a CERTCertificate (nss/lib/certdb/certt.h) has its fields on 64-bit machines, where a pointer takes 8 bytes and a SECItem 24.
/// The beginning of the structure is part of NSS's stable interface.
/// </summary>
internal static class CertificateLayout
{
    /// <summary>derCert, behind three pointers and the four SECItems of the signature.</summary>
    internal const int Der = (3 * 8) + (4 * 24);

    /// <summary>derIssuer.</summary>
    internal const int Issuer = Der + 24;

    /// <summary>serialNumber, behind derSubject, derPublicKey, certKey and version.</summary>
    internal const int Serial = Issuer + (5 * 24);
}

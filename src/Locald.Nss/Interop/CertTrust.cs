using System.Runtime.InteropServices;

namespace Locald.Nss.Interop;

/// <summary>CERTCertTrust (nss/lib/certdb/certt.h): what a certificate is trusted for, three fields of bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CertTrust
{
    /// <summary>CERTDB_VALID_CA | CERTDB_TRUSTED_CA: certutil's "C", an authority for servers.</summary>
    internal const uint Authority = ValidAuthority | TrustedAuthority;

    internal const uint TrustedAuthority = 0x10;

    private const uint ValidAuthority = 0x08;

    internal uint Ssl;
    internal uint Email;
    internal uint ObjectSigning;
}

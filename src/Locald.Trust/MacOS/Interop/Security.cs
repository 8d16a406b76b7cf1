using System.Runtime.InteropServices;

namespace Locald.Trust.MacOS.Interop;

/// <summary>Security.framework (https://developer.apple.com/documentation/security). A result of type int is an OSStatus.</summary>
internal static partial class Security
{
    internal const string Path = "/System/Library/Frameworks/Security.framework/Security";

    /// <summary>callerSecuritySession.</summary>
    internal const uint CallerSession = uint.MaxValue;

    /// <summary>sessionHasGraphicAccess.</summary>
    internal const uint HasGraphicAccess = 0x10;

    [LibraryImport(Path)]
    internal static partial CFHandle SecCertificateCreateWithData(nint allocator, CFHandle data);

    [LibraryImport(Path)]
    internal static partial CFHandle SecCertificateCopyData(nint certificate);

    [LibraryImport(Path)]
    internal static partial int SecItemAdd(CFHandle attributes, nint result);

    [LibraryImport(Path)]
    internal static partial int SecItemCopyMatching(CFHandle query, out CFHandle result);

    [LibraryImport(Path)]
    internal static partial int SecItemDelete(CFHandle query);

    [LibraryImport(Path, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SecKeychainOpen(string path, out CFHandle keychain);

    [LibraryImport(Path)]
    internal static partial int SecTrustSettingsSetTrustSettings(CFHandle certificate, TrustDomain domain, nint settings);

    [LibraryImport(Path)]
    internal static partial int SecTrustSettingsCopyTrustSettings(CFHandle certificate, TrustDomain domain, out CFHandle settings);

    [LibraryImport(Path)]
    internal static partial int SecTrustSettingsRemoveTrustSettings(CFHandle certificate, TrustDomain domain);

    [LibraryImport(Path)]
    internal static partial int SecTrustSettingsCopyCertificates(TrustDomain domain, out CFHandle certificates);

    [LibraryImport(Path)]
    internal static partial CFHandle SecPolicyCreateSSL(byte server, CFHandle host);

    [LibraryImport(Path)]
    internal static partial CFHandle SecPolicyCreateBasicX509();

    [LibraryImport(Path)]
    internal static partial CFHandle SecPolicyCopyProperties(nint policy);

    [LibraryImport(Path)]
    internal static partial int SecTrustCreateWithCertificates(CFHandle certificates, CFHandle policies, out CFHandle trust);

    [LibraryImport(Path)]
    internal static partial int SecTrustSetNetworkFetchAllowed(CFHandle trust, byte allowed);

    [LibraryImport(Path)]
    internal static partial byte SecTrustEvaluateWithError(CFHandle trust, out CFHandle error);

    [LibraryImport(Path)]
    internal static partial CFHandle SecCopyErrorMessageString(int status, nint reserved);

    [LibraryImport(Path)]
    internal static partial int SessionGetInfo(uint session, out uint id, out uint attributes);
}

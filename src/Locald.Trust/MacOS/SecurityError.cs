using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>What an OSStatus of Security.framework means here (SecBase.h, Authorization.h; https://developer.apple.com/documentation/security/security-framework-result-codes).</summary>
/// <param name="Status">The number.</param>
/// <param name="Name">Apple's name of it, or the number.</param>
/// <param name="Meaning">In one line for a person, lower case, without a full stop.</param>
/// <param name="Fault">Why, for a script.</param>
internal sealed record SecurityError(int Status, string Name, string Meaning, TrustFault Fault)
{
    internal const int ItemNotFound = -25300;
    internal const int NoTrustSettings = -25263;
    internal const int DuplicateItem = -25299;
    internal const int UnknownFormat = -25257;
    internal const int Allocate = -108;

    private const string OpenKeychains = "open -a 'Keychain Access'";

    private static readonly SecurityError[] s_known =
    [
        new(-60005, "errAuthorizationDenied", "macOS refused: this user is no administrator, or the password was wrong", TrustFault.NotPermitted),
        new(-60006, "errAuthorizationCanceled", "the dialog of macOS was answered with Cancel", TrustFault.Cancelled),
        new(-128, "errSecUserCanceled", "the dialog of macOS was answered with Cancel", TrustFault.Cancelled),
        new(-60007, "errAuthorizationInteractionNotAllowed", "macOS has to ask for a password, and cannot: there is no desktop session", TrustFault.NoSession),
        new(-2070, "errSecInternalComponent", "macOS could not ask for permission: there is no desktop session", TrustFault.NoSession),
        new(-25308, "errSecInteractionNotAllowed", "the keychain is locked, and macOS cannot ask for its password here", TrustFault.PasswordNeeded) { Remedies = ["security unlock-keychain"] },
        new(-25315, "errSecInteractionRequired", "the keychain is locked, and macOS cannot ask for its password here", TrustFault.PasswordNeeded) { Remedies = ["security unlock-keychain"] },
        new(-25293, "errSecAuthFailed", "macOS refused the password", TrustFault.NotPermitted),
        new(-25243, "errSecNoAccessForItem", "this program may not change the item", TrustFault.NotPermitted),
        new(-25244, "errSecInvalidOwnerEdit", "this user may not change the item", TrustFault.NotPermitted),
        new(-61, "errSecWrPerm", "this user may not write the keychain", TrustFault.NotPermitted),
        new(-34018, "errSecMissingEntitlement", "macOS does not let this program at the keychain", TrustFault.Forbidden) { Remedies = ["codesign -dv \"$(command -v locald)\""] },
        new(-25292, "errSecReadOnly", "the keychain is read-only", TrustFault.NotWritable) { Remedies = ["security list-keychains", OpenKeychains] },
        new(-34, "errSecDiskFull", "the disk is full", TrustFault.NotWritable) { Remedies = ["df -h ~/Library/Keychains"] },
        new(-25294, "errSecNoSuchKeychain", "a keychain that is listed does not exist", TrustFault.StoreDamaged) { Remedies = ["security list-keychains", OpenKeychains] },
        new(-25295, "errSecInvalidKeychain", "the keychain is damaged", TrustFault.StoreDamaged) { Remedies = ["security list-keychains", OpenKeychains] },
        new(-25307, "errSecNoDefaultKeychain", "this user has no default keychain", TrustFault.StoreDamaged) { Remedies = ["security default-keychain -s login.keychain-db", OpenKeychains] },
        new(-25291, "errSecNotAvailable", "no keychain is available", TrustFault.StoreDamaged) { Remedies = ["security list-keychains", OpenKeychains] },
        new(-25262, "errSecInvalidTrustSettings", "the record of trust settings is damaged", TrustFault.StoreDamaged) { Remedies = ["security dump-trust-settings", OpenKeychains] },
        new(-25304, "errSecInvalidItemRef", "the item is not in a keychain any more", TrustFault.ToolFailed),
        new(UnknownFormat, "errSecUnknownFormat", "macOS does not read the certificate", TrustFault.ToolFailed),
        new(-26275, "errSecDecode", "macOS does not read the certificate", TrustFault.ToolFailed),
        new(-50, "errSecParam", "macOS does not take what it was given", TrustFault.ToolFailed),
        new(-4, "errSecUnimplemented", "this version of macOS cannot do that", TrustFault.ToolFailed),
        new(Allocate, "errSecAllocate", "there is no memory left", TrustFault.ToolFailed),
        new(-60008, "errAuthorizationInternal", "the authorization service of macOS failed", TrustFault.ToolFailed),
        new(-67585, "errSecServiceNotAvailable", "the security service of macOS is not running", TrustFault.ToolFailed),
        new(DuplicateItem, "errSecDuplicateItem", "it is there already", TrustFault.ToolFailed),
        new(ItemNotFound, "errSecItemNotFound", "it is not there", TrustFault.ToolFailed),
        new(NoTrustSettings, "errSecNoTrustSettings", "there are no trust settings", TrustFault.ToolFailed),
    ];

    internal static IReadOnlyList<SecurityError> Known => s_known;

    /// <summary>Commands that help whatever was being done; empty where that depends on it.</summary>
    private string[] Remedies { get; init; } = [];

    internal static SecurityError Of(int status) => Array.Find(s_known, e => e.Status == status) ?? Unknown(status);

    /// <summary>What a person can do about it, when putting a root in or when taking one out.</summary>
    internal string[] Hints(bool removing) => Fault switch
    {
        _ when Remedies.Length > 0 => Remedies,
        TrustFault.NoSession => KeychainStore.WithoutSession(removing),
        TrustFault.NotPermitted => removing ? ["sudo locald untrust"] : ["locald trust --user", .. KeychainStore.WithoutSession(removing)],
        TrustFault.Cancelled => [removing ? "locald untrust" : "locald trust"],
        _ => ["locald doctor"],
    };

    private static SecurityError Unknown(int status)
    {
        using CFHandle message = Security.SecCopyErrorMessageString(status, 0);
        return new(status, $"OSStatus {status}", CF.String(message)?.TrimEnd('.') ?? "macOS gives no explanation", TrustFault.ToolFailed);
    }
}

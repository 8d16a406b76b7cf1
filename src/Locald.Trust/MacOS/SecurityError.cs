using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>What an OSStatus of Security.framework means here (SecBase.h, Authorization.h).</summary>
/// <param name="Status">The number.</param>
/// <param name="Name">Apple's name of it, or the number.</param>
/// <param name="Meaning">In one line for a person, lower case, without a full stop.</param>
/// <param name="Fault">Why, for a script.</param>
internal sealed record SecurityError(int Status, string Name, string Meaning, TrustFault Fault)
{
    internal const int ItemNotFound = -25300;
    internal const int NoTrustSettings = -25263;
    internal const int DuplicateItem = -25299;

    private static readonly SecurityError[] s_known =
    [
        new(-60005, "errAuthorizationDenied", "macOS refused: this user is no administrator, or the password was wrong", TrustFault.NotPermitted),
        new(-60006, "errAuthorizationCanceled", "the dialog of macOS was answered with Cancel", TrustFault.Cancelled),
        new(-128, "userCanceledErr", "the dialog of macOS was answered with Cancel", TrustFault.Cancelled),
        new(-60007, "errAuthorizationInteractionNotAllowed", "macOS has to ask for a password, and cannot: there is no desktop session", TrustFault.NoSession),
        new(-2070, "errSecInternalComponent", "macOS could not ask for permission: there is no desktop session", TrustFault.NoSession),
        new(-25308, "errSecInteractionNotAllowed", "the keychain is locked, and macOS cannot ask for its password here", TrustFault.NoSession),
        new(-25293, "errSecAuthFailed", "macOS refused the password", TrustFault.NotPermitted),
        new(-25243, "errSecNoAccessForItem", "this program may not change the item", TrustFault.NotPermitted),
        new(-25292, "errSecReadOnly", "the keychain is read-only", TrustFault.NotWritable),
        new(-61, "errSecWrPerm", "the keychain may not be written", TrustFault.NotPermitted),
        new(-25294, "errSecNoSuchKeychain", "there is no such keychain", TrustFault.NotWritable),
        new(-25307, "errSecNoDefaultKeychain", "this user has no default keychain", TrustFault.NotWritable),
        new(-25291, "errSecNotAvailable", "no keychain is available", TrustFault.NoSession),
        new(-25295, "errSecInvalidKeychain", "the keychain is damaged", TrustFault.StoreDamaged),
        new(-25262, "errSecTrustSettingDeny", "a trust setting denies the root", TrustFault.Forbidden),
        new(-34, "errSecDiskFull", "the disk is full", TrustFault.NotWritable),
        new(-25257, "errSecUnknownFormat", "macOS does not read the certificate", TrustFault.ToolFailed),
        new(ItemNotFound, "errSecItemNotFound", "it is not there", TrustFault.ToolFailed),
        new(NoTrustSettings, "errSecNoTrustSettings", "there are no trust settings", TrustFault.ToolFailed),
    ];

    internal static IReadOnlyList<SecurityError> Known => s_known;

    internal static SecurityError Of(int status) => Array.Find(s_known, e => e.Status == status) ?? Unknown(status);

    /// <summary>What a person can do about it.</summary>
    internal string[] Hints => Fault switch
    {
        TrustFault.NoSession => KeychainStore.WithoutSession,
        TrustFault.NotPermitted => ["locald trust --user", .. KeychainStore.WithoutSession],
        TrustFault.Cancelled => ["locald trust"],
        TrustFault.NotWritable or TrustFault.StoreDamaged => ["security list-keychains", "open -a 'Keychain Access'"],
        _ => ["locald doctor"],
    };

    private static SecurityError Unknown(int status)
    {
        using CFHandle message = Security.SecCopyErrorMessageString(status, 0);
        return new(status, $"OSStatus {status}", CF.String(message)?.TrimEnd('.') ?? "macOS gives no explanation", TrustFault.ToolFailed);
    }
}

namespace Locald.Trust.Windows;

/// <summary>What Windows' error codes mean when a Root store is read or changed.</summary>
internal static class WindowsErrors
{
    /// <summary>HRESULT, fault, and the words for a person. Winerror.h has the names.</summary>
    private static readonly (uint Code, TrustFault Fault, string Words)[] s_known =
    [
        (0x8007_04C7, TrustFault.Cancelled, "the security warning of Windows was answered with No"), // ERROR_CANCELLED
        (0x8007_0005, TrustFault.NotPermitted, "Windows denied access"), // ERROR_ACCESS_DENIED
        (0x8007_0522, TrustFault.NotPermitted, "Windows denied access: a privilege is missing"), // ERROR_PRIVILEGE_NOT_HELD
        (0x8007_02E4, TrustFault.NotPermitted, "Windows asks for an elevated process"), // ERROR_ELEVATION_REQUIRED
        (0x8009_0022, TrustFault.NoSession, "Windows could not show its security warning"), // NTE_SILENT_CONTEXT
        (0x8007_05B3, TrustFault.NoSession, "Windows could not show its security warning: this process has no desktop"), // ERROR_REQUIRES_INTERACTIVE_WINDOWSTATION
        (0x8007_04EC, TrustFault.Forbidden, "a policy of this Windows forbids it"), // ERROR_ACCESS_DISABLED_BY_POLICY
        (0x8009_2026, TrustFault.Forbidden, "a security setting of this Windows forbids it"), // CRYPT_E_SECURITY_SETTINGS
        (0x8007_0020, TrustFault.Locked, "another process holds the store"), // ERROR_SHARING_VIOLATION
        (0x8007_0021, TrustFault.Locked, "another process holds the store"), // ERROR_LOCK_VIOLATION
        (0x8007_0013, TrustFault.NotWritable, "the disk is write-protected"), // ERROR_WRITE_PROTECT
        (0x8007_0027, TrustFault.NotWritable, "no space left on the disk"), // ERROR_HANDLE_DISK_FULL
        (0x8007_0070, TrustFault.NotWritable, "no space left on the disk"), // ERROR_DISK_FULL
        (0x8007_03F1, TrustFault.BundleDamaged, "the registry is damaged"), // ERROR_BADDB
        (0x8007_03F7, TrustFault.BundleDamaged, "the registry is damaged"), // ERROR_REGISTRY_CORRUPT
        (0x8009_2003, TrustFault.BundleDamaged, "the store is damaged"), // CRYPT_E_FILE_ERROR
    ];

    /// <param name="code">An HRESULT, as <see cref="Exception.HResult"/> gives it.</param>
    /// <param name="message">What Windows says of it, in its own language.</param>
    public static (TrustFault Fault, string Words) Explain(int code, string message)
    {
        foreach ((uint known, TrustFault fault, string words) in s_known)
        {
            if (known == unchecked((uint)code))
            {
                return (fault, words);
            }
        }

        string said = message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return (TrustFault.ToolFailed, $"Windows answered 0x{code:X8}{(said.Length > 0 ? $": {said}" : "")}");
    }
}

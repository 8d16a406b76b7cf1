using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace Locald.Certificates.Files;

/// <summary>What a file's access list on Windows means for a private key, as the mode does on Unix.</summary>
internal static class AccessRules
{
    private const string Everyone = "S-1-1-0";

    /// <summary>Read, write or append data, change the list or the owner; and the general rights that stand for these.</summary>
    private const uint Reach = 0x1 | 0x2 | 0x4 | 0x4_0000 | 0x8_0000 | 0x1000_0000 | 0x4000_0000 | 0x8000_0000;

    /// <summary>
    /// Groups that other people are in, and no administrators' group: those reach every file anyway.
    /// https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers
    /// </summary>
    private static readonly string[] _others =
    [
        Everyone,
        "S-1-5-2", // Network
        "S-1-5-4", // Interactive
        "S-1-5-7", // Anonymous
        "S-1-5-11", // Authenticated Users
        "S-1-5-32-545", // Users
        "S-1-5-32-546", // Guests
        "S-1-15-2-1", // All application packages
    ];

    /// <summary>The groups of other people that the list lets reach the file, in its order.</summary>
    internal static IReadOnlyList<string> OthersWith(IReadOnlyList<AccessRule> rules) =>
        [.. rules.Select(r => r.Sid).Distinct().Where(sid => _others.Contains(sid) && (Rights(sid, rules) & Reach) != 0)];

    /// <summary>Windows goes through the list until each right that is asked for is given or taken.</summary>
    private static uint Rights(string sid, IReadOnlyList<AccessRule> rules)
    {
        (uint given, uint taken) = (0, 0);
        foreach (AccessRule rule in rules.Where(r => r.Sid == sid || r.Sid == Everyone))
        {
            given |= rule.Allows ? rule.Rights & ~taken : 0;
            taken |= rule.Allows ? 0 : rule.Rights & ~given;
        }

        return given;
    }

    /// <summary>Of the very file that is open. A list that is missing gives everything to everyone, and reads so.</summary>
    /// <exception cref="IOException">The file system keeps no access lists, or does not tell.</exception>
    [SupportedOSPlatform("windows")]
    internal static IReadOnlyList<AccessRule> Of(FileStream file)
    {
        try
        {
            return
            [
                .. file.GetAccessControl().GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier))
                    .OfType<FileSystemAccessRule>()
                    .Select(r => new AccessRule(r.IdentityReference.Value, (uint)r.FileSystemRights, r.AccessControlType == AccessControlType.Allow)),
            ];
        }
        catch (Exception error) when (error is SystemException and not IOException)
        {
            throw new IOException(error.Message, error);
        }
    }

    /// <summary>Who runs this process.</summary>
    [SupportedOSPlatform("windows")]
    internal static string Me => WindowsIdentity.GetCurrent().User!.Value;

    /// <summary>The list of a file that is this user's alone, whatever its folder would give it.</summary>
    [SupportedOSPlatform("windows")]
    internal static FileSecurity Private()
    {
        FileSecurity security = new();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (SecurityIdentifier who in Owners())
        {
            security.AddAccessRule(new FileSystemAccessRule(who, FileSystemRights.FullControl, AccessControlType.Allow));
        }

        return security;
    }

    /// <summary>This user, the system and the administrators.</summary>
    [SupportedOSPlatform("windows")]
    internal static SecurityIdentifier[] Owners() =>
    [
        WindowsIdentity.GetCurrent().User!,
        new(WellKnownSidType.LocalSystemSid, null),
        new(WellKnownSidType.BuiltinAdministratorsSid, null),
    ];
}

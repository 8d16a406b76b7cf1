using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using Locald.Certificates.Interop.Unix;

namespace Locald.Certificates.Files;

/// <summary>Folders that nobody else may enter.</summary>
public static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates the folder and those above it that are missing, each mode 0700; one that exists is left as it is.</summary>
    /// <exception cref="IOException">The disk is full or read-only, or a file is in the way.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder above may not be written.</exception>
    public static void Create(string path, FileOwner? owner = null)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
        {
            Create(parent, owner);
        }

        if (OperatingSystem.IsWindows())
        {
            OwnersOnly().CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, OwnerOnly);
        if (owner is not null && LibC.ChangeOwnerOfLink(path, owner.Uid, owner.Gid) != 0)
        {
            throw new IOException($"giving {path} to user {owner.Uid}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Creates the folder as <see cref="Create"/> does, and shuts others out of one that exists.</summary>
    /// <inheritdoc cref="Create"/>
    public static void Ensure(string path, FileOwner? owner = null)
    {
        Create(path, owner);
        if (OperatingSystem.IsWindows())
        {
            new DirectoryInfo(path).SetAccessControl(OwnersOnly());
        }
        else if (File.GetUnixFileMode(path) != OwnerOnly)
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }
    }

    /// <summary>Outside the user's profile, what a new folder inherits lets every user read.</summary>
    [SupportedOSPlatform("windows")]
    private static DirectorySecurity OwnersOnly()
    {
        DirectorySecurity security = new();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (SecurityIdentifier who in AccessRules.Owners())
        {
            security.AddAccessRule(new FileSystemAccessRule(who, FileSystemRights.FullControl,
                InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit, PropagationFlags.None, AccessControlType.Allow));
        }

        return security;
    }
}

using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Locald.Certificates.Interop.Unix;

/// <summary>What the base class library does not offer of POSIX. Bound at link time where the program is static.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class LibC
{
    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;

    /// <summary>EWOULDBLOCK.</summary>
    internal static readonly int WouldBlock = OperatingSystem.IsLinux() ? 11 : 35;

    /// <summary>O_RDONLY | O_CLOEXEC.</summary>
    private static readonly int ReadOnly = OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;

    /// <summary>Opens a folder, which FileStream refuses to do. The handle is invalid where that failed.</summary>
    internal static SafeFileHandle OpenFolder(string path) => new(Open(path, ReadOnly), ownsHandle: true);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    internal static partial int ChangeOwner(SafeFileHandle file, int uid, int gid);

    /// <summary>lchown: changes a link itself, so that root never gives away what a link points to.</summary>
    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChangeOwnerOfLink(string path, int uid, int gid);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}

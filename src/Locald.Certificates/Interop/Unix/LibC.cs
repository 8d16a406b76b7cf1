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

    /// <summary>Owner and group of what a path leads to; null where that cannot be asked.</summary>
    internal static FileOwner? OwnerOf(string path)
    {
        const int CurrentFolder = -100;
        const uint Owner = 0x8 | 0x10;
        Span<uint> answer = stackalloc uint[64];
        return OperatingSystem.IsLinux() ? StatX(CurrentFolder, path, 0, Owner, answer) == 0 ? new((int)answer[5], (int)answer[6]) : null
            : (RuntimeInformation.ProcessArchitecture == Architecture.X64 ? StatOnIntel(path, answer) : Stat(path, answer)) == 0
            ? new((int)answer[4], (int)answer[5]) : null;
    }

    /// <summary>statx(2), whose answer has one form on all processors.</summary>
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<uint> answer);

    /// <summary>stat(2) of macOS, 144 bytes: device, mode and links, a file number of 64 bits, owner, group.</summary>
    [LibraryImport("libSystem", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, Span<uint> answer);

    /// <summary>The same: on Intel, the plain name is that of a file number of 32 bits.</summary>
    [LibraryImport("libSystem", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatOnIntel(string path, Span<uint> answer);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}

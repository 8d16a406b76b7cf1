using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Locald.Trust.Linux.Interop;

/// <summary>What the base class library does not offer of Linux. Bound at link time where the program is static.</summary>
internal static partial class LibC
{
    /// <summary>MFD_CLOEXEC: a child starts from the descriptor and does not keep it.</summary>
    internal const uint CloseOnExec = 1;

    /// <summary>memfd_create(2): a file in memory alone. The handle is invalid where the system refuses.</summary>
    internal static SafeFileHandle MemoryFile(string name) => new(CreateMemoryFile(name, CloseOnExec), ownsHandle: true);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    /// <summary>S_IFMT and S_IFREG.</summary>
    internal const int KindMask = 0xF000, RegularKind = 0x8000;

    /// <summary>W_OK.</summary>
    internal const int ToWrite = 2;

    /// <summary>statx(2), whose answer has one form on all processors. Null where it fails.</summary>
    internal static (uint Uid, uint Gid, ushort Mode)? Look(string path)
    {
        const int CurrentFolder = -100;
        const uint TypeAndOwner = 0x1 | 0x8 | 0x10;
        Span<uint> answer = stackalloc uint[64];
        return StatX(CurrentFolder, path, 0, TypeAndOwner, answer) == 0 ? (answer[5], answer[6], (ushort)answer[7]) : null;
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChangeOwner(string path, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<uint> answer);
}

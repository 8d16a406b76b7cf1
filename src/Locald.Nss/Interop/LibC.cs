using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Locald.Nss.Interop;

/// <summary>What the base class library does not offer of POSIX on Linux.</summary>
internal static partial class LibC
{
    private const int GetLock = 5;
    private const short ReadLock = 0;
    private const short WriteLock = 1;
    private const short NoLock = 2;

    /// <summary>PR_SET_PDEATHSIG, and SIGKILL.</summary>
    private const int ParentDeathSignal = 1;
    private const ulong Kill = 9;

    /// <summary>POLLERR: of a pipe that is written to, that it has no reader (poll(2)).</summary>
    private const short PollError = 8;

    /// <summary>EINTR: a signal came first, and nothing was done.</summary>
    internal const int Interrupted = 4;

    /// <summary>AT_FDCWD.</summary>
    private const int CurrentFolder = -100;

    /// <summary>statx(2) by its number, because glibc has no function of that name before 2.28.</summary>
    private static readonly nint s_statX = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 291 : 332;

    /// <summary>struct statx (statx(2)) has the same form on every machine: 256 bytes, the owner's numbers at 20 and 24, the mode at 28.</summary>
    private const int StatusWords = 64;

    /// <summary>Where SQLite puts its locks (PENDING_BYTE, https://www.sqlite.org/fileformat.html#the_lock_byte_page): 512 bytes.</summary>
    private const long LockByte = 0x40000000;

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    internal static partial int SetGroups(nuint count, ReadOnlySpan<uint> groups);

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    internal static partial int SetGroup(uint gid);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    internal static partial int SetUser(uint uid);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, Span<byte> bytes, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nint length);

    /// <summary>
    /// The kernel ends this process with the thread that started it, who waits for it (prctl(2)). One that is dead already is known by
    /// its pipe: nobody reads what we say.
    /// </summary>
    internal static void EndWithParent()
    {
        _ = Control(ParentDeathSignal, Kill);
        PollEntry output = new() { Descriptor = 1 };
        if (Poll(ref output, 1, milliseconds: 0) > 0 && (output.Returned & PollError) != 0)
        {
            Exit(1);
        }
    }

    /// <summary>Ends the process at once: nothing is closed, and no other thread is waited for.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    internal static partial void Exit(int code);

    [LibraryImport("libc", EntryPoint = "umask")]
    internal static partial uint SetMask(uint mask);

    /// <summary>Whether another process writes to the SQLite file, or is about to (F_GETLK); for one that wants to write, whether another reads it.</summary>
    internal static bool IsLocked(SafeFileHandle file, bool toWrite)
    {
        FileLock asked = new() { Type = toWrite ? WriteLock : ReadLock, Start = LockByte, Length = 512 };
        return Control(file, GetLock, ref asked) == 0 && asked.Type != NoLock;
    }

    /// <summary>Whose a folder is; null where it cannot be asked.</summary>
    internal static unsafe (uint Uid, uint Gid)? OwnerOf(string path)
    {
        const uint UidAndGid = 0x8 | 0x10;
        uint* status = stackalloc uint[StatusWords];
        return Call(s_statX, CurrentFolder, path, 0, UidAndGid, status) == 0 ? (status[5], status[6]) : null;
    }

    /// <summary>Whether a path is an ordinary file, links followed; null where nothing is there, or it cannot be asked.</summary>
    internal static unsafe bool? IsFile(string path)
    {
        const uint Type = 0x1;
        const uint TypeBits = 0xF000;
        const uint Ordinary = 0x8000;
        uint* status = stackalloc uint[StatusWords];
        return Call(s_statX, CurrentFolder, path, 0, Type, status) == 0 ? (((ushort*)status)[14] & TypeBits) == Ordinary : null;
    }

    /// <summary>How many bytes a folder's disk has left for this user; null where it cannot be asked.</summary>
    internal static unsafe ulong? SpaceOn(string folder)
    {
        // struct statvfs of 64-bit Linux: 112 bytes, of which the second word is the size of a block, the fifth the number that is left.
        ulong* status = stackalloc ulong[14];
        return StatVfs(folder, status) == 0 ? status[1] * status[4] : null;
    }

    [LibraryImport("libc", EntryPoint = "statvfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatVfs(string path, ulong* status);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint Call(nint number, nint folder, string path, nint flags, nuint mask, uint* status);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, ulong argument);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollEntry entries, ulong count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, ref FileLock argument);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        internal int Descriptor;
        internal short Wanted;
        internal short Returned;
    }

    /// <summary>struct flock of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FileLock
    {
        internal short Type;
        internal short Whence;
        internal long Start;
        internal long Length;
        internal int Process;
    }
}

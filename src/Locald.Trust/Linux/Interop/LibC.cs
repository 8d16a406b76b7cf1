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
}

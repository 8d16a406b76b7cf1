using System.Runtime.InteropServices;

namespace Locald.Nss.Interop;

/// <summary>The calls behind <see cref="Disk"/>.</summary>
internal static partial class LibC
{
    /// <summary>O_CLOEXEC.</summary>
    internal const int CloseOnExec = 0x80000;

    /// <summary>O_WRONLY | O_CREAT; O_TRUNC empties a file that is there, O_EXCL refuses it.</summary>
    internal const int CreateToWrite = 0x1 | 0x40, Emptied = 0x200, Exclusively = 0x80;

    /// <summary>Errors of open(2): nothing has this name, there is something already, and what stands before the name is no folder.</summary>
    internal const int NoEntry = 2, Exists = 17, NoFolder = 20;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, uint mode);

    /// <summary>Gives a file another name beside its own; fails where something has it.</summary>
    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Link(string path, string name);

    /// <summary>Moves a file over whatever has its new name.</summary>
    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Rename(string from, string to);

    /// <summary>Deletes an empty folder.</summary>
    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RemoveFolder(string path);
}

using System.Runtime.InteropServices;

namespace Locald;

/// <summary>The process that called this one; the class library does not tell.</summary>
internal static partial class ParentProcess
{
    /// <summary>Its id; 0 where it cannot be seen from here (it is outside of the container).</summary>
    internal static int Id => OperatingSystem.IsWindows() ? OnWindows() : GetParentId();

    /// <summary>learn.microsoft.com/windows/win32/api/winternl/nf-winternl-ntqueryinformationprocess: the parent is the last of six words.</summary>
    private static int OnWindows()
    {
        const int BasicInformation = 0;
        Span<nint> words = stackalloc nint[6];
        return Query(-1, BasicInformation, words, words.Length * IntPtr.Size, out _) == 0 ? (int)words[5] : 0;
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentId();

    [LibraryImport("ntdll", EntryPoint = "NtQueryInformationProcess")]
    private static partial int Query(nint process, int informationClass, Span<nint> information, int length, out int written);
}

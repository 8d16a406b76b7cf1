using System.Runtime.InteropServices;

namespace Locald.Proxy.Connections;

/// <summary>The memory that OpenSSL asks for: some 15 KiB for each connection.</summary>
internal static partial class NativeHeap
{
    private static bool s_cannot = !OperatingSystem.IsLinux();

    /// <summary>
    /// Gives what is free back to the system. glibc does so by itself only at the end of its heaps, and one block that lives keeps all
    /// below it (malloc_trim(3)).
    /// </summary>
    internal static void Trim()
    {
        if (s_cannot)
        {
            return;
        }

        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc.
            s_cannot = true;
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nint pad);
}

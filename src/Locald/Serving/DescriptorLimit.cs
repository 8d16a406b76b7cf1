using System.Runtime.InteropServices;
using Locald.Proxy;

namespace Locald.Serving;

/// <summary>
/// How many files this process may have open. Shells and systemd start programs with 1,024, for the sake of those that use select(2);
/// whoever does not may raise it up to the hard limit (https://0pointer.net/blog/file-descriptor-limits.html).
/// </summary>
internal static partial class DescriptorLimit
{
    /// <summary>Each client's connection and one to an app for it, and what else is open.</summary>
    private const ulong Wanted = (2 * Limits.Connections) + 1_000;

    /// <summary>Raises it as far as it helps and is allowed; never lowers it.</summary>
    internal static void Raise()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }

        // RLIMIT_NOFILE
        int resource = OperatingSystem.IsMacOS() ? 8 : 7;
        if (Get(resource, out Values limit) != 0 || limit.Soft >= Wanted)
        {
            return;
        }

        ulong before = limit.Soft;
        limit.Soft = Math.Min(Wanted, limit.Hard);
        if (Set(resource, limit) != 0)
        {
            // macOS says that it has no hard limit, and has one: OPEN_MAX always passes (setrlimit(2)).
            limit.Soft = Math.Max(before, 10_240);
            _ = Set(resource, limit);
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int Get(int resource, out Values limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int Set(int resource, in Values limit);

    /// <summary>struct rlimit, with 64 bits each on every system that this is built for.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Values
    {
        internal ulong Soft;
        internal ulong Hard;
    }
}

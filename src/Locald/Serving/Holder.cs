using System.Diagnostics;
using Locald.Proxy;

namespace Locald.Serving;

/// <summary>Whose a route is: it goes when that process ends.</summary>
/// <param name="Process">The process.</param>
/// <param name="Words">What it runs, as <c>npm run dev</c>; for people.</param>
internal sealed record Holder(ProcessIdentity Process, string Words)
{
    /// <summary>Characters of <see cref="Words"/> that are kept.</summary>
    internal const int LongestWords = 80;

    /// <summary>What it runs, short and without anything that a terminal obeys.</summary>
    public string Words { get; } = Printable.Of(Words.Length > LongestWords ? Words[..LongestWords] : Words);

    /// <summary>The process with this id, called by the words of its command line; null where there is none.</summary>
    internal static Holder? Of(int pid) => ProcessIdentity.Of(pid) is { } process ? new(process, CommandLine(pid)) : null;

    /// <summary>As <c>pid 4242 (npm run dev)</c>.</summary>
    public override string ToString() => Words.Length == 0 ? $"pid {Process.Pid}" : $"pid {Process.Pid} ({Words})";

    private static string CommandLine(int pid)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // The runtime's own name for a process is the kernel's, cut at 15 bytes.
                return File.ReadAllText($"/proc/{pid}/cmdline").TrimEnd('\0').Replace('\0', ' ');
            }

            using Process process = System.Diagnostics.Process.GetProcessById(pid);
            return process.ProcessName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            return "";
        }
    }
}

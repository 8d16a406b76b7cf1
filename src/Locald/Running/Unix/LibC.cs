using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Locald.Running.Unix;

/// <summary>What the base class library does not offer of processes and terminals. Bound at link time where the program is static.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class LibC
{
    /// <summary>WUNTRACED.</summary>
    internal const int ReportStopped = 2;

    /// <summary>WNOHANG.</summary>
    internal const int DoNotWait = 1;

    /// <summary>EINTR.</summary>
    internal const int Interrupted = 4;

    /// <summary>ECHILD.</summary>
    internal const int NoChild = 10;

    /// <summary>F_DUPFD_CLOEXEC.</summary>
    internal static readonly int DuplicateAndClose = OperatingSystem.IsLinux() ? 1030 : 67;

    /// <summary>SIG_DFL and SIG_IGN.</summary>
    internal const nint DefaultAction = 0;
    internal const nint Ignore = 1;

    private const int SubreaperOption = 36;

    /// <summary>Lets processes whose parent ends become ours, instead of init's: prctl(2), PR_SET_CHILD_SUBREAPER.</summary>
    [SupportedOSPlatform("linux")]
    internal static void AdoptOrphans() => _ = ControlProcess(SubreaperOption, 1, 0, 0, 0);

    /// <summary>Signals a process, or with a minus sign a process group, which may have ended.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial void Kill(int pid, int signal);

    /// <summary>kill(2) with signal 0: 0 where such a process or group exists.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Probe(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitFor(int pid, out int status, int options);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    internal static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    internal static partial int ForegroundGroup(int terminal);

    [LibraryImport("libc", EntryPoint = "tcsetpgrp")]
    internal static partial void SetForegroundGroup(int terminal, int group);

    [LibraryImport("libc", EntryPoint = "signal")]
    internal static partial void SetAction(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    internal static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "dup2")]
    internal static partial void Replace(SafeHandle with, int descriptor);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ControlProcess(int option, nuint a, nuint b, nuint c, nuint d);
}

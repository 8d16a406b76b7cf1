using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Locald.Running.Unix;

/// <summary>What the base class library does not offer of processes and terminals. Bound at link time where the program is static.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class LibC
{
    internal const int Hangup = 1;
    internal const int Interrupt = 2;
    internal const int Quit = 3;
    internal const int KillSignal = 9;
    internal const int Pipe = 13;
    internal const int Terminate = 15;
    internal const int TerminalOutput = 22;

    /// <summary>WUNTRACED.</summary>
    internal const int ReportStopped = 2;

    /// <summary>WNOHANG.</summary>
    internal const int DoNotWait = 1;

    /// <summary>EINTR.</summary>
    internal const int Interrupted = 4;

    /// <summary>ECHILD.</summary>
    internal const int NoChild = 10;

    /// <summary>SIG_DFL and SIG_IGN.</summary>
    internal const nint DefaultAction = 0;
    internal const nint Ignore = 1;

    private const int SubreaperOption = 36;

    /// <summary>SIGCONT, SIGTSTP, SIGUSR1 and SIGUSR2 have other numbers in the BSDs and macOS.</summary>
    internal static readonly int Continue = OperatingSystem.IsLinux() ? 18 : 19;
    internal static readonly int Suspend = OperatingSystem.IsLinux() ? 20 : 18;
    internal static readonly int User1 = OperatingSystem.IsLinux() ? 10 : 30;
    internal static readonly int User2 = OperatingSystem.IsLinux() ? 12 : 31;

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

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ControlProcess(int option, nuint a, nuint b, nuint c, nuint d);
}

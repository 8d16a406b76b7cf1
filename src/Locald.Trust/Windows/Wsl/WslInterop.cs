using Locald.Trust.Linux;

namespace Locald.Trust.Windows.Wsl;

/// <summary>The way from a Linux in the Windows Subsystem for Linux to the Windows around it.</summary>
/// <param name="Machine">The Linux.</param>
/// <param name="Distribution">Its name on the Windows side; null where it is not known, as under sudo.</param>
internal sealed record WslInterop(LinuxMachine Machine, string? Distribution)
{
    private const string PowerShellPath = "Windows/System32/WindowsPowerShell/v1.0/powershell.exe";

    /// <summary>What WSL leaves in each distribution. Its kernel alone proves nothing: a container on Docker Desktop has it too.</summary>
    private static readonly string[] s_traces = ["/run/WSL", "/proc/sys/fs/binfmt_misc/WSLInterop", "/proc/sys/fs/binfmt_misc/WSLInterop-late"];

    /// <summary>How long PowerShell may take to start and look.</summary>
    public TimeSpan LookLimit { get; init; } = WindowsLimits.PowerShell;

    /// <summary>How long it may take where a person is asked.</summary>
    public TimeSpan ChangeLimit { get; init; } = WindowsLimits.Dialog;

    /// <returns>Null where this is no WSL.</returns>
    public static WslInterop? Find(LinuxMachine machine, Func<string, string?> variable)
    {
        string? distribution = variable("WSL_DISTRO_NAME");
        return distribution is not null || (HasItsKernel(machine) && s_traces.Any(t => Path.Exists(machine.At(t)))) ? new(machine, distribution) : null;
    }

    /// <summary>Windows PowerShell as this process may start it: from PATH, which WSL fills unless told not to, or from a Windows drive.</summary>
    /// <returns>Null where none is found.</returns>
    public string? FindPowerShell() =>
        Machine.SearchPath.Split(':').Where(f => f.StartsWith('/')).Select(f => $"{f}/powershell.exe")
            .Concat(Drives().Select(d => Machine.At($"{d}/{PowerShellPath}"))).FirstOrDefault(File.Exists);

    /// <summary>Runs Windows PowerShell to its end, or to the limit.</summary>
    /// <param name="program">What <see cref="FindPowerShell"/> gave.</param>
    /// <param name="commandLine">Its arguments.</param>
    /// <param name="asks">Whether a person may be asked meanwhile.</param>
    public ToolRun Run(string program, string[] commandLine, bool asks) =>
        ToolRun.Of(Machine with { ToolLimit = asks ? ChangeLimit : LookLimit }, new(program, commandLine));

    /// <summary>Microsoft's kernels have its name in their release, WSL 1 with a capital.</summary>
    private static bool HasItsKernel(LinuxMachine machine) => FirstLines(machine.At("/proc/sys/kernel/osrelease"), 1)
        .Any(release => release.Contains("microsoft", StringComparison.OrdinalIgnoreCase));

    /// <summary>Where the drives of Windows are mounted: where /proc/mounts says so (wsl.conf may move them), or in /mnt.</summary>
    private IEnumerable<string> Drives()
    {
        const int plenty = 1000;
        IEnumerable<string> mounted = FirstLines(Machine.At("/proc/mounts"), plenty).Select(l => l.Split(' '))
            .Where(f => f is [[>= 'A' and <= 'Z', ':', ..], _, ..]).Select(f => f[1]);
        return mounted.Concat(Enumerable.Range('a', 26).Select(letter => $"/mnt/{(char)letter}"));
    }

    private static string[] FirstLines(string file, int count)
    {
        try
        {
            return [.. File.ReadLines(file).Take(count)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

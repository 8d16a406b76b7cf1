using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Locald.Serving;

/// <summary>A process, told from a later one that was given the same id.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="Since">When it started, in UTC.</param>
internal readonly record struct ProcessIdentity(int Pid, DateTimeOffset Since)
{
    /// <summary>
    /// Two processes that look at a third may read its start differently, since Linux tells it in ticks since the machine's start. No
    /// system gives an id again so soon.
    /// </summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>Read once: the kernel moves it when somebody sets the clock, and every process would seem to be another.</summary>
    private static readonly Lazy<DateTimeOffset> s_boot = new(LinuxBoot);

    /// <summary>USER_HZ: a hundred on x86-64 and on ARM.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Whether it still runs.</summary>
    internal bool IsAlive => Of(Pid) is { } now && now.Is(this);

    /// <summary>The process that has this id now; null where none has, or one that only waits for its parent to take notice of its end.</summary>
    internal static ProcessIdentity? Of(int pid)
    {
        if (pid <= 0)
        {
            return null;
        }

        try
        {
            if (OperatingSystem.IsLinux())
            {
                return LinuxStart(pid) is { } since ? new(pid, since) : null;
            }

            using Process process = Process.GetProcessById(pid);
            return new(pid, new DateTimeOffset(process.StartTime).ToUniversalTime());
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or Win32Exception or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// As the runtime has it, whose way there brings much else: ticks since the machine's start (proc_pid_stat(5), field 22) on its start in
    /// seconds (proc_stat(5)). Null for what ended and was not waited for.
    /// </summary>
    private static DateTimeOffset? LinuxStart(int pid)
    {
        // Its name, in parentheses, may hold anything.
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        if (fields[0] is "Z" or "X")
        {
            return null;
        }

        return s_boot.Value + TimeSpan.FromSeconds(long.Parse(fields[22 - 3], CultureInfo.InvariantCulture) / TicksPerSecond);
    }

    private static DateTimeOffset LinuxBoot()
    {
        string line = File.ReadLines("/proc/stat").First(line => line.StartsWith("btime ", StringComparison.Ordinal));
        return DateTimeOffset.FromUnixTimeSeconds(long.Parse(line.AsSpan(6), CultureInfo.InvariantCulture));
    }

    internal bool Is(ProcessIdentity other) => Pid == other.Pid && (Since - other.Since).Duration() < Slack;
}

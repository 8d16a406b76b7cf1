using System.ComponentModel;
using System.Diagnostics;

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
            using Process process = Process.GetProcessById(pid);

            // On Linux what ended and was not waited for has no memory; elsewhere the runtime does not find it.
            return OperatingSystem.IsLinux() && process.WorkingSet64 == 0 ? null : new(pid, new DateTimeOffset(process.StartTime).ToUniversalTime());
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    internal bool Is(ProcessIdentity other) => Pid == other.Pid && (Since - other.Since).Duration() < Slack;
}

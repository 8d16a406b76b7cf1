using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Locald.Proxy.Listening;

namespace Locald.Running.Unix;

/// <summary>A command in a process group of its own, which has the terminal while it runs.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixApp : IApp
{
    /// <summary>For the signal that stops us to arrive. It does not where nobody could let us go on (an orphaned process group).</summary>
    private static readonly TimeSpan Stopping = TimeSpan.FromMilliseconds(100);

    private readonly TaskCompletionSource<AppEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _pid;
    private readonly ForegroundLoan _foreground;
    private readonly Guard _guard;
    private readonly PosixSignalRegistration _onContinue;
    private readonly ManualResetEventSlim _continued = new();
    private int _suspended;

    private UnixApp(int pid)
    {
        _pid = pid;
        _foreground = new(pid);
        _foreground.Lend();
        _onContinue = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => GoOn());
        new Thread(Wait) { IsBackground = true, Name = "app" }.Start();
        _guard = new(pid);
    }

    public Task<AppEnd> Ended => _ended.Task;

    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started; the error is errno's.</exception>
    internal static UnixApp Start(AppCommand command)
    {
        if (OperatingSystem.IsLinux())
        {
            LibC.AdoptOrphans();
        }

        return new(Spawn.Start(command));
    }

    public IReadOnlyList<int> Processes() =>
        OperatingSystem.IsLinux() ? ProcessTable.Family(Environment.ProcessId, _pid, _guard.Pid)
        : LibC.Probe(-_pid, 0) == 0 ? [_pid] : [];

    public Task<IReadOnlyList<int>> ListeningAsync(CancellationToken stop) => OperatingSystem.IsMacOS()
        ? Lsof.ListeningAsync(_pid, stop)
        : Task.FromResult<IReadOnlyList<int>>([.. PortOwners.Of(Processes()).Select(o => o.Port)]);

    public void Signal(int signal)
    {
        LibC.Kill(-_pid, signal);

        // Whoever is stopped gets to know of it only when it goes on.
        LibC.Kill(-_pid, SignalNumber.Continue);
        if (_ended.Task.IsCompleted)
        {
            SignalStrays(signal);
        }
    }

    public void Kill()
    {
        LibC.Kill(-_pid, SignalNumber.Kill);
        SignalStrays(SignalNumber.Kill);
    }

    public void Dispose()
    {
        _onContinue.Dispose();
        _foreground.TakeBack();
        _guard.Dispose();
    }

    /// <summary>Those that left the group. While the command runs they are its own business.</summary>
    private void SignalStrays(int signal)
    {
        foreach (int pid in OperatingSystem.IsLinux() ? Processes() : [])
        {
            LibC.Kill(pid, signal);
        }
    }

    private void Wait()
    {
        // The group, so that its orphans, who are our children then, do not stay as zombies.
        int whom = -_pid;
        while (true)
        {
            int pid = LibC.WaitFor(whom, out int status, LibC.ReportStopped);
            if (pid < 0 && Marshal.GetLastPInvokeError() == LibC.NoChild && whom != _pid)
            {
                // It has gone over to another group.
                whom = _pid;
            }
            else if (pid == _pid && (status & 0xFF) == 0x7F)
            {
                Suspend((status >> 8) & 0xFF);
            }
            else if (pid == _pid || (pid < 0 && Marshal.GetLastPInvokeError() != LibC.Interrupted))
            {
                _ended.TrySetResult(pid < 0 ? new(1) : AppEnd.FromStatus(status));
                return;
            }
        }
    }

    /// <summary>The app was stopped (Ctrl-Z): so are we, for the shell to take over, and go on with it.</summary>
    private void Suspend(int signal)
    {
        if (signal is SignalNumber.TerminalInput or SignalNumber.TerminalOutput && _foreground.IsOurs)
        {
            // It reached for the terminal a moment before it was lent.
            _foreground.LendAndContinue();
            return;
        }

        _foreground.TakeBack();
        _continued.Reset();
        Volatile.Write(ref _suspended, 1);
        LibC.Kill(0, SignalNumber.Suspend);
        if (!_continued.Wait(Stopping))
        {
            TryContinue();
        }
    }

    private void GoOn()
    {
        if (TryContinue())
        {
            _continued.Set();
        }
        else
        {
            // We alone were stopped.
            _foreground.Lend();
        }
    }

    /// <summary>Once for each time that we were stopped with the app: this may come late, and a later Ctrl-Z is not to be undone.</summary>
    private bool TryContinue()
    {
        if (Interlocked.Exchange(ref _suspended, 0) == 0)
        {
            return false;
        }

        _foreground.LendAndContinue();
        return true;
    }
}

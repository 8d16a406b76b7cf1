using System.Runtime.InteropServices;

namespace Locald.Serving;

/// <summary>
/// Turns signals into a wish to stop. The first SIGTERM or SIGINT asks for an orderly end; a second one ends the process at once.
/// SIGHUP means stop only where it says that the terminal we ran in is gone.
/// </summary>
internal sealed partial class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly bool _hadTerminal = HasTerminal();
    private readonly PosixSignalRegistration[] _registrations;

    internal StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp),
    ];

    /// <summary>Cancelled once when the process shall end.</summary>
    internal CancellationToken Asked => _asked.Token;

    /// <summary>Asks for an orderly end as the first signal does.</summary>
    internal void Stop() => _asked.Cancel();

    public void Dispose()
    {
        Array.ForEach(_registrations, r => r.Dispose());
        _asked.Dispose();
    }

    private void Ask(PosixSignalContext signal)
    {
        // Not cancelling leaves the signal its default: to end the process.
        if (!_asked.IsCancellationRequested)
        {
            signal.Cancel = true;
            _asked.Cancel();
        }
    }

    private void HangUp(PosixSignalContext signal)
    {
        if (OperatingSystem.IsWindows() || (_hadTerminal && !HasTerminal()))
        {
            Ask(signal);
        }
        else
        {
            signal.Cancel = true;
        }
    }

    private static bool HasTerminal() => !OperatingSystem.IsWindows() && (IsTerminal(0) != 0 || IsTerminal(1) != 0 || IsTerminal(2) != 0);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(int descriptor);
}

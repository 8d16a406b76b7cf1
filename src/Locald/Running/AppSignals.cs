using System.Runtime.InteropServices;

namespace Locald.Running;

/// <summary>
/// Hands on to the app what is sent to us. Who is asked to end (SIGTERM, SIGHUP) and does not is killed after a while, or at the
/// second asking; Ctrl-C is the app's own business.
/// </summary>
internal sealed class AppSignals : IDisposable
{
    /// <summary>Service managers and Docker kill us after ten seconds: then we could not end the app in order.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    private readonly Lock _gate = new();
    private readonly Terminal _terminal;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Timer _grace;
    private IApp? _app;
    private int _early;
    private bool _terminated;

    internal AppSignals(Terminal terminal)
    {
        _terminal = terminal;
        _grace = new(_ => KillStubborn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Register(PosixSignal.SIGTERM, SignalNumber.Terminate);
        Register(PosixSignal.SIGINT, SignalNumber.Interrupt);
        Register(PosixSignal.SIGHUP, SignalNumber.Hangup);
        Register(PosixSignal.SIGQUIT, SignalNumber.Quit);
        if (!OperatingSystem.IsWindows())
        {
            Register((PosixSignal)SignalNumber.User1, SignalNumber.User1);
            Register((PosixSignal)SignalNumber.User2, SignalNumber.User2);
        }
    }

    /// <summary>From here on they go to this app; first the one that came before there was any.</summary>
    internal void Attach(IApp app)
    {
        lock (_gate)
        {
            _app = app;
            if (_early != 0)
            {
                Forward(_early);
            }
        }
    }

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        lock (_gate)
        {
            _app = null;
            _grace.Dispose();
        }
    }

    private void Register(PosixSignal signal, int number) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        lock (_gate)
        {
            Forward(number);
        }
    }));

    private void Forward(int signal)
    {
        if (_app is null)
        {
            _early = signal;
            return;
        }

        if (signal is SignalNumber.Terminate or SignalNumber.Hangup)
        {
            if (_terminated && signal == SignalNumber.Terminate)
            {
                _app.Kill();
                return;
            }

            _terminated |= signal == SignalNumber.Terminate;
            _grace.Change(Grace, Timeout.InfiniteTimeSpan);
        }

        _app.Signal(signal);
    }

    private void KillStubborn()
    {
        lock (_gate)
        {
            if (_app is { Ended.IsCompleted: false } app)
            {
                _terminal.Warn($"the command did not end within {Grace.TotalSeconds:0} s of being asked to: it is killed");
                app.Kill();
            }
        }
    }
}

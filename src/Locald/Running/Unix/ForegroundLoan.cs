using System.Runtime.Versioning;

namespace Locald.Running.Unix;

/// <summary>
/// The terminal's foreground (tcsetpgrp(3)), lent to the app's process group: then Ctrl-C, Ctrl-Z and the keyboard are the app's, as if
/// we were not there. Does nothing where standard input is no terminal, or where it is another's turn.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ForegroundLoan
{
    private readonly int _own = LibC.OwnGroup();
    private readonly int _app;

    internal ForegroundLoan(int appGroup)
    {
        _app = appGroup;

        // Whoever is not in the foreground is stopped by this signal for changing it.
        LibC.SetAction(SignalNumber.TerminalOutput, LibC.Ignore);
    }

    /// <summary>Whether it is ours to lend, or lent already.</summary>
    internal bool IsOurs => LibC.ForegroundGroup(StandardInput.Descriptor) is var group && (group == _own || group == _app);

    /// <summary>Lends it to an app that was just started. One that reached for it before is stopped by that, and found so.</summary>
    internal void Lend()
    {
        if (LibC.ForegroundGroup(StandardInput.Descriptor) == _own)
        {
            LibC.SetForegroundGroup(StandardInput.Descriptor, _app);
        }
    }

    /// <summary>Lends it to an app that is stopped, and lets that go on. To one that runs, this would undo a Ctrl-Z of the moment before.</summary>
    internal void LendAndContinue()
    {
        Lend();
        LibC.Kill(-_app, SignalNumber.Continue);
    }

    /// <summary>Takes it back for whoever started us.</summary>
    internal void TakeBack()
    {
        if (LibC.ForegroundGroup(StandardInput.Descriptor) == _app)
        {
            LibC.SetForegroundGroup(StandardInput.Descriptor, _own);
        }
    }
}

using System.Runtime.Versioning;

namespace Locald.Running.Unix;

/// <summary>
/// The terminal's foreground (tcsetpgrp(3)), lent to the app's process group: then Ctrl-C, Ctrl-Z and the keyboard are the app's, as if
/// we were not there. Does nothing where standard input is no terminal, or where it is another's turn.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ForegroundLoan
{
    private const int StandardInput = 0;

    private readonly int _own = LibC.OwnGroup();
    private readonly int _app;

    internal ForegroundLoan(int appGroup)
    {
        _app = appGroup;

        // Whoever is not in the foreground is stopped by this signal for changing it.
        LibC.SetAction(LibC.TerminalOutput, LibC.Ignore);
    }

    /// <summary>Lends it, and lets the app go on that may have been stopped for reaching for it.</summary>
    internal void Lend()
    {
        if (LibC.ForegroundGroup(StandardInput) == _own)
        {
            LibC.SetForegroundGroup(StandardInput, _app);
        }

        LibC.Kill(-_app, LibC.Continue);
    }

    /// <summary>Takes it back for whoever started us.</summary>
    internal void TakeBack()
    {
        if (LibC.ForegroundGroup(StandardInput) == _app)
        {
            LibC.SetForegroundGroup(StandardInput, _own);
        }
    }
}

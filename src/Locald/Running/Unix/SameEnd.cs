using System.Runtime.Versioning;

namespace Locald.Running.Unix;

/// <summary>
/// Ends this process as the command ended, so that whoever waits for us sees the same: a shell's loop stops at Ctrl-C only where the
/// signal ended what it ran (https://www.cons.org/cracauer/sigint.html).
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class SameEnd
{
    /// <returns>The exit code; does not return where an ordinary signal ended the command.</returns>
    internal static int Of(AppEnd end)
    {
        if (end.Signal is SignalNumber.Interrupt or SignalNumber.Terminate or SignalNumber.Hangup)
        {
            LibC.SetAction(end.Signal, LibC.DefaultAction);
            LibC.Kill(Environment.ProcessId, end.Signal);
        }

        return end.Code;
    }
}

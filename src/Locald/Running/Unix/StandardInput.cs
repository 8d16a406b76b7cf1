using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Locald.Running.Unix;

/// <summary>
/// Our standard input, put aside for the app. In its place the runtime finds /dev/null, before it has looked: of a terminal it would
/// keep the settings, and set them again at each SIGCONT, in the middle of the app's own use of it.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class StandardInput
{
    /// <summary>0 for the original, where there was none to put aside.</summary>
    private static int _aside;

    /// <summary>The descriptor that the app gets as its own 0.</summary>
    internal static int Descriptor => _aside;

    /// <summary>Called before the first word is said, signal handled or process started.</summary>
    internal static void PutAside()
    {
        int copy = LibC.Control(0, LibC.DuplicateAndClose, 3);
        if (copy > 0)
        {
            using SafeFileHandle nothing = File.OpenHandle("/dev/null");
            LibC.Replace(nothing, 0);
            _aside = copy;
        }
    }
}

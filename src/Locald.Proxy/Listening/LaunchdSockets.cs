using System.Runtime.InteropServices;

namespace Locald.Proxy.Listening;

/// <summary>Listening sockets that launchd of macOS opened for us, as the <c>Sockets</c> of our plist name them (launchd.plist(5)).</summary>
internal static unsafe partial class LaunchdSockets
{
    internal const string Library = "/usr/lib/libSystem.B.dylib";

    /// <summary>ENOENT: the plist names no such sockets.</summary>
    private const int NoSuchName = 2;

    /// <summary>ESRCH: launchd did not start this process.</summary>
    private const int NotManaged = 3;

    /// <summary>Takes over the sockets of a name, which launchd gives away once.</summary>
    /// <returns>Their descriptors, which are the caller's to close; empty where there are none.</returns>
    /// <exception cref="ListenException"><see cref="ListenFault.BadActivation"/>.</exception>
    internal static int[] Take(string name)
    {
        int* descriptors = null;
        int status = launch_activate_socket(name, &descriptors, out nuint count);
        try
        {
            return status switch
            {
                0 => new ReadOnlySpan<int>(descriptors, checked((int)count)).ToArray(),
                NoSuchName or NotManaged => [],
                _ => throw new ListenException(ListenFault.BadActivation, $"launchd does not hand over its sockets '{name}': error {status}"),
            };
        }
        finally
        {
            free(descriptors);
        }
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int launch_activate_socket(string name, int** descriptors, out nuint count);

    [LibraryImport(Library)]
    private static partial void free(void* memory);
}

using System.Runtime.InteropServices;

namespace Locald.Trust.MacOS.Interop;

/// <summary>What the frameworks export as data.</summary>
internal static class Frameworks
{
    /// <summary>Opens a framework; a test gives its own, since loading by name asks no resolver.</summary>
    internal static Func<string, nint> Open { get; set; } = NativeLibrary.Load;

    /// <summary>A CFString constant of Security: the export is a variable that holds the string.</summary>
    internal static nint Constant(string name) => Marshal.ReadIntPtr(NativeLibrary.GetExport(Open(Security.Path), name));

    /// <summary>kCFBooleanTrue, likewise.</summary>
    internal static nint True => Marshal.ReadIntPtr(NativeLibrary.GetExport(Open(CoreFoundation.Path), "kCFBooleanTrue"));

    /// <summary>A structure of CoreFoundation (callbacks): its address is what functions take.</summary>
    internal static nint Structure(string name) => NativeLibrary.GetExport(Open(CoreFoundation.Path), name);
}

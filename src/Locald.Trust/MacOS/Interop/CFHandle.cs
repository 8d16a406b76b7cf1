using System.Runtime.InteropServices;

namespace Locald.Trust.MacOS.Interop;

/// <summary>An object of CoreFoundation's that is ours to release.</summary>
internal sealed class CFHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    /// <summary>As a member of a collection, which keeps it for itself. Valid as long as this handle is.</summary>
    internal nint Value => handle;

    protected override bool ReleaseHandle()
    {
        CoreFoundation.CFRelease(handle);
        return true;
    }
}

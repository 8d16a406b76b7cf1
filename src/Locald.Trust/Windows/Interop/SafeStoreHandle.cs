using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Locald.Trust.Windows.Interop;

/// <summary>An open certificate store (HCERTSTORE).</summary>
[SupportedOSPlatform("windows")]
internal sealed class SafeStoreHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => Crypt32.CloseStore(handle, 0);
}

using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Locald.Trust.Windows.Interop;

/// <summary>crypt32.dll, as far as the base class library does not offer it: one physical list instead of all that are shown as one.</summary>
[SupportedOSPlatform("windows")]
internal static partial class Crypt32
{
    /// <summary>CERT_STORE_PROV_SYSTEM_REGISTRY_W: the list that lies in the registry, and nothing else.</summary>
    internal const nint SystemRegistry = 13;

    /// <summary>CERT_SYSTEM_STORE_CURRENT_USER.</summary>
    internal const uint CurrentUser = 0x1_0000;

    /// <summary>CERT_SYSTEM_STORE_LOCAL_MACHINE.</summary>
    internal const uint LocalMachine = 0x2_0000;

    /// <summary>CERT_STORE_OPEN_EXISTING_FLAG | CERT_STORE_READONLY_FLAG.</summary>
    internal const uint ExistingReadOnly = 0xC000;

    /// <summary>CERT_STORE_CTRL_COMMIT.</summary>
    internal const uint Commit = 2;

    [LibraryImport("crypt32", EntryPoint = "CertOpenStore", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    internal static partial SafeStoreHandle OpenStore(nint provider, uint encoding, nint cryptProvider, uint flags, string name);

    [LibraryImport("crypt32", EntryPoint = "CertControlStore", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool ControlStore(SafeStoreHandle store, uint flags, uint control, nint parameter);

    [LibraryImport("crypt32", EntryPoint = "CertCloseStore")]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CloseStore(nint store, uint flags);
}

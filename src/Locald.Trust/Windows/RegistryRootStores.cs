using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Windows.Interop;
using Microsoft.Win32;

namespace Locald.Trust.Windows;

/// <summary>
/// The lists of the running Windows, each as it lies in the registry, which is how Chrome and Firefox read them. The user's Root
/// store as <see cref="X509Store"/> opens it by name shows the machine's certificates as well, and so cannot tell whose one is.
/// https://learn.microsoft.com/windows/win32/seccrypto/system-store-locations
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class RegistryRootStores : IRootStores
{
    private const int FileNotFound = 2;

    /// <summary>id-kp-serverAuth (RFC 5280 §4.2.1.12).</summary>
    private static readonly Oid s_serverAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>CERT_PROT_ROOT_DISABLE_CURRENT_USER_FLAG in CERT_PROT_ROOT_FLAGS_REGPATH (wincrypt.h).</summary>
    public bool UserRootsForbidden
    {
        get
        {
            try
            {
                return Registry.GetValue(@"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\SystemCertificates\Root\ProtectedRoots", "Flags", null) is int flags
                    && (flags & 1) != 0;
            }
            catch (Exception e) when (e is SecurityException or UnauthorizedAccessException or IOException)
            {
                return false;
            }
        }
    }

    public IReadOnlyList<byte[]> List(StoreName name, StoreLocation location)
    {
        using SafeStoreHandle handle = Crypt32.OpenStore(Crypt32.SystemRegistry, 0, 0, Flag(location) | Crypt32.ExistingReadOnly, name.ToString());
        if (handle.IsInvalid)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == FileNotFound ? [] : throw Failure(error);
        }

        using X509Store store = new(handle.DangerousGetHandle());
        X509Certificate2Collection all = store.Certificates;
        try
        {
            return [.. all.Select(c => c.RawData)];
        }
        finally
        {
            all.ToList().ForEach(c => c.Dispose());
        }
    }

    public void Add(StoreLocation location, X509Certificate2 root) => Change(location, store => store.Add(root));

    public void Remove(StoreLocation location, X509Certificate2 root) => Change(location, store => store.Remove(root));

    public string? Objection(X509Certificate2 leaf, X509Certificate2 root)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(s_serverAuthentication);
        if (!chain.Build(leaf))
        {
            return string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct());
        }

        X509Certificate2 anchor = chain.ChainElements[^1].Certificate;
        return anchor.RawDataMemory.Span.SequenceEqual(root.RawDataMemory.Span) ? null : $"it ends at another root, {anchor.Subject}";
    }

    private static void Change(StoreLocation location, Action<X509Store> change)
    {
        using SafeStoreHandle handle = Crypt32.OpenStore(Crypt32.SystemRegistry, 0, 0, Flag(location), nameof(StoreName.Root));
        if (handle.IsInvalid)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }

        using X509Store store = new(handle.DangerousGetHandle());
        change(store);

        // Windows writes through. Wine keeps a removal to itself until it is told; whoever changes something looks afterwards.
        _ = Crypt32.ControlStore(handle, 0, Crypt32.Commit, 0);
    }

    private static uint Flag(StoreLocation location) => location == StoreLocation.CurrentUser ? Crypt32.CurrentUser : Crypt32.LocalMachine;

    /// <summary>crypt32 gives plain Win32 codes and HRESULTs alike; the base class library makes the same of them.</summary>
    private static CryptographicException Failure(int error) =>
        new(Marshal.GetPInvokeErrorMessage(error)) { HResult = error < 0 ? error : (error & 0xFFFF) | unchecked((int)0x8007_0000) };
}

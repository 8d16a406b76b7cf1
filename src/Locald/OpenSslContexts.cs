using System.Runtime.InteropServices;

namespace Locald;

/// <summary>
/// Sees each TLS context that the runtime makes, in the static Linux program alone: the linker sends the runtime's own calls of
/// SSL_CTX_new here (<c>--wrap</c> in Locald.csproj). Two things are settled for which the runtime has no setting, or only one that
/// turns resumption off:
/// a connection keeps 34 KB of record buffers while it idles unless its context says otherwise before it exists (SSL_CTX_set_mode(3)),
/// and of TLS 1.3's suites OpenSSL prefers the one whose key schedule runs on SHA-384, for which processors have no instructions.
/// </summary>
internal static partial class OpenSslContexts
{
    // openssl/ssl.h
    private const int ControlMode = 33;
    private const nint ReleaseBuffers = 0x10;

    [UnmanagedCallersOnly(EntryPoint = "__wrap_SSL_CTX_new")]
    private static nint New(nint method)
    {
        nint context = RealNew(method);
        if (context != 0)
        {
            Control(context, ControlMode, ReleaseBuffers, 0);
            SetSuites(context, "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384");
        }

        return context;
    }

    [LibraryImport("libssl", EntryPoint = "__real_SSL_CTX_new")]
    private static partial nint RealNew(nint method);

    [LibraryImport("libssl", EntryPoint = "SSL_CTX_ctrl")]
    private static partial nint Control(nint context, int command, nint argument, nint pointer);

    [LibraryImport("libssl", EntryPoint = "SSL_CTX_set_ciphersuites", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetSuites(nint context, string suites);
}

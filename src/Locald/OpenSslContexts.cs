using System.Runtime.InteropServices;

namespace Locald;

/// <summary>
/// Sees each TLS context that the runtime makes, in the static Linux program alone: the linker sends the runtime's own calls of
/// SSL_CTX_new here (<c>--wrap</c> in Locald.csproj). A connection keeps 34 KB of record buffers while it idles, unless its context
/// says otherwise before it exists (SSL_CTX_set_mode(3)), and the runtime has no setting for that.
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
        }

        return context;
    }

    [LibraryImport("libssl", EntryPoint = "__real_SSL_CTX_new")]
    private static partial nint RealNew(nint method);

    [LibraryImport("libssl", EntryPoint = "SSL_CTX_ctrl")]
    private static partial nint Control(nint context, int command, nint argument, nint pointer);
}

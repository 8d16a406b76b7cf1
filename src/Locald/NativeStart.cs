using System.Collections;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Locald;

/// <summary>
/// What must be settled before the first name lookup, TLS object or socket of a static Linux program. Each line closes a trap
/// that kills the process without an exception, or costs every handshake: glibc's name service loads the target's own modules
/// for any service but these; OpenSSL's configuration may name a provider to load.
/// </summary>
internal static partial class NativeStart
{
    /// <summary>The variables that this process was started with, before any of ours: what a command that we start shall have.</summary>
    internal static IReadOnlyDictionary<string, string> Inherited { get; private set; } = new Dictionary<string, string>();

    internal static void Prepare()
    {
        if (!OperatingSystem.IsWindows())
        {
            FillStandardStreams();
        }

        Inherited = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string)v.Value!);

        // Socket completions run where epoll reported them: one thread hop less per read. Must be set before the first socket.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

        // Every request under way holds a buffer or two; the shared pool keeps 32 of a size otherwise, and the rest is garbage.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION", "256");
        // Sessions live in the clients' tickets; OpenSSL would keep 20,480 of them beside that, for each name.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SECURITY_TLSCACHESIZE", "64");
        if (!OperatingSystem.IsLinux() || RuntimeFeatureIsDynamic)
        {
            return;
        }

        ConfigureLookup("hosts", "files dns");
        ConfigureLookup("passwd", "files");
        ConfigureLookup("group", "files");
        ConfigureLookup("services", "files");
        SetNativeVariable("OPENSSL_CONF", "/dev/null", 1);
    }

    /// <summary>
    /// Lets chain building find no root, but a home folder. The runtime builds a chain for the leaf at each handshake and does nothing
    /// with the verdict: against all the system's roots that costs more than the handshake itself, and even against ours alone a
    /// signature check. Called when our own folder is known already: HOME may be changed here.
    /// </summary>
    internal static void PrepareHandshakes()
    {
        if (OperatingSystem.IsLinux())
        {
            PrepareChains();
            SetNativeVariable("SSL_CERT_FILE", "/dev/null", 1);
            SetNativeVariable("SSL_CERT_DIR", "/dev/null", 1);
        }
    }

    /// <summary>
    /// Chain building, which every handshake does, asks for the user's own store; without HOME it asks /etc/passwd, and throws where
    /// there is none. Called when our own folder is known already.
    /// </summary>
    internal static void PrepareChains()
    {
        if (OperatingSystem.IsLinux() && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HOME")))
        {
            Environment.SetEnvironmentVariable("HOME", Passwd.OwnHome() ?? "/");
        }
    }

    /// <summary>Under the JIT (unit tests) nothing is linked statically, and the traps are not there.</summary>
    private static bool RuntimeFeatureIsDynamic => System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported;

    [LibraryImport("libc", EntryPoint = "__nss_configure_lookup", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ConfigureLookup(string database, string services);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);

    /// <summary>
    /// The number of a standard stream that was closed (<c>>&amp;-</c>) would be given to the next file or socket, and what is printed
    /// would go there: open(2) takes the lowest that is free.
    /// </summary>
    private static void FillStandardStreams()
    {
        try
        {
            SafeFileHandle nothing;
            while ((nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite)).DangerousGetHandle() <= 2)
            {
                // Stays open.
                nothing.SetHandleAsInvalid();
            }

            nothing.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A bare chroot has none.
        }
    }
}

using Locald.Trust.Linux;

namespace Locald.Trust.Java;

/// <summary>A Java runtime: its key store of trusted roots, and the keytool that came with it.</summary>
/// <param name="Folder">Where it is installed.</param>
/// <param name="KeyStore">The real path of the key store that it reads.</param>
/// <param name="Keytool">Its keytool; null where it has none (a runtime made by jlink).</param>
internal sealed record JavaHome(string Folder, string KeyStore, string? Keytool)
{
    /// <summary>
    /// Key stores that a distribution's own tool writes from the system's store: Debian's hook, update-ca-trust of Fedora and Arch,
    /// and openSUSE. They are the system store's business.
    /// </summary>
    private static readonly string[] s_ofSystem =
    [
        "/etc/ssl/certs/java/cacerts", "/etc/pki/java/cacerts", "/etc/pki/ca-trust/extracted/java/cacerts",
        "/etc/ca-certificates/extracted/java-cacerts.jks", "/var/lib/ca-certificates/java-cacerts",
    ];

    /// <summary>Java looks for jssecacerts first (JSSE Reference Guide, "Creating the Default TrustManager").</summary>
    private static readonly string[] s_keyStores = ["lib/security/jssecacerts", "lib/security/cacerts", "jre/lib/security/jssecacerts", "jre/lib/security/cacerts"];

    private static string Exe => OperatingSystem.IsWindows() ? ".exe" : "";

    /// <summary>The Java that people use: JAVA_HOME's, else the one in PATH. Null where there is none with a key store of its own.</summary>
    internal static JavaHome? Find(TrustContext context, LinuxMachine machine) =>
        (context.Variable("JAVA_HOME") is { } home ? home : InPath(context)) is { } folder ? In(folder, machine) : null;

    /// <summary>The Java whose key store this is; null where the path is not that of one.</summary>
    internal static JavaHome? Of(string keyStore)
    {
        string normal = keyStore.Replace('\\', '/');
        return s_keyStores.FirstOrDefault(k => normal.EndsWith("/" + k, StringComparison.Ordinal)) is { } name && File.Exists(keyStore)
            ? new(keyStore[..^(name.Length + 1)], keyStore, KeytoolOf(keyStore[..^(name.Length + 1)])) : null;
    }

    private static JavaHome? In(string folder, LinuxMachine machine)
    {
        if (!Path.IsPathRooted(folder) || s_keyStores.Select(k => Path.Combine(folder, k)).FirstOrDefault(File.Exists) is not { } keyStore)
        {
            return null;
        }

        string real = Real(keyStore);
        return s_ofSystem.Select(machine.At).Contains(real) ? null : new(folder, real, KeytoolOf(folder));
    }

    private static string? KeytoolOf(string folder) =>
        new[] { $"bin/keytool{Exe}", $"jre/bin/keytool{Exe}" }.Select(k => Path.Combine(folder, k)).FirstOrDefault(File.Exists);

    /// <summary>/usr/bin/java is a link to a link to the program in its home's bin folder.</summary>
    private static string? InPath(TrustContext context)
    {
        string? java = (context.Variable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathRooted).Select(f => Path.Combine(f, "java" + Exe)).FirstOrDefault(File.Exists);
        return java is null ? null : Path.GetDirectoryName(Path.GetDirectoryName(Real(java)));
    }

    /// <summary>Windows has no links on the way to a program.</summary>
    private static string Real(string path) => OperatingSystem.IsWindows() ? path : RealPath.Of(path) ?? path;
}

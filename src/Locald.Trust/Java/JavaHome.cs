namespace Locald.Trust.Java;

/// <summary>A Java runtime: its key store of trusted roots, and the keytool that came with it.</summary>
/// <param name="Folder">The real path of the folder in which it is installed.</param>
/// <param name="KeyStore">
/// The real path of the key store that it reads. A distribution's hook or tool may write that file from the system's store
/// (<see cref="Linux.JavaHook"/>): where that did its work, there is nothing left to do here but to see it.
/// </param>
/// <param name="Keytool">Its keytool; null where it has none (a runtime made by jlink).</param>
internal sealed record JavaHome(string Folder, string KeyStore, string? Keytool)
{
    /// <summary>Java looks for jssecacerts first (JSSE Reference Guide, "Creating the Default TrustManager").</summary>
    private static readonly string[] s_keyStores = ["lib/security/jssecacerts", "lib/security/cacerts", "jre/lib/security/jssecacerts", "jre/lib/security/cacerts"];

    private static string Exe => OperatingSystem.IsWindows() ? ".exe" : "";

    /// <summary>The Java that people use: JAVA_HOME's, else the one in PATH. Null where there is none with a key store.</summary>
    internal static JavaHome? Find(TrustContext context) => (context.Variable("JAVA_HOME") ?? InPath(context)) is { } folder ? In(folder) : null;

    /// <summary>The Java in this folder; null where there is none with a key store.</summary>
    internal static JavaHome? In(string folder)
    {
        if (!Path.IsPathRooted(folder) || s_keyStores.Select(k => Path.Combine(folder, k)).FirstOrDefault(File.Exists) is not { } keyStore)
        {
            return null;
        }

        string home = Real(folder);
        return new(home, Real(keyStore), KeytoolOf(home));
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

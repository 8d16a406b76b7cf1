using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>
/// A Java of one test's own: the machine's, by links, and a key store that is nobody else's. A JVM takes its home from where its own
/// library really lies, so that this and the programs are copies.
/// </summary>
internal sealed class JavaHomeFolder(Sandbox sandbox)
{
    public string Path { get; } = sandbox.At("jdk");

    public string KeyStore => System.IO.Path.Combine(Path, "lib/security/cacerts");

    public string Java => System.IO.Path.Combine(Path, "bin/java");

    /// <summary>Makes it, and has JAVA_HOME name it.</summary>
    public static async Task<JavaHomeFolder> CreateAsync(Sandbox sandbox)
    {
        JavaHomeFolder home = new(sandbox);
        (await sandbox.ShellAsync($$"""
            set -e
            real=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
            jdk={{home.Path}}
            mkdir -p $jdk/bin $jdk/lib/server $jdk/lib/security
            for folder in . bin lib lib/server lib/security; do
                for file in $real/$folder/*; do
                    [ -e $jdk/$folder/${file##*/} ] || ln -s $file $jdk/$folder/
                done
            done
            for file in bin/java bin/keytool lib/server/libjvm.so lib/libjli.so lib/security/cacerts; do
                rm $jdk/$file
                cp -L $real/$file $jdk/$file
            done
            """)).ShouldExit(0);
        sandbox.Variables["JAVA_HOME"] = home.Path;
        return home;
    }

    /// <summary>Every entry, by name and fingerprint, as keytool tells it, but for the roots of ours.</summary>
    public async Task<string[]> OthersAsync()
    {
        string list = (await sandbox.RunAsync(System.IO.Path.Combine(Path, "bin/keytool"), ["-list", "-keystore", KeyStore, "-storepass", "changeit"])).ShouldExit(0).Out;
        string[] entries = list[(list.IndexOf("entries", StringComparison.Ordinal) + 7)..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. entries.Chunk(2).Where(e => !e[0].StartsWith("locald-", StringComparison.Ordinal)).Select(e => string.Join(' ', e)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Asks a URL as a Java program does.</summary>
    public async Task<string> AskAsync(string url) => (await sandbox.RunAsync(Java, [Assets.At("Client.java"), url])).ShouldExit(0).Out;
}

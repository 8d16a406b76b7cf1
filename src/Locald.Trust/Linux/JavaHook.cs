using System.Security.Cryptography.X509Certificates;
using Locald.Trust.Java;

namespace Locald.Trust.Linux;

/// <summary>
/// Debian's ca-certificates-java: a hook of <c>update-ca-certificates</c> copies each new root into the key store of every JVM.
/// It never learns of a removal, because the tool announces none for an administrator's own root: Java would go on trusting it.
/// </summary>
internal sealed class JavaHook(LinuxMachine machine)
{
    private const string Hook = "/etc/ca-certificates/update.d/jks-keystore";
    private const string KeyStore = "/etc/ssl/certs/java/cacerts";
    private const string AliasPrefix = "debian:";

    public bool IsHere => File.Exists(machine.At(Hook)) && File.Exists(machine.At(KeyStore));

    /// <summary>
    /// Entries by which the hook put this root into the key store; empty also where there is no hook or the key store cannot be read.
    /// What else is there is <see cref="JavaStore"/>'s to find.
    /// </summary>
    public IReadOnlyList<string> Entries(X509Certificate2 root) => IsHere ? Read(root) : [];

    public static string NameOf(string entry) => $"{KeyStore} ({entry})";

    /// <summary>Tells the hook that these entries' certificates went.</summary>
    /// <returns>What went wrong and what mends it, in one line; null where Java trusts the root no longer.</returns>
    public string? Remove(IReadOnlyList<string> entries, X509Certificate2 root)
    {
        // The hook wants the path that the entry was imported from; the entry's alias is its file name.
        string lines = string.Concat(entries.Select(e => $"-/etc/ssl/certs/{e[AliasPrefix.Length..]}\n"));
        ToolRun run = ToolRun.Of(machine, new(machine.At(Hook)), lines);
        return Read(root) is { Count: > 0 } left
            ? $"Java still trusts the root ({Complaint(run)}); try: keytool -delete -alias {left[0]} -keystore {KeyStore} -storepass changeit"
            : null;
    }

    private static string Complaint(ToolRun run) => run switch
    {
        { End: ToolEnd.TimedOut } => $"{Hook} did not end in time",
        { LastLine.Length: > 0 } => $"{Hook}: {run.LastLine}",
        _ => $"{Hook} ended with code {run.ExitCode}",
    };

    private List<string> Read(X509Certificate2 root) =>
        [.. (KeyStoreFile.Read(machine.At(KeyStore)).Content?.AliasesOf(root) ?? []).Where(e => e.StartsWith(AliasPrefix, StringComparison.Ordinal))];
}

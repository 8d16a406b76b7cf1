using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Java;

/// <summary>What a key store holds, and how it is closed.</summary>
/// <param name="Entries">In the file's order.</param>
/// <param name="Encrypted">Whether certificates are encrypted: Java then reads them only where it is told the password.</param>
/// <param name="UnderDefault">Whether its seal was made with Java's default password, or there is no seal.</param>
internal sealed record KeyStoreContent(IReadOnlyList<JavaEntry> Entries, bool Encrypted, bool UnderDefault)
{
    public bool Holds(JavaEntryKind kind, X509Certificate2 certificate) => Entries.Any(e => e.Is(kind, certificate.RawDataMemory.Span));

    /// <summary>The names under which exactly this certificate is trusted.</summary>
    public IReadOnlyList<string> AliasesOf(X509Certificate2 certificate) =>
        [.. Entries.Where(e => e.Is(JavaEntryKind.Trusted, certificate.RawDataMemory.Span)).Select(e => e.Alias)];

    /// <summary>The name to put a root in under: its own, with a number where something else has it. keytool makes names lower case.</summary>
    public string FreeAlias(X509Certificate2 root) => Enumerable.Range(1, Entries.Count + 1)
        .Select(i => i == 1 ? OurRoots.FileName(root) : $"{OurRoots.FileName(root)}-{i}")
        .First(alias => !Entries.Any(e => string.Equals(e.Alias, alias, StringComparison.OrdinalIgnoreCase)));

    /// <summary>What a change of one root did to the rest.</summary>
    /// <param name="before">What was there before it.</param>
    /// <param name="root">The only certificate that may come or go.</param>
    /// <returns>One line; null where all the rest is as it was.</returns>
    public string? Harm(KeyStoreContent before, X509Certificate2 root)
    {
        List<JavaEntry> lost = [.. before.Entries.Where(e => !IsOf(e, root) && !Entries.Any(a => a.StandsFor(e)))];
        return lost.Count > 0 ? $"it lost {lost.Count} of {before.Entries.Count} entries (first {Name(lost[0])})"
            : Entries.FirstOrDefault(a => !IsOf(a, root) && !before.Entries.Any(a.StandsFor)) is { } strange ? $"it has an entry that was not there ({Name(strange)})"
            : Encrypted != before.Encrypted ? (Encrypted ? "it was encrypted" : "it is no longer encrypted")
            : UnderDefault != before.UnderDefault ? "its password was changed"
            : null;
    }

    private static bool IsOf(JavaEntry entry, X509Certificate2 root) => entry.Kind != JavaEntryKind.Other && root.RawDataMemory.Span.SequenceEqual(entry.Value);

    private static string Name(JavaEntry entry) => entry.Alias.Length > 0 ? entry.Alias : "without a name";
}

namespace Locald.Trust.Java;

internal enum JavaEntryKind
{
    /// <summary>A certificate that Java trusts.</summary>
    Trusted,

    /// <summary>A certificate that Java does not look at: PKCS#12 without the attribute that makes it trusted, or of a key's chain.</summary>
    Certificate,

    /// <summary>A key, or something else that is kept as it is.</summary>
    Other,
}

/// <summary>What stands in a key store under one name.</summary>
/// <param name="Kind">What it is to Java.</param>
/// <param name="Alias">What it is called there; empty where it has no name.</param>
/// <param name="Value">A certificate's DER; of the rest, its bytes as they stand.</param>
internal sealed record JavaEntry(JavaEntryKind Kind, string Alias, byte[] Value)
{
    public bool Is(JavaEntryKind kind, ReadOnlySpan<byte> value) => Kind == kind && value.SequenceEqual(Value);

    /// <summary>Java compares names in lower case, names what has no name, and names a key's chain as it likes.</summary>
    public bool StandsFor(JavaEntry earlier) => Is(earlier.Kind, earlier.Value)
        && (earlier.Alias.Length == 0 || Kind == JavaEntryKind.Certificate || string.Equals(Alias, earlier.Alias, StringComparison.OrdinalIgnoreCase));
}

namespace Locald.Trust;

/// <summary>Why a store is not as asked.</summary>
public enum TrustFault
{
    None,

    /// <summary>No trust store of a kind we know is on this machine.</summary>
    UnknownSystem,

    /// <summary>The package that keeps the store (ca-certificates) is not installed, or not whole.</summary>
    PackageMissing,

    /// <summary>The system's own configuration declares its roots; nothing can be put in from outside (NixOS).</summary>
    Declarative,

    /// <summary>This process may not write there.</summary>
    NotPermitted,

    /// <summary>Writing failed: read-only or full file system.</summary>
    NotWritable,

    /// <summary>The refresh tool ended with an error.</summary>
    ToolFailed,

    /// <summary>The refresh tool did not end in time and was stopped.</summary>
    ToolTimedOut,

    /// <summary>The refresh tool reported success, and what clients read does not hold the root.</summary>
    NotInBundle,

    /// <summary>What clients read holds the root still.</summary>
    StillInBundle,

    /// <summary>What clients read is damaged, or unreadable for them.</summary>
    BundleDamaged,

    /// <summary>The root shares an anchor file with other certificates, which are not ours to delete.</summary>
    AnchorShared,
}

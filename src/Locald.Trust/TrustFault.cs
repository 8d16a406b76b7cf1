namespace Locald.Trust;

/// <summary>Why a store is not as asked.</summary>
public enum TrustFault
{
    None,

    /// <summary>No trust store of a kind we know is on this machine.</summary>
    UnknownSystem,

    /// <summary>The package that keeps the store (ca-certificates), or the library that opens it (libnss3), is not installed, or not whole.</summary>
    PackageMissing,

    /// <summary>The system's own configuration declares its roots; nothing can be put in from outside (NixOS).</summary>
    Declarative,

    /// <summary>This process may not write there.</summary>
    NotPermitted,

    /// <summary>Writing failed: read-only or full file system.</summary>
    NotWritable,

    /// <summary>The store's files are damaged.</summary>
    StoreDamaged,

    /// <summary>Another process holds the store; it may be free in a moment.</summary>
    Locked,

    /// <summary>The store asks for a password that we do not have: a primary password, a key store's own.</summary>
    PasswordNeeded,

    /// <summary>There is nobody to ask: no desktop session for the system's own dialog.</summary>
    NoSession,

    /// <summary>The person said no in the system's own dialog.</summary>
    Cancelled,

    /// <summary>The system's own policy forbids it.</summary>
    Forbidden,

    /// <summary>The refresh tool ended with an error.</summary>
    ToolFailed,

    /// <summary>The tool, or the store itself, did not answer in time and was given up.</summary>
    ToolTimedOut,

    /// <summary>All reported success, and what clients read does not hold the root, or not as a trusted one.</summary>
    NotInBundle,

    /// <summary>What clients read holds the root still.</summary>
    StillInBundle,

    /// <summary>What clients read is damaged, or unreadable for them.</summary>
    BundleDamaged,

    /// <summary>The root shares an anchor file with other certificates, which are not ours to delete.</summary>
    AnchorShared,
}

namespace Locald.Trust;

/// <summary>What clients a store speaks for; <c>--store</c> names it in lower case.</summary>
public enum StoreKind
{
    /// <summary>The operating system's: its certificate folder, keychain or Root store.</summary>
    System,

    /// <summary>A database of Mozilla's NSS: one profile of Firefox or its kin, or the one that Chrome and its kin share.</summary>
    Nss,

    /// <summary>The key store of one Java runtime.</summary>
    Java,

    /// <summary>An administrator's policy file of a browser; only where asked for.</summary>
    Policy,

    /// <summary>The Root store of the Windows around this Linux (WSL).</summary>
    Windows,
}

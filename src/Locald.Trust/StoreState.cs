namespace Locald.Trust;

/// <summary>What a store says of a root. Shown in capitals, with EXTRA for each <see cref="StrayRoot"/> beside it.</summary>
public enum StoreState
{
    /// <summary>Clients that use this store accept the root.</summary>
    Trusted,

    /// <summary>The store is in order and the root is not in it.</summary>
    Missing,

    /// <summary>
    /// The root is there but not trusted; or what clients read is damaged, locked or unreadable, so that nothing can be said.
    /// </summary>
    Broken,

    /// <summary>Nothing of that kind is on this machine.</summary>
    Unavailable,
}

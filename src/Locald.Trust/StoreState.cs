namespace Locald.Trust;

public enum StoreState
{
    /// <summary>Clients that use this store accept the root.</summary>
    Trusted,

    /// <summary>The store is in order and the root is not in it.</summary>
    Untrusted,

    /// <summary>What clients read is there but unreadable or damaged, so that nothing can be said.</summary>
    Damaged,

    /// <summary>The store is not on this machine.</summary>
    Absent,
}

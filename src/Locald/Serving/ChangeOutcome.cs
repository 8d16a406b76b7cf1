namespace Locald.Serving;

/// <summary>What became of a wish to change a route.</summary>
internal enum ChangeOutcome
{
    Added,

    /// <summary>The same holder's, or a dead one's, or taken by force.</summary>
    Replaced,

    /// <summary>It is so, and nothing was changed.</summary>
    Already,

    Removed,

    /// <summary>It is another's; nothing was changed.</summary>
    Held,

    /// <summary>There is nothing to remove.</summary>
    Absent,

    /// <summary>There are as many as there may be.</summary>
    Full,
}

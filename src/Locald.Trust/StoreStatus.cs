namespace Locald.Trust;

/// <summary>What a store answered when asked whether it holds the root.</summary>
/// <param name="State">The answer.</param>
/// <param name="Detail">The same in one line for a person, lower case, without a full stop.</param>
public sealed record StoreStatus(StoreState State, string Detail)
{
    /// <summary>Files and entries in which the root was found: anchors, bundles, links, key store entries.</summary>
    public IReadOnlyList<string> Places { get; init; } = [];

    /// <summary>Roots of ours that an earlier CA left there.</summary>
    public IReadOnlyList<StrayRoot> Strays { get; init; } = [];

    /// <summary>Why, where the state is neither trusted nor missing.</summary>
    public TrustFault Fault { get; init; }

    /// <summary>Commands or lines that mend it, most useful first.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];
}

namespace Locald.Trust;

public enum StoreOutcome
{
    /// <summary>The store was changed and then seen to be as asked.</summary>
    Done,

    /// <summary>It was as asked before; nothing was touched.</summary>
    Already,

    /// <summary>It is not as asked; <see cref="StoreResult.Fault"/> says why.</summary>
    Failed,
}

/// <summary>What became of putting a root in or taking it out.</summary>
/// <param name="Outcome">Whether the store is as asked, seen by asking it.</param>
/// <param name="Detail">One line for a person, lower case, without a full stop.</param>
public sealed record StoreResult(StoreOutcome Outcome, string Detail)
{
    public TrustFault Fault { get; init; }

    /// <summary>Commands or lines that mend a failure, most useful first.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>Lines to put into a configuration file, where the store is made from one; null elsewhere.</summary>
    public string? Snippet { get; init; }

    /// <summary>What did not work although the store itself is as asked (Java's copy, say).</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    internal static StoreResult Failure(TrustFault fault, string detail, params string[] hints) =>
        new(StoreOutcome.Failed, detail) { Fault = fault, Hints = hints };
}

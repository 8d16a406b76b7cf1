using Locald.Trust;

namespace Locald.Trusting;

/// <summary>The words that tables and JSON use of a store; scripts compare them.</summary>
internal static class StoreWords
{
    /// <summary>How a root of an earlier CA is called.</summary>
    internal const string Extra = "EXTRA";

    /// <summary><c>TRUSTED</c>, <c>MISSING</c>, <c>BROKEN</c>, <c>UNAVAILABLE</c>.</summary>
    internal static string Of(StoreState state) => state.ToString().ToUpperInvariant();

    /// <summary>As <c>--store</c> takes it.</summary>
    internal static string Of(StoreKind kind) => Camel(kind);

    /// <summary>An enum's value as JSON readers get it: <c>toolFailed</c>.</summary>
    internal static string Camel(Enum value)
    {
        string name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>What was done, as the table says it.</summary>
    internal static string Action(StoreReport report, StoreVerb verb) => (report.Result, verb) switch
    {
        (null, _) when report.Plan.Count == 0 => "already",
        (null, StoreVerb.Install) => "would add",
        (null, _) => "would remove",
        ({ Outcome: StoreOutcome.Already }, _) when report.Before.State == StoreState.Unavailable => "none",
        // Planned, and found done: Debian's hook fills Java's key store when the system's is changed.
        ({ Outcome: StoreOutcome.Already }, _) when report.Plan.Count == 0 => "already",
        ({ Outcome: StoreOutcome.Failed }, _) => "failed",
        (_, StoreVerb.Install) => "added",
        _ => "removed",
    };

    /// <summary>What the store is like now, as far as it was seen.</summary>
    internal static StoreState After(StoreReport report, StoreVerb verb) => (report.Result, verb) switch
    {
        (null, _) => report.Before.State,
        ({ Outcome: StoreOutcome.Failed }, _) => report.After?.State ?? report.Before.State,
        _ when report.Before.State == StoreState.Unavailable => StoreState.Unavailable,
        (_, StoreVerb.Install) => StoreState.Trusted,
        _ => StoreState.Missing,
    };
}

using System.Security.Cryptography.X509Certificates;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>What was planned for one store and what came of it.</summary>
/// <param name="Store">The store.</param>
/// <param name="Before">What it said first.</param>
/// <param name="Plan">What was to be done; empty where nothing was.</param>
/// <param name="Result">What came of it; null for a dry run.</param>
internal sealed record StoreReport(ITrustStore Store, StoreStatus Before, IReadOnlyList<Step> Plan, StoreResult? Result)
{
    /// <summary>Asks a store, and plans nothing.</summary>
    internal static StoreReport Look(ITrustStore store, X509Certificate2? root, StoreChoice choice)
    {
        StoreStatus status = store.Probe(root);
        return new(store, status, [], null) { Counts = choice.Counts(store, status) };
    }

    /// <summary>Whether a failure counts: Java's store and a platform that is not here do, only where they were asked for by name.</summary>
    internal required bool Counts { get; init; }

    /// <summary>After a failure, what the store said then; null elsewhere: a success was seen by the store itself.</summary>
    internal StoreStatus? After { get; init; }

    internal bool Failed => Result is { Outcome: StoreOutcome.Failed };

    /// <summary>The exit code that this store alone would give.</summary>
    internal ExitCode OwnCode => Result switch
    {
        null or { Outcome: not StoreOutcome.Failed } => ExitCode.Done,
        { Fault: TrustFault.NotPermitted or TrustFault.NoSession or TrustFault.Cancelled or TrustFault.Forbidden } => ExitCode.Permission,
        _ => ExitCode.Failed,
    };

    /// <summary>What it adds to the exit code of the run.</summary>
    internal ExitCode Code => Counts ? OwnCode : ExitCode.Done;
}

using System.Security.Cryptography.X509Certificates;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>
/// Puts one root into stores, or takes it out: looks at all of them, plans, shows, applies, verifies. One store's failure stops no other.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="verb">What to do.</param>
/// <param name="ledger">Remembers the stores; null for a dry run.</param>
/// <param name="elevation">For those that need root; null for a dry run.</param>
/// <param name="counts">Whether a store's failure is the run's.</param>
internal sealed class StoreChange(Session session, StoreVerb verb, StoreLedger? ledger, Elevation? elevation, Func<ITrustStore, StoreStatus, bool> counts)
{
    /// <param name="stores">At least one.</param>
    /// <param name="root">The root; null where there is none (yet).</param>
    /// <param name="pemFile">The file that holds it, or would.</param>
    /// <returns>A report for each store, in the same order.</returns>
    internal async Task<IReadOnlyList<StoreReport>> RunAsync(IReadOnlyList<ITrustStore> stores, X509Certificate2? root, string pemFile)
    {
        StoreReport[] planned = await AtOnce.EachAsync(stores, store => Plan(store, root, pemFile));
        if (ledger is null || elevation is null || root is null)
        {
            return planned;
        }

        planned.SelectMany(p => p.Plan).ToList().ForEach(s => session.Terminal.Say($"  {s.What}"));
        if (verb == StoreVerb.Install)
        {
            ledger.Add(planned.Where(p => p.Before.State != StoreState.Unavailable).Select(p => p.Store.Id));
        }

        // First what may ask a person something, one after the other; then the rest side by side.
        StoreReport[] reports = [.. planned];
        for (int i = 0; i < reports.Length; i++)
        {
            if (reports[i] is { Store: { Kind: StoreKind.System or StoreKind.Windows } or { MayChange: false } } asking)
            {
                reports[i] = Apply(asking, root);
            }
        }

        return await AtOnce.EachAsync(reports, report => report.Result is null ? Apply(report, root) : report);
    }

    private StoreReport Plan(ITrustStore store, X509Certificate2? root, string pemFile)
    {
        StoreStatus before = store.Probe(root);
        IReadOnlyList<Step> plan = (root, verb) switch
        {
            // A dry run makes no root to plan with; and without a root there is nothing of it to remove.
            (null, StoreVerb.Install) => before.State == StoreState.Unavailable ? [] : [new($"put it into {store.Title}", "locald trust")],
            (null, _) => [],
            (_, StoreVerb.Install) => store.PlanInstall(root, before, pemFile),
            _ => store.PlanRemove(root, before),
        };
        return new(store, before, plan, root is null && verb == StoreVerb.Remove ? new(StoreOutcome.Already, $"there is no root {pemFile}") : null)
        {
            Counts = counts(store, before),
        };
    }

    private StoreReport Apply(StoreReport planned, X509Certificate2 root)
    {
        ITrustStore store = planned.Store;
        StoreResult result = planned.Plan.Count == 0 || store.MayChange
            ? verb == StoreVerb.Install ? store.Install(root) : store.Remove(root)
            : Verified(store, root, elevation!.Change(store, verb, root, planned.Plan));
        return planned with { Result = result, After = result.Outcome == StoreOutcome.Failed ? store.Probe(root) : null };
    }

    /// <summary>The elevated process has looked; so do we, as the user whose clients must be able to read the store.</summary>
    private StoreResult Verified(ITrustStore store, X509Certificate2 root, StoreResult elevated)
    {
        if (elevated.Outcome == StoreOutcome.Failed)
        {
            return elevated;
        }

        StoreStatus status = store.Probe(root);
        bool asAsked = verb == StoreVerb.Install ? status.State == StoreState.Trusted : status.State == StoreState.Missing;
        return asAsked ? elevated : new(StoreOutcome.Failed, status.Detail)
        {
            Fault = status.Fault != TrustFault.None ? status.Fault : verb == StoreVerb.Install ? TrustFault.NotInBundle : TrustFault.StillInBundle,
            Hints = [.. status.Hints, "locald doctor"],
        };
    }
}

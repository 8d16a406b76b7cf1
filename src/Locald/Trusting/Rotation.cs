using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.ClientTrust;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>What a rotation did.</summary>
/// <param name="Added">What became of the new root in each store that trusted the old one.</param>
/// <param name="Removed">What became of the old one; empty where the rotation was called off.</param>
/// <param name="Replaced">Whether the new root is the root now.</param>
internal sealed record RotationReport(IReadOnlyList<StoreReport> Added, IReadOnlyList<StoreReport> Removed, bool Replaced)
{
    internal ExitCode Code => Added.Concat(Removed).Select(r => r.Code).DefaultIfEmpty(ExitCode.Done).Max();
}

/// <summary>
/// Replaces the root: the new one is trusted wherever the old one is, then takes its place, then the old one goes. What fails before
/// the new one is in place leaves everything as it was.
/// </summary>
internal sealed class Rotation(Session session, RootRotation files, StoreLedger ledger, Elevation elevation)
{
    /// <summary>A running instance looks at most every quarter of a second, at a handshake; twice that is enough for all that are under way.</summary>
    private static readonly TimeSpan s_takeover = TimeSpan.FromMilliseconds(500);

    /// <param name="old">The root that goes.</param>
    /// <param name="next">The staged one that comes.</param>
    internal async Task<RotationReport> RunAsync(X509Certificate2 old, X509Certificate2 next)
    {
        IReadOnlyList<ITrustStore> stores = Stores.FindWithRemembered(session, StoreChoice.Everything, ledger.Ids);
        StoreReport[] looks = await AtOnce.EachAsync(stores, s => StoreReport.Look(s, old, StoreChoice.Everything));
        List<ITrustStore> trusting = [.. looks.Where(l => l.Before.State == StoreState.Trusted).Select(l => l.Store)];
        IReadOnlyList<StoreReport> added = trusting.Count == 0 ? [] : await Change(StoreVerb.Install).RunAsync(trusting, next, files.NextPemPath);
        if (added.Any(r => r.Failed && r.Counts))
        {
            List<ITrustStore> changed = [.. added.Where(r => !r.Failed).Select(r => r.Store)];
            if (changed.Count > 0)
            {
                await Change(StoreVerb.Remove).RunAsync(changed, next, files.NextPemPath);
            }

            // Where the commands were given to run by hand, they name the staged root: the next rotation goes on with it.
            if (!added.Any(r => r.Result?.Fault == TrustFault.NotPermitted))
            {
                files.Abandon();
            }

            return new(Quiet(added), [], Replaced: false);
        }

        files.Commit();
        RefreshBundle();
        IReadOnlyList<StoreReport> removed = await RemoveAsync(stores, looks, old);
        return new(Quiet(added), Quiet(removed), Replaced: true);
    }

    /// <summary>Takes a root that is no longer in use out of every store, and forgets it where all gave it up.</summary>
    private async Task<IReadOnlyList<StoreReport>> RemoveAsync(IReadOnlyList<ITrustStore> stores, StoreReport[] looks, X509Certificate2 old)
    {
        List<ITrustStore> holding = [.. stores.Where((_, i) => looks[i].Before.Places.Count > 0)];
        List<StoreReport> removed = [];
        if (holding.Count > 0)
        {
            await Task.Delay(s_takeover, session.Clock);
            removed.AddRange(await Change(StoreVerb.Remove).RunAsync(holding, old, files.NextPemPath));
        }

        if (!removed.Exists(r => r.Failed))
        {
            files.Forget(old);
        }

        foreach (X509Certificate2 earlier in files.Retired())
        {
            using (earlier)
            {
                if (earlier.RawDataMemory.Span.SequenceEqual(old.RawDataMemory.Span))
                {
                    continue;
                }

                IReadOnlyList<StoreReport> gone = await Change(StoreVerb.Remove).RunAsync(stores, earlier, files.NextPemPath);
                removed.AddRange(gone.Where(r => r.Plan.Count > 0));
                if (!gone.Any(r => r.Failed))
                {
                    files.Forget(earlier);
                }
            }
        }

        return removed;
    }

    /// <summary>While one root follows the other both are there; that is no news.</summary>
    private static IReadOnlyList<StoreReport> Quiet(IEnumerable<StoreReport> reports) => [.. reports.Select(r => r with { Before = r.Before with { Strays = [] } })];

    private StoreChange Change(StoreVerb verb) => new(session, verb, ledger, elevation, StoreChoice.Everything.Counts) { KeepsRemembering = true };

    /// <summary>Variables in running shells point to the file, which holds the old root.</summary>
    private void RefreshBundle()
    {
        RootBundle bundle = RootBundle.Plan(Authority.Folder(session), session.Variable, session.SystemBundle());
        if (File.Exists(bundle.Path))
        {
            using CertManager authority = Authority.Open(session);
            bundle.Refresh(authority);
        }
    }
}

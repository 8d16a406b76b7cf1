using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.ClientTrust;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>
/// Replaces the root: the new one is trusted wherever the old one is, then takes its place, then the old one goes. What fails before
/// the new one is in place leaves everything as it was; what cannot be taken back is told, and the next run takes it up.
/// </summary>
internal sealed class Rotation(Session session, RootRotation files, StoreLedger ledger, Elevation elevation)
{
    /// <summary>A running instance looks at most every quarter of a second, at a handshake; twice that is enough for all that are under way.</summary>
    private static readonly TimeSpan s_takeover = TimeSpan.FromMilliseconds(500);

    /// <summary>What a rotation would do; nothing is made or changed.</summary>
    internal static async Task<RotationReport> PlanAsync(Session session, X509Certificate2 old)
    {
        IReadOnlyList<ITrustStore> stores = Stores.FindWithRemembered(session, StoreChoice.Everything, StoreLedger.Read(session));
        StoreReport[] looks = await AtOnce.EachAsync(stores, s => StoreReport.Look(s, old, StoreChoice.Everything));
        return new(
            [.. looks.Where(Trusts).Select(l => l with { Plan = [new($"put a new root into {l.Store.Title}", "locald ca rotate")] })],
            [.. looks.Where(l => l.Before.Places.Count > 0).Select(l => l with { Plan = l.Store.PlanRemove(old, l.Before) })],
            Replaced: false);
    }

    /// <param name="old">The root that goes.</param>
    /// <param name="next">The staged one that comes.</param>
    internal async Task<RotationReport> RunAsync(X509Certificate2 old, X509Certificate2 next)
    {
        IReadOnlyList<ITrustStore> stores = Stores.FindForStaged(session, files, ledger.Ids);
        StoreReport[] looks = await AtOnce.EachAsync(stores, s => StoreReport.Look(s, old, StoreChoice.Everything));
        List<ITrustStore> trusting = [.. looks.Where(Trusts).Select(l => l.Store)];
        List<StoreReport> added = [];
        try
        {
            // First what running shells point to: clients must take leaves of either until all instances use the new one.
            Bundle(old, next);
            added.AddRange(trusting.Count == 0 ? [] : Quiet(await Change(StoreVerb.Install).RunAsync(trusting, next, files.NextPemPath)));
            if (added.Exists(r => r.Failed && r.Counts))
            {
                return new(added, await CallOffAsync(added, old, next), Replaced: false);
            }

            files.Commit();
        }
        catch (Exception error) when (error is RootException or UserError)
        {
            return new(added, await CallOffAsync(added, old, next), Replaced: false) { Obstacle = error };
        }

        await Task.Delay(s_takeover, session.Clock);
        BundleIfPossible(next);
        IReadOnlyList<X509Certificate2> retired = files.Retired();
        try
        {
            return new(added, await new Retirement(files, Change(StoreVerb.Remove)).RunAsync(stores, retired, forget: true), Replaced: true);
        }
        finally
        {
            retired.ToList().ForEach(r => r.Dispose());
        }
    }

    /// <summary>Takes the new root out of the stores again, and drops it where none of them needs it any more.</summary>
    /// <returns>A report for each store that still holds it, or may.</returns>
    private async Task<IReadOnlyList<StoreReport>> CallOffAsync(List<StoreReport> added, X509Certificate2 old, X509Certificate2 next)
    {
        List<ITrustStore> changed = [.. added.Where(r => !r.Failed || r.After?.Places.Count > 0).Select(r => r.Store)];
        StoreReport[] undone = changed.Count == 0 ? [] : Quiet(await Change(StoreVerb.Remove).RunAsync(changed, next, files.NextPemPath));
        StoreReport[] left = [.. undone.Where(r => r.Failed)];

        // Commands that were given to run by hand name the staged root: the next rotation goes on with it. So it does where a store kept it.
        if (left.Length == 0 && !added.Exists(r => r.Result?.Fault == TrustFault.NotPermitted))
        {
            files.Abandon();
        }

        BundleIfPossible(old);
        return left;
    }

    private static bool Trusts(StoreReport look) => look.Before.State == StoreState.Trusted;

    /// <summary>While one root follows the other both are there; that is no news.</summary>
    private static StoreReport[] Quiet(IEnumerable<StoreReport> reports) => [.. reports.Select(r => r with { Before = r.Before with { Strays = [] } })];

    private StoreChange Change(StoreVerb verb) => new(session, verb, ledger, elevation, StoreChoice.Everything.Counts);

    /// <summary>A bundle of two roots does no harm, so that it stops nothing.</summary>
    private void BundleIfPossible(X509Certificate2 root)
    {
        try
        {
            Bundle(root);
        }
        catch (Exception error) when (error is RootException or UserError)
        {
            session.Terminal.Warn($"the bundle for clients holds both roots still: {error.Message}", "locald env");
        }
    }

    private void Bundle(params ReadOnlySpan<X509Certificate2> roots) =>
        RootBundle.Existing(Authority.Folder(session))?.Refresh(roots.ToArray(), files.WriteBeside);
}

using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.Trust;
using Locald.Trusting;

namespace Locald.Doctor;

/// <summary>What each trust store says of the root, and what an earlier CA left in it.</summary>
internal static class TrustChecks
{
    internal static async Task<(IReadOnlyList<StoreReport> Stores, IReadOnlyList<Check> Checks)> RunAsync(Session session, StoreChoice choice)
    {
        using X509Certificate2? root = Root(session);
        StoreReport[] stores = await AtOnce.EachAsync(Stores.Find(session, choice), s => StoreReport.Look(s, root, choice));
        return (stores, [.. stores.SelectMany(s => root is null ? Strays(s) : Strays(s).Prepend(Store(s)))]);
    }

    private static X509Certificate2? Root(Session session)
    {
        try
        {
            return Authority.ReadRoot(session).Certificate;
        }
        catch (RootException)
        {
            // Without a readable certificate there is nothing to look for; the check of the root's files says why.
            return null;
        }
    }

    private static Check Store(StoreReport report)
    {
        string id = Id(report.Store);
        StoreStatus status = report.Before;
        string detail = $"{report.Store.Title}: {StoreWords.Of(status.State)}: {status.Detail}";
        Severity lacking = report.Counts ? Severity.Failed : status.State == StoreState.Unavailable ? Severity.Info : Severity.Warning;
        return (status.State switch
        {
            StoreState.Trusted => new Check(id, Severity.Ok, detail),
            StoreState.Missing => new(id, lacking, detail, "locald trust") { IsTrustAlone = true },
            _ => new(id, lacking, detail, [.. status.Hints]) { IsTrustAlone = true },
        }) with { Store = report.Store.Id };
    }

    private static IEnumerable<Check> Strays(StoreReport report) => report.Before.Strays.Select(stray =>
        new Check($"{Id(report.Store)}.stray", Severity.Warning, $"{report.Store.Title}: {StoreWords.Extra}: {stray.Place} is a root of an earlier CA of yours ({stray.Subject})",
            string.Join(" && ", stray.RemoveCommand)) { Store = report.Store.Id });

    private static string Id(ITrustStore store) => $"trust.{StoreWords.Of(store.Kind)}";
}

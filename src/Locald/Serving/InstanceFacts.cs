using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.Commands;
using Locald.Proxy.Pages.Dashboard;
using Locald.Proxy.Routing;
using Locald.Trust;
using Locald.Trusting;

namespace Locald.Serving;

/// <summary>
/// Tells the dashboard of certificates, trust stores and holders. Stores are slow to ask, so they are asked beside the page that wants to
/// know, and what they said is told for a while.
/// </summary>
/// <param name="session">Whose stores they are.</param>
/// <param name="certificates">Whose root it is.</param>
/// <param name="routes">The routes of the instance; gives null before there are any.</param>
internal sealed class InstanceFacts(Session session, CertManager certificates, Func<LiveRoutes?> routes) : IInstanceFacts
{
    private static readonly TimeSpan s_kept = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private volatile IReadOnlyList<StoreFacts>? _stores;
    private Task _asking = Task.CompletedTask;
    private long? _askedAt;

    public string Version => VersionCommand.Number;

    public RootFacts Root
    {
        get
        {
            X509Certificate2 root = certificates.Root;
            return new(root.Subject, StoreTable.Sha256(root), root.NotAfter, CertManager.IsAging(root, session.Clock));
        }
    }

    public IReadOnlyList<StoreFacts>? Stores
    {
        get
        {
            lock (_gate)
            {
                if (_asking.IsCompleted && (_askedAt is not { } asked || session.Clock.GetElapsedTime(asked) > s_kept))
                {
                    _askedAt = session.Clock.GetTimestamp();
                    _asking = Task.Run(AskAsync);
                }
            }

            return _stores;
        }
    }

    public IReadOnlyDictionary<RouteName, string> Holders =>
        routes()?.All.Where(r => r.Holder is not null).ToDictionary(r => r.Route.Name, r => r.Holder!.ToString()) ?? [];

    private async Task AskAsync()
    {
        X509Certificate2 root = certificates.Root;
        IReadOnlyList<StoreReport> reports = await AtOnce.EachAsync(
            Trusting.Stores.Find(session, StoreChoice.Everything), s => StoreReport.Look(s, root, StoreChoice.Everything));
        _stores =
        [
            .. reports.Select(r => new StoreFacts(r.Store.Title, StoreWords.Of(r.Before.State), r.Before.State == StoreState.Trusted, r.Counts, r.Before.Detail)),
        ];
    }
}

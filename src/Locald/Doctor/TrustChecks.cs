using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.Trust;
using Locald.Trusting;

namespace Locald.Doctor;

/// <summary>What each trust store says of the root, and what an earlier CA left in it.</summary>
internal static class TrustChecks
{
    internal static IEnumerable<Check> Run(Session session)
    {
        if (Stores.Find(session) is not [{ } store, ..])
        {
            return [new("trust.system", Severity.Info, "this version cannot look into the trust store of this system")];
        }

        try
        {
            (X509Certificate2? root, _) = Authority.ReadRoot(session);
            using X509Certificate2? owned = root;
            return root is null ? Strays(store, null) : [Store(store, root), .. Strays(store, root)];
        }
        catch (RootException)
        {
            // Without a readable certificate there is nothing to look for; the check of the root's files says why.
            return Strays(store, null);
        }
    }

    private static Check Store(ITrustStore store, X509Certificate2 root)
    {
        string id = $"trust.{StoreReport.Camel(store.Kind)}";
        StoreStatus status = store.Probe(root);
        string detail = $"{store.Title}: {status.Detail}";
        return status.State switch
        {
            StoreState.Trusted => new(id, Severity.Ok, detail),
            StoreState.Missing => new(id, Severity.Failed, detail, "locald trust") { IsTrustAlone = true },
            _ => new(id, Severity.Failed, detail, [.. status.Hints]) { IsTrustAlone = status.State == StoreState.Unavailable },
        };
    }

    private static IEnumerable<Check> Strays(ITrustStore store, X509Certificate2? root) => store.Probe(root).Strays.Select(stray =>
        new Check($"trust.{StoreReport.Camel(store.Kind)}.stray", Severity.Warning, $"{stray.Place} is a root of an earlier CA of yours ({stray.Subject})",
            string.Join(" && ", stray.RemoveCommand)));
}

using Locald.Certificates;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>The trust stores of a session's user.</summary>
internal static class Stores
{
    /// <summary>Of a leaf that a verifier is shown once; the first hour of it has gone by when it is made.</summary>
    private static readonly TimeSpan s_probeLife = TimeSpan.FromDays(1);

    /// <summary>What there is, as chosen.</summary>
    /// <param name="session">The session.</param>
    /// <param name="choice">What was asked for; null for everything.</param>
    /// <param name="authority">The root in use, for the platforms whose verifier is asked with a leaf; null where there is none.</param>
    internal static IReadOnlyList<ITrustStore> Find(Session session, StoreChoice? choice = null, CertManager? authority = null)
    {
        TrustContext context = Context(session, choice) with { MintProbe = authority is null ? null : name => authority.Mint([name], s_probeLife) };
        IReadOnlyList<ITrustStore> found = session.TrustStores(context);
        return choice is null ? found : choice.Among(found);
    }

    /// <summary>The same, and the stores that a root of ours was put into some day though nothing else points to them any more.</summary>
    internal static IReadOnlyList<ITrustStore> FindWithRemembered(Session session, StoreChoice choice, IEnumerable<string> ids) =>
        FindWithRemembered(session, Context(session, choice), choice, ids);

    /// <summary>The same, as seen by the root that is staged to follow the present one.</summary>
    internal static IReadOnlyList<ITrustStore> FindForStaged(Session session, RootRotation files, IEnumerable<string> ids)
    {
        TrustContext context = Context(session, StoreChoice.Everything) with { RootFile = files.NextPemPath, MintProbe = name => files.MintStaged(name, s_probeLife) };
        return FindWithRemembered(session, context, StoreChoice.Everything, ids);
    }

    private static IReadOnlyList<ITrustStore> FindWithRemembered(Session session, TrustContext context, StoreChoice choice, IEnumerable<string> ids)
    {
        IReadOnlyList<ITrustStore> found = session.TrustStores(context);
        IEnumerable<ITrustStore?> remembered = ids.Except(found.Select(s => s.Id)).Select(id => session.TrustStoreById(id, context));
        return choice.Among([.. found, .. remembered.OfType<ITrustStore>()]);
    }

    /// <returns>Null where no store of this machine has the id.</returns>
    internal static ITrustStore? FromId(Session session, string id)
    {
        TrustContext context = Context(session, null);
        return session.TrustStores(context).FirstOrDefault(s => s.Id == id) ?? session.TrustStoreById(id, context);
    }

    /// <summary>Who the stores are looked for. Under sudo the invoking user: root's own browsers are nobody's.</summary>
    private static TrustContext Context(Session session, StoreChoice? choice) =>
        new(session.Home, session.Variable)
        {
            RunAs = session.Owner is { } owner ? new(owner.Uid, owner.Gid) : null,
            Scope = choice?.Scope ?? TrustScope.Usual,
            WithPolicies = choice?.WithPolicies ?? false,
            RootFile = Path.Combine(Authority.Folder(session), "root.pem"),
            NssProgram = NssImage.Read,
        };
}

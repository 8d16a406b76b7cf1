using Locald.Certificates;
using Locald.Trust;

namespace Locald.Trusting;

/// <summary>The trust stores of a session's user.</summary>
internal static class Stores
{
    /// <summary>Who the stores are looked for. Under sudo the invoking user: root's own browsers are nobody's.</summary>
    /// <param name="session">The session.</param>
    /// <param name="authority">The root in use, for the platforms whose verifier is asked with a leaf; null where there is none.</param>
    internal static TrustContext Context(Session session, CertManager? authority = null) =>
        new(session.Owner?.Home ?? session.Variable("HOME"), session.Variable)
        {
            RunAs = session.Owner is { } owner ? new(owner.Uid, owner.Gid) : null,
            MintProbe = authority is null ? null : name => authority.Mint([name], TimeSpan.FromHours(1)),
        };

    internal static IReadOnlyList<ITrustStore> Find(Session session, CertManager? authority = null) =>
        session.TrustStores(Context(session, authority));
}

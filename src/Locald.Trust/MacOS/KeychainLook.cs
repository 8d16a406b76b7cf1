using System.Security.Cryptography.X509Certificates;
using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>A look at all that macOS holds of a root, and the judgement on it.</summary>
internal sealed class KeychainLook(TrustContext context, Keychains keychains, TrustDomain[] visible)
{
    private const string ProbeName = "trust-probe.localhost";

    /// <exception cref="SecurityException">macOS cannot be asked.</exception>
    internal StoreStatus Of(X509Certificate2? root)
    {
        List<KeychainItem> items = [];
        try
        {
            items.AddRange(keychains.Ours());
            visible.ToList().ForEach(d => items.AddRange(TrustSettings.Ours(d)));
            StoreStatus status = root is null ? new(StoreState.Missing, "there is no root yet") : Judge(root, items);
            return status with { Strays = StrayKeychainRoots.In(items, root, visible) };
        }
        finally
        {
            items.ForEach(i => i.Dispose());
        }
    }

    private StoreStatus Judge(X509Certificate2 root, List<KeychainItem> items)
    {
        KeychainFindings found = KeychainFindings.Of(root, items, visible);
        string decider = KeychainFindings.Name(found.Deciding);
        return (found switch
        {
            { Places.Count: 0 } => new StoreStatus(StoreState.Missing, "neither the keychain nor a trust setting has the root"),
            _ when found.Of(found.Deciding) == Setting.Denied => Broken(TrustFault.Forbidden, $"{decider} say never to trust the root"),
            _ when !found.IsTrustedFor(context.Scope) => Broken(TrustFault.NotInBundle,
                $"the root is in {string.Join(" and ", found.Places)}, but not trusted for {(context.Scope == TrustScope.User ? "this user" : "all users")}"),
            { InKeychain: false } => Broken(TrustFault.NotInBundle, $"{decider} trust the root, but no keychain has it"),
            _ => Verdict(root) is { } objection
                ? Broken(TrustFault.NotInBundle, $"{decider} trust the root, but {objection}")
                : new StoreStatus(StoreState.Trusted, $"{decider} trust the root, and macOS accepts {(context.MintProbe is null ? "it" : "a certificate of it")}"),
        }) with { Places = found.Places };

        StoreStatus Broken(TrustFault fault, string detail) => new(StoreState.Broken, detail)
        {
            Fault = fault,
            Hints = [context.Scope switch { TrustScope.User => "locald trust --user", TrustScope.Machine => "locald trust --system", _ => "locald trust" }],
        };
    }

    /// <summary>Asks macOS with a leaf of the root, or, where none can be made, with the root itself.</summary>
    /// <returns>Null where it accepts, else what is wrong.</returns>
    private string? Verdict(X509Certificate2 root)
    {
        if (context.MintProbe is not { } mint)
        {
            return Evaluation.Objection(null, root.RawData) is { } ofRoot ? $"macOS refuses it: {ofRoot}" : null;
        }

        X509Certificate2 leaf;
        try
        {
            leaf = mint(ProbeName);
        }
        catch (Exception e)
        {
            // Whatever keeps the root's owner from it, the store itself has an answer to give.
            return $"no certificate of it could be made to ask with: {e.Message.TrimEnd('.')}";
        }

        using X509Certificate2 made = leaf;

        // Root, under sudo, does not see the user's keychain, so that the root comes along as a server might send it.
        byte[][] chain = context.RunAs is null ? [leaf.RawData] : [leaf.RawData, root.RawData];
        return Evaluation.Objection(ProbeName, chain) is { } objection ? $"macOS refuses a certificate of it: {objection}" : null;
    }
}

using System.Security.Cryptography.X509Certificates;
using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>What macOS holds of a root.</summary>
/// <param name="InKeychain">Whether a keychain of the user that is meant has it.</param>
/// <param name="User">What this user's trust settings say.</param>
/// <param name="Admin">What those of all users say.</param>
internal sealed record KeychainFindings(bool InKeychain, Setting User, Setting Admin)
{
    internal const string KeychainPlace = "the keychain";
    internal const string UserPlace = "the trust settings of this user";
    internal const string AdminPlace = "the trust settings of all users";

    internal IReadOnlyList<string> Places =>
        [.. InKeychain ? [KeychainPlace] : Array.Empty<string>(), .. User == Setting.None ? [] : new[] { UserPlace }, .. Admin == Setting.None ? [] : new[] { AdminPlace }];

    /// <summary>The domain whose word counts for this user: a user's own setting overrules that of all users.</summary>
    internal TrustDomain Deciding => User is Setting.Trusted or Setting.Denied ? TrustDomain.User : TrustDomain.Admin;

    internal Setting Of(TrustDomain domain) => domain == TrustDomain.User ? User : Admin;

    /// <summary>Whether the settings make the root trusted for those that a store is for.</summary>
    internal bool IsTrustedFor(TrustScope scope) => Of(Deciding) == Setting.Trusted && (scope != TrustScope.Machine || Admin == Setting.Trusted);

    /// <param name="root">The root.</param>
    /// <param name="items">What keychains have of ours.</param>
    /// <param name="visible">The domains to read; the others are taken to say nothing.</param>
    /// <exception cref="SecurityException">macOS cannot be asked.</exception>
    internal static KeychainFindings Of(X509Certificate2 root, IEnumerable<KeychainItem> items, TrustDomain[] visible)
    {
        using CFHandle certificate = Keychains.Certificate(root.RawDataMemory.Span);
        return new(items.Any(i => root.RawDataMemory.Span.SequenceEqual(i.Der)),
            Setting(TrustDomain.User), Setting(TrustDomain.Admin));

        Setting Setting(TrustDomain domain) => visible.Contains(domain) ? TrustSettings.Read(certificate, domain) : MacOS.Setting.None;
    }

    internal static string Name(TrustDomain domain) => domain == TrustDomain.User ? UserPlace : AdminPlace;
}

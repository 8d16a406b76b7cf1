using System.Security.Cryptography.X509Certificates;
using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>Roots of an earlier CA of ours, wherever macOS keeps them.</summary>
internal static class StrayKeychainRoots
{
    /// <summary>More than anybody has made.</summary>
    private const int Most = 50;

    /// <exception cref="SecurityException">macOS cannot be asked.</exception>
    internal static IReadOnlyList<StrayRoot> In(IReadOnlyList<KeychainItem> items, X509Certificate2? current, TrustDomain[] visible) =>
        [.. items.DistinctBy(i => Convert.ToBase64String(i.Der)).Select(i => OurRoots.AsStray(i.Der, current, KeychainFindings.KeychainPlace, c => Commands(i, c, visible))).OfType<StrayRoot>().Take(Most)];

    private static string[] Commands(KeychainItem item, X509Certificate2 certificate, TrustDomain[] visible)
    {
        const string File = "earlier-root.pem";
        string[] removals = [.. visible.Where(d => TrustSettings.Read(item.Reference, d) != Setting.None).Select(d => $"security remove-trusted-cert {(d == TrustDomain.Admin ? "-d " : "")}{File}")];
        string name = ShellWord.Quote(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        string[] export = removals.Length == 0 ? [] : [$"security find-certificate -c {name} -p > {File}"];
        return [.. export, .. removals, $"security delete-certificate -Z {certificate.GetCertHashString()}"];
    }
}

using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.Tests.Certificates;

namespace Locald.Tests.Proxy.Serving;

/// <summary>One root for all servers of the tests; its files are gone before the first of them starts.</summary>
internal static class TestAuthority
{
    public static CertManager Certificates { get; } = Open();

    /// <summary>Trusts that root and no other.</summary>
    public static X509ChainPolicy Policy()
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(Certificates.Root);
        return policy;
    }

    private static CertManager Open()
    {
        using TemporaryFolder folder = new();
        return CertManager.Open(folder["ca"]);
    }
}

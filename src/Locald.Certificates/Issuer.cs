using System.Security.Cryptography.X509Certificates;

namespace Locald.Certificates;

/// <summary>One root with what is made by it; replaced as a whole when another root takes its place.</summary>
internal sealed class Issuer : IDisposable
{
    internal Issuer(Root root, TimeProvider clock)
    {
        Root = root;
        Mint = new(root, clock);
        Leaves = new(MakeForServing, clock, Limits.CachedLeaves);
    }

    internal Root Root { get; }

    internal LeafMint Mint { get; }

    internal LeafCache Leaves { get; }

    public void Dispose()
    {
        Leaves.Dispose();
        Root.Dispose();
    }

    private X509Certificate2 MakeForServing(string name)
    {
        X509Certificate2 leaf = Mint.Make(AlternativeNames.ForServing(name), Limits.LeafLife);
        if (!OperatingSystem.IsWindows())
        {
            return leaf;
        }

        // Schannel takes no key that exists in memory alone: dotnet/runtime#23749.
        using (leaf)
        {
            return X509CertificateLoader.LoadPkcs12(leaf.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, null), null);
        }
    }
}

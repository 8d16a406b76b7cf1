using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;
using Locald.Certificates.Files;

namespace Locald.Issuing;

/// <summary>One PKCS#12 file (RFC 7292) with the leaf, its key and the root, under AES-256 and SHA-256.</summary>
internal sealed record Pkcs12Target(string Path, string Password) : IssueTarget
{
    internal override IReadOnlyList<(string What, string Path)> Files => [("pkcs12", Path)];

    internal override void Write(X509Certificate2 leaf, X509Certificate2 root, FileOwner? owner)
    {
        X509Certificate2Collection all = [leaf, root];
        Disk.Write(owner, new NewFile(Path, all.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, Password), AtomicFile.Private));
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Locald.Certificates;
using Locald.Certificates.Files;

namespace Locald.Issuing;

/// <summary>A PEM file each for certificate and key, or one file for both, as HAProxy takes them.</summary>
internal sealed record PemTarget(string CertificatePath, string KeyPath) : IssueTarget
{
    internal override IReadOnlyList<(string What, string Path)> Files => [("certificate", CertificatePath), ("key", KeyPath)];

    internal override void Write(X509Certificate2 leaf, X509Certificate2 root, FileOwner? owner)
    {
        using ECDsa key = leaf.GetECDsaPrivateKey()!;
        string keyText = key.ExportPkcs8PrivateKeyPem() + "\n";
        string certificateText = leaf.ExportCertificatePem() + "\n";
        if (CertificatePath == KeyPath)
        {
            Disk.Write(owner, new NewFile(KeyPath, Encoding.ASCII.GetBytes(certificateText + keyText), AtomicFile.Private));
            return;
        }

        Disk.Write(owner,
            new(KeyPath, Encoding.ASCII.GetBytes(keyText), AtomicFile.Private),
            new(CertificatePath, Encoding.ASCII.GetBytes(certificateText), AtomicFile.Public));
    }
}

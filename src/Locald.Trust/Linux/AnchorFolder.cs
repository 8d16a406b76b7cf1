using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Linux;

/// <summary>A file in the anchor folder.</summary>
/// <param name="Path">As the system calls it.</param>
/// <param name="Certificates">DER of each certificate in it.</param>
/// <param name="Damaged">Whether it breaks the bundle that it is copied into.</param>
public sealed record Anchor(string Path, IReadOnlyList<byte[]> Certificates, bool Damaged)
{
    public bool Holds(ReadOnlySpan<byte> der)
    {
        foreach (byte[] certificate in Certificates)
        {
            if (der.SequenceEqual(certificate))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The folder in which an administrator puts roots.</summary>
public sealed class AnchorFolder(LinuxMachine machine, DistroFamily family)
{
    /// <summary>Larger files are no anchors: the whole web's roots take 220 KB.</summary>
    private const int LargestAnchor = 4 << 20;

    private static readonly EnumerationOptions s_everyFile = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 };

    /// <summary>The file of this root, unique to it, so that two CAs never overwrite each other's: named by its SHA-256.</summary>
    public string PathFor(X509Certificate2 root) => $"{family.Folder}/{OurRoots.FileName(root)}{family.Extension}";

    /// <summary>Every file that can be read; the tools of some families read any file, whatever its extension.</summary>
    public IReadOnlyList<Anchor> All()
    {
        string folder = machine.At(family.Folder);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        List<Anchor> anchors = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*", s_everyFile).Order(StringComparer.Ordinal))
        {
            try
            {
                if (File.Exists(file) && new FileInfo(file) is { Length: <= LargestAnchor })
                {
                    anchors.Add(Read(machine.Named(file), File.ReadAllBytes(file)));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A file that we may not read is not one that we wrote: ours are 0644.
            }
        }

        return anchors;
    }

    /// <summary>Whether the refresh tool takes this file up.</summary>
    public bool IsScanned(Anchor anchor) => anchor.Path.EndsWith(family.Extension, StringComparison.Ordinal);

    /// <summary>Writes the root's file.</summary>
    /// <exception cref="IOException">The disk is full or read-only.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public void Write(X509Certificate2 root) =>
        PublicFile.Write(machine.At(PathFor(root)), System.Text.Encoding.ASCII.GetBytes(root.ExportCertificatePem() + "\n"));

    private static Anchor Read(string path, byte[] bytes)
    {
        PemFile pem = PemFile.Parse(bytes);

        // 0x30 opens a DER SEQUENCE; p11-kit reads such files too, and no PEM text begins with it.
        IReadOnlyList<byte[]> certificates = pem.Certificates.Count == 0 && bytes is [0x30, ..] ? [bytes] : pem.Certificates;
        return new(path, certificates, pem.DamagedLine is not null);
    }
}

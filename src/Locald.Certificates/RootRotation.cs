using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Locald.Certificates.Files;

namespace Locald.Certificates;

/// <summary>
/// Puts a new root in the place of the old one, so that nobody ever finds half of each. The new pair is staged beside the old; the
/// rename of its certificate is the moment of the change, that of its key follows, and a reader between the two takes the staged key
/// (<see cref="RootFolder.Load"/>). The old certificate, never its key, is kept as retired until every store has given it up.
/// Whoever was killed in the middle, the next rotation takes up what it left.
/// </summary>
public sealed class RootRotation
{
    private readonly RootFolder _files;
    private readonly string _folder;
    private readonly string _retired;

    /// <param name="folder">Absolute path of the root's folder.</param>
    /// <param name="owner">Under sudo, whose the new files become.</param>
    /// <param name="clock">The time, where a test sets its own.</param>
    public RootRotation(string folder, FileOwner? owner = null, TimeProvider? clock = null)
    {
        (_folder, _files) = (folder, new(folder, owner, clock ?? TimeProvider.System));
        _retired = Path.Combine(folder, "retired");
    }

    /// <summary>The file of the root that is to follow, for the commands to run by hand.</summary>
    public string NextPemPath => _files.NextCertificatePath;

    /// <summary>Makes the root that is to follow, or takes up the one that an earlier run made. The caller disposes of it.</summary>
    /// <exception cref="RootException">It cannot be made.</exception>
    public X509Certificate2 Stage() => UnderLock(() =>
    {
        FinishCommit();
        using Root root = _files.LoadNext() ?? _files.Make(_files.NextCertificatePath, _files.NextKeyPath);
        return X509CertificateLoader.LoadCertificate(root.Certificate.RawData);
    });

    /// <summary>Makes the staged root the root. Its predecessor's key is gone then, and its certificate retired.</summary>
    /// <exception cref="RootException">Nothing is staged, or the folder cannot be written; the old root is in place then.</exception>
    public void Commit() => UnderLock(() =>
    {
        using Root next = _files.LoadNext() ?? throw RootFaults.Damaged(_files.NextCertificatePath, "a root that could follow");
        if (_files.LoadCertificate() is { } old)
        {
            using (old)
            {
                PrivateFolder.Create(_retired, _files.Owner);
                AtomicFile.Write(RetiredPath(old), Encoding.ASCII.GetBytes(old.ExportCertificatePem() + "\n"), AtomicFile.Public, _files.Owner);
            }
        }

        File.Move(_files.NextCertificatePath, _files.CertificatePath, overwrite: true);
        FinishCommit();
        return true;
    });

    /// <summary>Drops the staged root; nothing may trust it any more.</summary>
    public void Abandon() => UnderLock(() =>
    {
        FinishCommit();
        File.Delete(_files.NextCertificatePath);
        File.Delete(_files.NextKeyPath);
        return true;
    });

    /// <summary>Certificates of roots that were in use once and that a store may still hold. The caller disposes of them.</summary>
    public IReadOnlyList<X509Certificate2> Retired()
    {
        List<X509Certificate2> retired = [];
        foreach (string file in Directory.Exists(_retired) ? Directory.GetFiles(_retired, "*.pem").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            try
            {
                retired.Add(X509CertificateLoader.LoadCertificateFromFile(file));
            }
            catch (CryptographicException)
            {
                // What somebody else put there is not ours to judge.
            }
        }

        return retired;
    }

    /// <summary>Says that no store holds a retired root any more.</summary>
    public void Forget(X509Certificate2 root) => UnderLock(() =>
    {
        File.Delete(RetiredPath(root));
        return true;
    });

    /// <summary>After the certificate took its place, its key does: whoever was killed between the two left it so.</summary>
    private void FinishCommit()
    {
        if (File.Exists(_files.NextKeyPath) && !File.Exists(_files.NextCertificatePath) && _files.NextKeyIsInUse)
        {
            File.Move(_files.NextKeyPath, _files.KeyPath, overwrite: true);
        }
    }

    private string RetiredPath(X509Certificate2 root) => Path.Combine(_retired, $"{Convert.ToHexStringLower(SHA256.HashData(root.RawDataMemory.Span)[..6])}.pem");

    private T UnderLock<T>(Func<T> work)
    {
        try
        {
            PrivateFolder.Create(_folder, _files.Owner);
            using FolderLock turn = _files.TakeTurn();
            return work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RootFaults.Unwritable(_folder, error);
        }
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Locald.Certificates.Files;

namespace Locald.Certificates;

/// <summary>
/// Puts a new root in the place of the old one, so that nobody ever finds half of each. The new pair is staged beside the old; the
/// rename of its certificate is the moment of the change, that of its key follows, and a reader between the two takes the staged key
/// (<see cref="RootFolder.Load"/>). The old certificate, never its key, is kept as retired until every store has given it up.
/// Whoever was killed in the middle, the next run takes up what it left.
/// </summary>
public sealed class RootRotation
{
    private readonly RootFolder _files;
    private readonly string _folder;
    private readonly string _retired;
    private readonly TimeProvider _clock;

    /// <param name="folder">Absolute path of the root's folder.</param>
    /// <param name="owner">Under sudo, whose the new files become.</param>
    /// <param name="clock">The time, where a test sets its own.</param>
    public RootRotation(string folder, FileOwner? owner = null, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        (_folder, _files) = (folder, new(folder, owner, _clock));
        _retired = Path.Combine(folder, "retired");
    }

    /// <summary>The file of the root that is to follow, for the commands to run by hand.</summary>
    public string NextPemPath => _files.NextCertificatePath;

    /// <summary>Whether an earlier run was stopped before its end: a root is staged, or its key is not in its place yet.</summary>
    public bool IsUnfinished => File.Exists(_files.NextCertificatePath) || File.Exists(_files.NextKeyPath);

    /// <summary>Makes the root that is to follow, or takes up the one that an earlier run made. The caller disposes of it.</summary>
    /// <exception cref="RootException">It cannot be made, or the present one is not ours to replace.</exception>
    public X509Certificate2 Stage() => UnderLock(() =>
    {
        FinishCommit();
        using X509Certificate2? present = _files.LoadCertificate();
        if (present is not null && !Root.IsOurs(present))
        {
            throw RootFaults.NotOurs(_files.CertificatePath);
        }

        using Root root = Staged() ?? MakeStaged();
        return X509CertificateLoader.LoadCertificate(root.Certificate.RawDataMemory.Span);
    });

    /// <summary>A leaf of the staged root, to ask a platform's verifier for its verdict before that root is in use. The caller disposes of it.</summary>
    /// <exception cref="RootException">Nothing is staged.</exception>
    public X509Certificate2 MintStaged(string name, TimeSpan life)
    {
        using Root next = Next();
        return new LeafMint(next, _clock).Make([name], life);
    }

    /// <summary>Makes the staged root the root. Its predecessor's key is gone then, and its certificate retired.</summary>
    /// <exception cref="RootException">Nothing is staged, or the folder cannot be written; the old root is in place then.</exception>
    public void Commit() => UnderLock(() =>
    {
        Next().Dispose();
        if (_files.LoadCertificate() is { } old)
        {
            using (old)
            {
                PrivateFolder.Create(_retired, _files.Owner);
                AtomicFile.Write(RetiredPath(old), Encoding.ASCII.GetBytes(old.ExportCertificatePem() + "\n"), AtomicFile.Public, _files.Owner);
            }
        }

        AtomicFile.Rename(_files.NextCertificatePath, _files.CertificatePath);
        try
        {
            FinishCommit();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The change is made: readers take the staged key, and the next run moves it.
        }

        return true;
    });

    /// <summary>Drops the staged root; nothing may trust it any more.</summary>
    /// <exception cref="RootException">The folder cannot be written.</exception>
    public void Abandon() => UnderLock(() =>
    {
        FinishCommit();
        Drop();
        return true;
    });

    /// <summary>Ends a rotation that was killed after its change was made, where there is one.</summary>
    /// <exception cref="RootException">The folder cannot be written.</exception>
    public void Resume()
    {
        if (_files.NextKeyIsInUse)
        {
            UnderLock(() =>
            {
                FinishCommit();
                return true;
            });
        }
    }

    /// <summary>Certificates of roots that were in use once and that a store may still hold. The caller disposes of them.</summary>
    public IReadOnlyList<X509Certificate2> Retired()
    {
        // A rotation that did not come to its change has retired the root that is in use.
        using X509Certificate2? present = Readable(_files.CertificatePath);
        List<X509Certificate2> retired = [];
        foreach (string file in RetiredFiles())
        {
            if (Readable(file) is { } root && (present is null || !root.RawDataMemory.Span.SequenceEqual(present.RawDataMemory.Span)))
            {
                retired.Add(root);
            }
        }

        return retired;
    }

    /// <summary>The staged root, which a store may hold already, or null where there is none. The caller disposes of it.</summary>
    public X509Certificate2? StagedCertificate() => Readable(_files.NextCertificatePath);

    /// <summary>Says that no store holds a retired root, or the staged one, any more.</summary>
    /// <exception cref="RootException">The folder cannot be written.</exception>
    public void Forget(X509Certificate2 root) => UnderLock(() =>
    {
        if (File.Exists(RetiredPath(root)))
        {
            File.Delete(RetiredPath(root));
        }

        using X509Certificate2? staged = StagedCertificate();
        if (staged is not null && staged.RawDataMemory.Span.SequenceEqual(root.RawDataMemory.Span))
        {
            Drop();
        }

        return true;
    });

    /// <summary>Writes a public file into the root's folder, in turn with other processes.</summary>
    /// <exception cref="RootException">The folder cannot be written.</exception>
    public void WriteBeside(string name, byte[] content) => _files.WriteBeside(name, content);

    /// <summary>What an earlier run staged, if it is whole and can still be used for years.</summary>
    private Root? Staged()
    {
        try
        {
            Root? root = _files.LoadNext();
            if (root is not null && CertManager.IsAging(root.Certificate, _clock))
            {
                root.Dispose();
                return null;
            }

            return root;
        }
        catch (RootException)
        {
            return null;
        }
    }

    private Root MakeStaged()
    {
        Drop();
        return _files.Make(_files.NextCertificatePath, _files.NextKeyPath);
    }

    private Root Next() => _files.LoadNext() ?? throw RootFaults.Damaged(_files.NextCertificatePath, "a root that could follow");

    /// <summary>After the certificate took its place, its key does: whoever was killed between the two left it so.</summary>
    private void FinishCommit()
    {
        if (_files.NextKeyIsInUse)
        {
            AtomicFile.Rename(_files.NextKeyPath, _files.KeyPath);
        }
    }

    private void Drop()
    {
        File.Delete(_files.NextCertificatePath);
        File.Delete(_files.NextKeyPath);
    }

    private IEnumerable<string> RetiredFiles()
    {
        try
        {
            return Directory.GetFiles(_retired, "*.pem").Order(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Null where there is no certificate to be read: what somebody else put there is not ours to judge.</summary>
    private static X509Certificate2? Readable(string file)
    {
        try
        {
            return RootFolder.LoadCertificate(file);
        }
        catch (RootException)
        {
            return null;
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

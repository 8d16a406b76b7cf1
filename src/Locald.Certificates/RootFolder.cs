using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Locald.Certificates.Files;

namespace Locald.Certificates;

/// <summary>
/// The folder of the root's two files. The key is written first and the certificate last, so the certificate alone says that
/// a root is there; a key without one is what a killed first run left, and is completed. No file is ever written over.
/// </summary>
internal sealed class RootFolder(string path, FileOwner? owner, TimeProvider clock)
{
    internal string CertificatePath { get; } = Path.Combine(path, "root.pem");

    /// <summary>A root that is to follow, while the stores learn to trust it (<see cref="RootRotation"/>).</summary>
    internal string NextCertificatePath { get; } = Path.Combine(path, "next-root.pem");

    internal string NextKeyPath { get; } = Path.Combine(path, "next-root-key.pem");

    internal string KeyPath { get; } = Path.Combine(path, "root-key.pem");

    internal FileOwner? Owner => owner;

    /// <returns>The root, or null where none was made yet.</returns>
    /// <exception cref="RootException">There is one, and it cannot be used.</exception>
    internal Root? Load()
    {
        // A rotation replaces the certificate, then the key: a reader that was overtaken in the middle reads again.
        for (int attempt = 0; LoadCertificate() is { } certificate; attempt++)
        {
            ECDsa? key = LoadStagedKeyOf(certificate) ?? LoadKey(KeyPath);
            if (Fits(certificate, key) || attempt == 2)
            {
                return Checked(new Root(certificate, key ?? throw RootFaults.KeyMissing(KeyPath)), CertificatePath, KeyPath);
            }

            key?.Dispose();
            certificate.Dispose();
        }

        return null;
    }

    /// <summary>The root that is to follow, or null where none is whole.</summary>
    /// <exception cref="RootException">There is one, and it cannot be used.</exception>
    internal Root? LoadNext() =>
        LoadCertificate(NextCertificatePath) is { } certificate && LoadKey(NextKeyPath) is { } key
            ? Checked(new(certificate, key), NextCertificatePath, NextKeyPath) : null;

    /// <summary>Whether the certificate in place belongs to the staged key: a rotation was stopped before its last step.</summary>
    internal bool NextKeyIsInUse
    {
        get
        {
            using X509Certificate2? certificate = File.Exists(NextKeyPath) ? LoadCertificate() : null;
            using ECDsa? key = certificate is null ? null : LoadStagedKeyOf(certificate);
            return key is not null;
        }
    }

    /// <summary>The staged key where it fits: a rotation is between its two steps, in whatever state the old key is.</summary>
    private ECDsa? LoadStagedKeyOf(X509Certificate2 certificate)
    {
        try
        {
            ECDsa? staged = LoadKey(NextKeyPath);
            return Fits(certificate, staged) ? staged : null;
        }
        catch (RootException)
        {
            // Not yet in use, so that it stands in nobody's way but the next rotation's.
            return null;
        }
    }

    private static bool Fits(X509Certificate2 certificate, ECDsa? key) =>
        key is not null && certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());

    private Root Checked(Root root, string certificatePath, string keyPath)
    {
        try
        {
            Check(root, certificatePath, keyPath);
            return root;
        }
        catch (AsnContentException)
        {
            root.Dispose();
            throw RootFaults.Damaged(certificatePath, "a certificate");
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <returns>The certificate without a look at its key, or null where there is none.</returns>
    /// <exception cref="RootException">The file cannot be read, or holds no certificate.</exception>
    internal X509Certificate2? LoadCertificate() => LoadCertificate(CertificatePath);

    /// <exception cref="RootException">The root cannot be used, or not be made.</exception>
    internal Root LoadOrCreate() => Load() ?? Create();

    /// <exception cref="RootException">The folder cannot be written.</exception>
    internal void WriteBeside(string name, byte[] content)
    {
        try
        {
            using FolderLock turn = TakeTurn();
            AtomicFile.Write(Path.Combine(path, name), content, AtomicFile.Public, owner);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RootFaults.Unwritable(path, error);
        }
    }

    internal FolderLock TakeTurn() => FolderLock.Take(path) ?? throw RootFaults.Busy(path);

    private Root Create()
    {
        try
        {
            PrivateFolder.Create(path, owner);
            using FolderLock turn = TakeTurn();
            if (Load() is { } madeMeanwhile)
            {
                return madeMeanwhile;
            }

            return Make(CertificatePath, KeyPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RootFaults.Unwritable(path, error);
        }
    }

    /// <summary>Makes a root, or completes one whose key alone is there. Under the lock.</summary>
    internal Root Make(string certificatePath, string keyPath)
    {
        ECDsa key = LoadKey(keyPath) ?? CreateKey(keyPath);
        string madeFor = MadeFor.Describe(Environment.GetEnvironmentVariable, owner is not null, Environment.MachineName);
        X509Certificate2 certificate = RootProfile.Create(key, clock.GetUtcNow(), madeFor);
        AtomicFile.Write(certificatePath, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"), AtomicFile.Public, owner);
        return new Root(certificate, key);
    }

    private ECDsa CreateKey(string keyPath)
    {
        ECDsa key = RootProfile.NewKey();
        AtomicFile.Write(keyPath, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"), AtomicFile.Private, owner);
        return key;
    }

    private void Check(Root root, string certificatePath, string keyPath)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (!root.KeyMatches)
        {
            throw RootFaults.Mismatched(certificatePath, keyPath);
        }

        if (!root.SignatureHolds)
        {
            throw RootFaults.Damaged(certificatePath, "a certificate");
        }

        if (!Root.IsOurs(root.Certificate))
        {
            throw RootFaults.NotOurs(certificatePath);
        }

        if (now >= root.Certificate.NotAfter)
        {
            throw RootFaults.Expired(certificatePath, root.Certificate.NotAfter.ToUniversalTime());
        }

        if (now < root.Certificate.NotBefore)
        {
            throw RootFaults.NotYetValid(certificatePath, root.Certificate.NotBefore.ToUniversalTime());
        }
    }

    /// <returns>Null where there is no such file.</returns>
    internal static X509Certificate2? LoadCertificate(string certificatePath)
    {
        try
        {
            return Read(certificatePath) is { } file ? X509CertificateLoader.LoadCertificate(file) : null;
        }
        catch (CryptographicException)
        {
            throw RootFaults.Damaged(certificatePath, "a certificate");
        }
    }

    private ECDsa? LoadKey(string keyPath)
    {
        if (Read(keyPath, CheckPrivate) is not { } file)
        {
            return null;
        }

        char[] text = Encoding.Latin1.GetChars(file);
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
            return key.KeySize == 256 ? key : throw RootFaults.KeyDamaged(keyPath, "a P-256 private key");
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw RootFaults.KeyDamaged(keyPath, "a private key");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
            text.AsSpan().Clear();
        }
    }

    /// <exception cref="RootException">Others may read the key, or put another in its place.</exception>
    private void CheckPrivate(FileStream key)
    {
        if (OperatingSystem.IsWindows())
        {
            if (AccessRules.OthersWith(AccessRules.Of(key)) is [_, ..] others)
            {
                throw RootFaults.KeyExposedOnWindows(key.Name, AccessRules.Me, others);
            }

            return;
        }

        if ((File.GetUnixFileMode(key.SafeFileHandle) & ~(AtomicFile.Private | UnixFileMode.UserExecute)) != 0)
        {
            throw RootFaults.KeyExposed(key.Name);
        }

        if ((File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw RootFaults.FolderExposed(path);
        }
    }

    /// <param name="file">The file's path.</param>
    /// <param name="check">Looks at the very file that is read: another may take its place meanwhile.</param>
    /// <returns>The file's bytes, or null where there is no such file.</returns>
    private static byte[]? Read(string file, Action<FileStream>? check = null)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            check?.Invoke(stream);
            byte[] bytes = new byte[Math.Min(stream.Length, Limits.RootFile)];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(file))
        {
            throw RootFaults.Damaged(file, "a file");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RootFaults.Unreadable(file, error);
        }
    }
}

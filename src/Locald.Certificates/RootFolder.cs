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
        // A rotation replaces the certificate, then the key: between the two the next key is the one that fits, and a reader that was
        // overtaken in the middle reads again.
        for (int attempt = 0; ; attempt++)
        {
            if (Read(CertificatePath) is not { } certificateFile)
            {
                return null;
            }

            X509Certificate2 certificate = ParseCertificate(certificateFile);
            ECDsa? key = LoadKey(KeyPath);
            if (!Fits(certificate, key) && LoadKey(NextKeyPath) is { } next)
            {
                if (Fits(certificate, next))
                {
                    key?.Dispose();
                    key = next;
                }
                else
                {
                    next.Dispose();
                }
            }

            if (Fits(certificate, key) || attempt == 2)
            {
                return Checked(new Root(certificate, key ?? throw RootFaults.KeyMissing(KeyPath)));
            }

            key?.Dispose();
            certificate.Dispose();
        }
    }

    /// <summary>The root that is to follow, or null where none is whole.</summary>
    /// <exception cref="RootException">It cannot be read.</exception>
    internal Root? LoadNext() =>
        Read(NextCertificatePath) is { } file && ParseCertificate(file) is var certificate && LoadKey(NextKeyPath) is { } key && Fits(certificate, key)
            ? new(certificate, key) : null;

    /// <summary>Whether the certificate in place belongs to the staged key: a rotation was stopped before its last step.</summary>
    internal bool NextKeyIsInUse
    {
        get
        {
            using X509Certificate2? certificate = LoadCertificate();
            using ECDsa? key = LoadKey(NextKeyPath);
            return certificate is not null && Fits(certificate, key);
        }
    }

    private static bool Fits(X509Certificate2 certificate, ECDsa? key) =>
        key is not null && certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());

    private Root Checked(Root root)
    {
        try
        {
            Check(root);
            return root;
        }
        catch (AsnContentException)
        {
            root.Dispose();
            throw RootFaults.Damaged(CertificatePath, "a certificate");
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <returns>The certificate without a look at its key, or null where there is none.</returns>
    /// <exception cref="RootException">The file cannot be read, or holds no certificate.</exception>
    internal X509Certificate2? LoadCertificate() => Read(CertificatePath) is { } file ? ParseCertificate(file) : null;

    /// <exception cref="RootException">The root cannot be used, or not be made.</exception>
    internal Root LoadOrCreate() => Load() ?? Create();

    /// <exception cref="RootException">The folder cannot be written.</exception>
    internal void WriteBeside(string name, ReadOnlySpan<byte> content)
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

    private void Check(Root root)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (!root.KeyMatches)
        {
            throw RootFaults.Mismatched(CertificatePath, KeyPath);
        }

        if (!root.SignatureHolds)
        {
            throw RootFaults.Damaged(CertificatePath, "a certificate");
        }

        if (!root.IsConstrained)
        {
            throw RootFaults.NotOurs(CertificatePath);
        }

        if (now >= root.Certificate.NotAfter)
        {
            throw RootFaults.Expired(CertificatePath, root.Certificate.NotAfter.ToUniversalTime());
        }

        if (now < root.Certificate.NotBefore)
        {
            throw RootFaults.NotYetValid(CertificatePath, root.Certificate.NotBefore.ToUniversalTime());
        }
    }

    private X509Certificate2 ParseCertificate(byte[] file)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(file);
        }
        catch (CryptographicException)
        {
            throw RootFaults.Damaged(CertificatePath, "a certificate");
        }
    }

    private ECDsa? LoadKey(string keyPath)
    {
        if (Read(keyPath, out UnixFileMode mode) is not { } file)
        {
            return null;
        }

        if (!OperatingSystem.IsWindows())
        {
            if ((mode & ~(AtomicFile.Private | UnixFileMode.UserExecute)) != 0)
            {
                throw RootFaults.KeyExposed(keyPath);
            }

            if ((File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            {
                throw RootFaults.FolderExposed(path);
            }
        }

        char[] text = Encoding.Latin1.GetChars(file);
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
            return key.KeySize == 256 ? key : throw RootFaults.Damaged(keyPath, "a P-256 private key");
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw RootFaults.Damaged(keyPath, "a private key");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
            text.AsSpan().Clear();
        }
    }

    /// <returns>The file's bytes, or null where there is no such file.</returns>
    private static byte[]? Read(string file) => Read(file, out _);

    /// <param name="file">The file's path.</param>
    /// <param name="mode">The permissions of the very file that was read: another may take its place meanwhile.</param>
    private static byte[]? Read(string file, out UnixFileMode mode)
    {
        mode = default;
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(stream.SafeFileHandle);
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

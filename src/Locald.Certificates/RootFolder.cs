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

    private string KeyPath { get; } = Path.Combine(path, "root-key.pem");

    /// <returns>The root, or null where none was made yet.</returns>
    /// <exception cref="RootException">There is one, and it cannot be used.</exception>
    internal Root? Load()
    {
        if (Read(CertificatePath) is not { } certificateFile)
        {
            return null;
        }

        Root root = new(ParseCertificate(certificateFile), LoadKey() ?? throw RootFaults.KeyMissing(KeyPath));
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

    private FolderLock TakeTurn() => FolderLock.Take(path) ?? throw RootFaults.Busy(path);

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

            ECDsa key = LoadKey() ?? CreateKey();
            string madeFor = MadeFor.Describe(Environment.GetEnvironmentVariable, owner is not null, Environment.MachineName);
            X509Certificate2 certificate = RootProfile.Create(key, clock.GetUtcNow(), madeFor);
            AtomicFile.Write(CertificatePath, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"), AtomicFile.Public, owner);
            return new Root(certificate, key);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RootFaults.Unwritable(path, error);
        }
    }

    private ECDsa CreateKey()
    {
        ECDsa key = RootProfile.NewKey();
        AtomicFile.Write(KeyPath, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"), AtomicFile.Private, owner);
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

    private ECDsa? LoadKey()
    {
        if (Read(KeyPath) is not { } file)
        {
            return null;
        }

        if (!OperatingSystem.IsWindows())
        {
            if ((File.GetUnixFileMode(KeyPath) & ~(AtomicFile.Private | UnixFileMode.UserExecute)) != 0)
            {
                throw RootFaults.KeyExposed(KeyPath);
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
            return key.KeySize == 256 ? key : throw RootFaults.Damaged(KeyPath, "a P-256 private key");
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw RootFaults.Damaged(KeyPath, "a private key");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
            text.AsSpan().Clear();
        }
    }

    /// <returns>The file's bytes, or null where there is no such file.</returns>
    private static byte[]? Read(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
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

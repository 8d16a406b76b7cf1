using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Java;

internal enum KeyStoreFault
{
    None,

    /// <summary>It may not be read, or is not there.</summary>
    Unreadable,

    /// <summary>It is PKCS#12 under a password that is not Java's default.</summary>
    PasswordNeeded,

    /// <summary>It is neither JKS nor PKCS#12.</summary>
    Damaged,
}

/// <summary>
/// What a <c>cacerts</c> file trusts, read without a JVM: JKS, whose certificates stand in plain, and PKCS#12, Java's form since 9,
/// without a password (JDK 18 and later) or under the default one.
/// </summary>
internal static class KeyStoreFile
{
    /// <summary>Java's own default (https://docs.oracle.com/en/java/javase/21/docs/specs/man/keytool.html).</summary>
    internal const string DefaultPassword = "changeit";

    /// <summary>The web's roots take 200 KB.</summary>
    private const int Longest = 8 << 20;

    /// <summary>The runtime's own limits suit a file from a stranger; this one has every root of the web in it, each with its iterations.</summary>
    private static readonly Pkcs12LoaderLimits s_limits = new()
    {
        MaxCertificates = 4000,
        MaxKeys = 100,
        TotalKdfIterationLimit = 2_000_000,
        IndividualKdfIterationLimit = 600_000,
        MacIterationLimit = 600_000,
        PreserveCertificateAlias = false,
    };

    internal static (IReadOnlyList<JavaEntry> Entries, KeyStoreFault Fault) Read(string path)
    {
        byte[] file;
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: <= Longest })
            {
                return ([], KeyStoreFault.Unreadable);
            }

            file = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], KeyStoreFault.Unreadable);
        }

        return JksFile.Is(file)
            ? JksFile.Trusted(file) is { } entries ? (entries, KeyStoreFault.None) : ([], KeyStoreFault.Damaged)
            : ReadPkcs12(file);
    }

    private static (IReadOnlyList<JavaEntry> Entries, KeyStoreFault Fault) ReadPkcs12(byte[] file)
    {
        KeyStoreFault fault = KeyStoreFault.PasswordNeeded;
        foreach (string? password in new[] { null, DefaultPassword, "" })
        {
            try
            {
                X509Certificate2Collection all = X509CertificateLoader.LoadPkcs12Collection(file, password, X509KeyStorageFlags.EphemeralKeySet, s_limits);
                List<JavaEntry> entries = [.. all.Select(c => new JavaEntry("", c.RawData))];
                all.ToList().ForEach(c => c.Dispose());
                return (entries, KeyStoreFault.None);
            }
            catch (CryptographicException e)
            {
                // ERROR_INVALID_PASSWORD; anything else is said of the file, whatever the password.
                fault = e.HResult == unchecked((int)0x80070056) ? KeyStoreFault.PasswordNeeded : KeyStoreFault.Damaged;
            }
        }

        return ([], fault);
    }
}

namespace Locald.Trust.Java;

internal enum KeyStoreFault
{
    None,

    /// <summary>It may not be read, or is not there, or is not a file.</summary>
    Unreadable,

    /// <summary>It is PKCS#12, encrypted under a password that is not Java's default.</summary>
    PasswordNeeded,

    /// <summary>It is PKCS#12, encrypted by an algorithm that is not read here (RC2, Java's own until 2021).</summary>
    OldEncryption,

    /// <summary>It is neither JKS nor PKCS#12, or not whole.</summary>
    Damaged,
}

/// <summary>
/// What a <c>cacerts</c> file holds, read without a JVM: JKS, whose certificates stand in plain, and PKCS#12, Java's form since 9,
/// in plain (JDK 18 and later) or under the default password.
/// </summary>
internal static class KeyStoreFile
{
    /// <summary>Java's own default (https://docs.oracle.com/en/java/javase/21/docs/specs/man/keytool.html).</summary>
    internal const string DefaultPassword = "changeit";

    /// <summary>The web's roots take 200 KB.</summary>
    private const int Longest = 8 << 20;

    /// <summary>A local file is read in milliseconds; a pipe or a dead network folder never.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    /// <returns>Null with the fault that is the reason.</returns>
    internal static (KeyStoreContent? Content, KeyStoreFault Fault) Read(string path)
    {
        (KeyStoreContent?, KeyStoreFault) read = (null, KeyStoreFault.Unreadable);
        return TimeLimit.Run(() => read = ReadAll(path), s_limit) ? read : (null, KeyStoreFault.Unreadable);
    }

    private static (KeyStoreContent? Content, KeyStoreFault Fault) ReadAll(string path)
    {
        byte[] file;
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: <= Longest })
            {
                return (null, KeyStoreFault.Unreadable);
            }

            file = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, KeyStoreFault.Unreadable);
        }

        return !JksFile.Is(file) ? Pkcs12File.Read(file)
            : JksFile.Read(file) is { } content ? (content, KeyStoreFault.None) : (null, KeyStoreFault.Damaged);
    }
}

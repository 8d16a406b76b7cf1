using System.Security.Cryptography.X509Certificates;

namespace Locald.Trust.Java;

/// <summary>What a Java makes of its key store and of a root in it, and what mends it.</summary>
internal sealed class JavaVerdict(JavaHome java, Keytool keytool)
{
    internal const string Again = "locald trust --store java";

    internal StoreStatus Missing => new(StoreState.Missing, $"{java.KeyStore} does not hold the root");

    /// <summary>Of one that can be read.</summary>
    internal StoreStatus Of(KeyStoreContent content, X509Certificate2 root)
    {
        if (content.Holds(JavaEntryKind.Trusted, root))
        {
            StoreStatus there = new(StoreState.Trusted, $"{java.KeyStore} holds the root") { Places = [java.KeyStore] };
            return !content.Encrypted ? there : there with
            {
                State = StoreState.Broken,
                Detail = $"{java.KeyStore} holds the root, but is encrypted: Java reads it only where it is told the password",
                Fault = TrustFault.PasswordNeeded,
                Hints = [$"export JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStorePassword={KeyStoreFile.DefaultPassword}"],
            };
        }

        return !content.Holds(JavaEntryKind.Certificate, root) ? Missing
            : new(StoreState.Broken, $"{java.KeyStore} holds the root, but Java does not trust it: its entry lacks the attribute trustedKeyUsage")
            {
                Fault = TrustFault.NotInBundle,
                Places = [java.KeyStore],
                Hints = [Again],
            };
    }

    /// <summary>Of one that cannot.</summary>
    internal StoreStatus Broken(KeyStoreFault fault) => fault switch
    {
        KeyStoreFault.PasswordNeeded => new(StoreState.Broken, $"{java.KeyStore} is under a password that is not Java's default")
        {
            Fault = TrustFault.PasswordNeeded,
            Hints = [keytool.ImportAskingCommand],
        },
        KeyStoreFault.OldEncryption => new(StoreState.Broken, $"{java.KeyStore} is encrypted by an old algorithm (RC2, say) that is not read here")
        {
            Fault = TrustFault.PasswordNeeded,
            Hints = [keytool.ImportAskingCommand],
        },
        KeyStoreFault.Damaged => new(StoreState.Broken, $"{java.KeyStore} is neither JKS nor PKCS#12, or is damaged")
        {
            Fault = TrustFault.StoreDamaged,
            Hints = File.Exists(KeyStoreSwap.BackupOf(java.KeyStore)) ? [Again] : [keytool.ListCommand],
        },
        _ => new(StoreState.Broken, $"{java.KeyStore} cannot be read") { Fault = TrustFault.NotPermitted, Hints = [$"ls -l {ShellWord.Quote(java.KeyStore)}"] },
    };
}

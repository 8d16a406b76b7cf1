using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

internal enum Setting
{
    /// <summary>The domain says nothing of the root.</summary>
    None,

    /// <summary>It says to trust it.</summary>
    Trusted,

    /// <summary>It says to trust it never.</summary>
    Denied,
}

/// <summary>What a domain says of a root (SecTrustSettings.h).</summary>
internal static class TrustSettings
{
    /// <summary>The keys are literals of the header, not exported symbols.</summary>
    private const string ResultKey = "kSecTrustSettingsResult";

    private const int TrustRoot = 1;
    private const int TrustAsRoot = 2;
    private const int Deny = 3;

    /// <summary>"Always trust": no settings at all stand for that, for every policy. With a policy among them Firefox passes the entry over.</summary>
    /// <exception cref="SecurityException">The domain was not changed.</exception>
    internal static void Trust(CFHandle root, TrustDomain domain) =>
        SecurityException.Check(Security.SecTrustSettingsSetTrustSettings(root, domain, 0), "setting the trust of the root");

    /// <exception cref="SecurityException">The domain was not changed.</exception>
    internal static void Remove(CFHandle root, TrustDomain domain) => SecurityException.Check(Security.SecTrustSettingsRemoveTrustSettings(root, domain),
        "removing the trust of the root", SecurityError.ItemNotFound, SecurityError.NoTrustSettings);

    /// <exception cref="SecurityException">The domain cannot be read.</exception>
    internal static Setting Read(CFHandle root, TrustDomain domain)
    {
        int status = Security.SecTrustSettingsCopyTrustSettings(root, domain, out CFHandle settings);
        using (settings)
        {
            SecurityException.Check(status, "reading the trust of the root", SecurityError.ItemNotFound, SecurityError.NoTrustSettings);
            return status == 0 ? Judge(settings) : Setting.None;
        }
    }

    /// <summary>Roots of ours that a domain says something of.</summary>
    /// <exception cref="SecurityException">The domain cannot be read.</exception>
    internal static IReadOnlyList<byte[]> Ours(TrustDomain domain)
    {
        int status = Security.SecTrustSettingsCopyCertificates(domain, out CFHandle certificates);
        using (certificates)
        {
            SecurityException.Check(status, "listing the trust settings", SecurityError.ItemNotFound, SecurityError.NoTrustSettings);
            return status == 0 ? Keychain.Ours(certificates) : [];
        }
    }

    /// <summary>An empty array is "always trust"; a dictionary without a result means TrustRoot; a denial outweighs all else.</summary>
    private static Setting Judge(CFHandle settings)
    {
        using CFHandle key = CF.Text(ResultKey);
        nint count = CoreFoundation.CFArrayGetCount(settings);
        Setting verdict = count == 0 ? Setting.Trusted : Setting.None;
        for (nint i = 0; i < count; i++)
        {
            nint number = CoreFoundation.CFDictionaryGetValue(CoreFoundation.CFArrayGetValueAtIndex(settings, i), key);
            int result = TrustRoot;
            if (number != 0)
            {
                _ = CoreFoundation.CFNumberGetValue(number, CoreFoundation.Int32Type, out result);
            }

            if (result == Deny)
            {
                return Setting.Denied;
            }

            verdict = result is TrustRoot or TrustAsRoot ? Setting.Trusted : verdict;
        }

        return verdict;
    }
}

using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>Reads and writes what a domain says of a root (https://developer.apple.com/documentation/security/sectrustsettingscopytrustsettings(_:_:_:)).</summary>
internal static class TrustSettings
{
    private const int TrustRoot = 1;
    private const int TrustAsRoot = 2;
    private const int Deny = 3;

    /// <summary>Entries with one of these hold for less than every HTTPS client, and Firefox takes them for a denial. The keys are literals of the header, not exported symbols.</summary>
    private static readonly string[] s_narrowing = ["kSecTrustSettingsApplication", "kSecTrustSettingsPolicyString", "kSecTrustSettingsKeyUsage"];

    /// <summary>"Always trust": no settings at all stand for that, for every policy.</summary>
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

    /// <summary>Certificates that may be ours and that a domain says something of. macOS finds those of the admin domain in the System keychain alone.</summary>
    /// <exception cref="SecurityException">The domain cannot be read.</exception>
    internal static IReadOnlyList<KeychainItem> Ours(TrustDomain domain)
    {
        int status = Security.SecTrustSettingsCopyCertificates(domain, out CFHandle certificates);
        using (certificates)
        {
            SecurityException.Check(status, "listing the trust settings", SecurityError.ItemNotFound, SecurityError.NoTrustSettings);
            return status == 0 ? [.. KeychainItem.Ours(certificates)] : [];
        }
    }

    /// <summary>An empty array is "always trust"; of several entries a denial outweighs the others.</summary>
    private static Setting Judge(CFHandle settings)
    {
        nint count = CoreFoundation.CFArrayGetCount(settings);
        Setting verdict = count == 0 ? Setting.Trusted : Setting.Elsewhere;
        for (nint i = 0; i < count && verdict != Setting.Denied; i++)
        {
            nint entry = CoreFoundation.CFArrayGetValueAtIndex(settings, i);
            verdict = !IsForTls(entry) ? verdict : Result(entry) switch
            {
                Deny => Setting.Denied,
                TrustRoot or TrustAsRoot => Setting.Trusted,
                _ => verdict,
            };
        }

        return verdict;
    }

    private static bool IsForTls(nint entry)
    {
        if (s_narrowing.Any(key => Value(entry, key) != 0))
        {
            return false;
        }

        nint policy = Value(entry, "kSecTrustSettingsPolicy");
        if (policy == 0)
        {
            return true;
        }

        using CFHandle properties = Security.SecPolicyCopyProperties(policy);
        nint oid = properties.IsInvalid ? 0 : CoreFoundation.CFDictionaryGetValue(properties.Value, Frameworks.Constant("kSecPolicyOid"));
        return oid != 0 && CoreFoundation.CFEqual(oid, Frameworks.Constant("kSecPolicyAppleSSL")) != 0;
    }

    /// <summary>An entry without a result means TrustRoot.</summary>
    private static int Result(nint entry)
    {
        nint number = Value(entry, "kSecTrustSettingsResult");
        return number == 0 ? TrustRoot : CoreFoundation.CFNumberGetValue(number, CoreFoundation.Int32Type, out int result) != 0 ? result : 0;
    }

    private static nint Value(nint entry, string key)
    {
        using CFHandle name = CF.Text(key);
        return CoreFoundation.CFDictionaryGetValue(entry, name.Value);
    }
}

using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>Certificates in keychains.</summary>
/// <param name="path">The keychain to add to; null for the user's default one.</param>
internal sealed class Keychain(string? path)
{
    /// <summary>More certificates than any user's keychains hold.</summary>
    private const int Most = 2000;

    /// <exception cref="SecurityException">macOS does not read the bytes.</exception>
    internal static CFHandle Certificate(ReadOnlySpan<byte> der)
    {
        using CFHandle data = CF.Data(der);
        CFHandle certificate = Security.SecCertificateCreateWithData(0, data);
        if (!certificate.IsInvalid)
        {
            return certificate;
        }

        certificate.Dispose();
        throw new SecurityException("reading the certificate", SecurityError.Of(-25257));
    }

    /// <summary>Puts a certificate in; one that is there already is as good.</summary>
    /// <exception cref="SecurityException">It was not put in.</exception>
    internal void Add(CFHandle certificate, string label)
    {
        using CFHandle name = CF.Text(label);
        CFHandle? keychain = null;
        try
        {
            List<(nint, nint)> attributes =
            [
                (Frameworks.Constant("kSecClass"), Frameworks.Constant("kSecClassCertificate")),
                (Frameworks.Constant("kSecValueRef"), certificate.Value),
                (Frameworks.Constant("kSecAttrLabel"), name.Value),
            ];
            if (path is not null)
            {
                SecurityException.Check(Security.SecKeychainOpen(path, out keychain), $"opening {path}");
                attributes.Add((Frameworks.Constant("kSecUseKeychain"), keychain.Value));
            }

            using CFHandle item = CF.Dictionary([.. attributes]);
            SecurityException.Check(Security.SecItemAdd(item, 0), "adding the root to the keychain", SecurityError.DuplicateItem);
        }
        finally
        {
            keychain?.Dispose();
        }
    }

    /// <summary>Takes out exactly this certificate; that it is not there is as good.</summary>
    /// <exception cref="SecurityException">It was not taken out.</exception>
    internal static void Delete(CFHandle certificate)
    {
        using CFHandle query = CF.Dictionary(
            (Frameworks.Constant("kSecClass"), Frameworks.Constant("kSecClassCertificate")),
            (Frameworks.Constant("kSecValueRef"), certificate.Value));
        SecurityException.Check(Security.SecItemDelete(query), "taking the root out of the keychain", SecurityError.ItemNotFound);
    }

    /// <summary>DER of the certificates in this user's keychains whose bytes say that they may be ours.</summary>
    /// <exception cref="SecurityException">They cannot be listed.</exception>
    internal static IReadOnlyList<byte[]> Ours()
    {
        using CFHandle query = CF.Dictionary(
            (Frameworks.Constant("kSecClass"), Frameworks.Constant("kSecClassCertificate")),
            (Frameworks.Constant("kSecMatchLimit"), Frameworks.Constant("kSecMatchLimitAll")),
            (Frameworks.Constant("kSecReturnRef"), Frameworks.True));
        int status = Security.SecItemCopyMatching(query, out CFHandle found);
        using (found)
        {
            SecurityException.Check(status, "listing the keychain", SecurityError.ItemNotFound);
            return status == 0 ? Ours(found) : [];
        }
    }

    /// <param name="certificates">An array of them.</param>
    internal static IReadOnlyList<byte[]> Ours(CFHandle certificates)
    {
        List<byte[]> ours = [];
        nint count = Math.Min(CoreFoundation.CFArrayGetCount(certificates), Most);
        for (nint i = 0; i < count; i++)
        {
            using CFHandle data = Security.SecCertificateCopyData(CoreFoundation.CFArrayGetValueAtIndex(certificates, i));
            if (!data.IsInvalid && CF.Bytes(data) is var der && der.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(OurRoots.Name)) >= 0)
            {
                ours.Add(der);
            }
        }

        return ours;
    }
}

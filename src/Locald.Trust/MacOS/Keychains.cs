using Locald.Trust.MacOS.Interop;

namespace Locald.Trust.MacOS;

/// <summary>The keychains of the user that is meant.</summary>
/// <param name="path">The one to add to; null for this user's default one, with the user's own search list.</param>
internal sealed class Keychains(string? path)
{
    internal const string System = "/Library/Keychains/System.keychain";

    /// <summary>Where a certificate is added; null where macOS alone knows the path.</summary>
    internal string? Path => path;

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
        throw new SecurityException("reading the certificate", SecurityError.Of(SecurityError.UnknownFormat));
    }

    /// <summary>Puts a certificate in; one that is there already is as good.</summary>
    /// <exception cref="SecurityException">It was not put in.</exception>
    internal void Add(CFHandle certificate, string label)
    {
        using CFHandle name = CF.Text(label);
        using CFHandle? keychain = path is null ? null : Open(path);
        List<(nint, nint)> attributes =
        [
            (Frameworks.Constant("kSecClass"), Frameworks.Constant("kSecClassCertificate")),
            (Frameworks.Constant("kSecValueRef"), certificate.Value),
            (Frameworks.Constant("kSecAttrLabel"), name.Value),
        ];
        if (keychain is not null)
        {
            attributes.Add((Frameworks.Constant("kSecUseKeychain"), keychain.Value));
        }

        using CFHandle item = CF.Dictionary([.. attributes]);
        SecurityException.Check(Security.SecItemAdd(item, 0), "adding the root to the keychain", SecurityError.DuplicateItem);
    }

    /// <summary>Takes out exactly this item; that it is gone already is as good.</summary>
    /// <exception cref="SecurityException">It was not taken out.</exception>
    internal static void Delete(KeychainItem item)
    {
        using CFHandle query = CF.Dictionary(
            (Frameworks.Constant("kSecClass"), Frameworks.Constant("kSecClassCertificate")),
            (Frameworks.Constant("kSecValueRef"), item.Reference.Value));
        SecurityException.Check(Security.SecItemDelete(query), "taking the root out of the keychain", SecurityError.ItemNotFound);
    }

    /// <summary>The certificates that may be ours.</summary>
    /// <exception cref="SecurityException">They cannot be listed.</exception>
    internal IReadOnlyList<KeychainItem> Ours()
    {
        using CFHandle? own = path is null ? null : Open(path);
        using CFHandle? system = path is null or System ? null : Open(System);
        using CFHandle? searched = own is null ? null : system is null ? CF.Array(own.Value) : CF.Array(own.Value, system.Value);
        List<(nint, nint)> terms =
        [
            (Frameworks.Constant("kSecClass"), Frameworks.Constant("kSecClassCertificate")),
            (Frameworks.Constant("kSecMatchLimit"), Frameworks.Constant("kSecMatchLimitAll")),
            (Frameworks.Constant("kSecReturnRef"), Frameworks.True),
        ];
        if (searched is not null)
        {
            // Root's own search list does not have the user's keychain.
            terms.Add((Frameworks.Constant("kSecMatchSearchList"), searched.Value));
        }

        using CFHandle query = CF.Dictionary([.. terms]);
        int status = Security.SecItemCopyMatching(query, out CFHandle found);
        using (found)
        {
            SecurityException.Check(status, "listing the keychain", SecurityError.ItemNotFound);
            return status == 0 ? [.. KeychainItem.Ours(found)] : [];
        }
    }

    private static CFHandle Open(string path)
    {
        int status = Security.SecKeychainOpen(path, out CFHandle keychain);
        if (status == 0)
        {
            return keychain;
        }

        keychain.Dispose();
        throw new SecurityException($"opening {path}", SecurityError.Of(status));
    }
}

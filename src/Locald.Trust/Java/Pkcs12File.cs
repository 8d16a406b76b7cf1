using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Locald.Trust.Java;

/// <summary>
/// Reads a key store in PKCS#12 form (RFC 7292), which the base class library opens without telling what Java asks of each certificate:
/// an attribute of Oracle's own makes it trusted.
/// <code>
/// PFX          version 3 | ContentInfo: safes | MacData OPTIONAL
/// safes        ContentInfo *: plain data, or EncryptedData, each a list of bags
/// bag          type | [0] value | attributes OPTIONAL: friendlyName, trustedKeyUsage
/// </code>
/// </summary>
internal sealed class Pkcs12File
{
    private const string Data = "1.2.840.113549.1.7.1", EncryptedData = "1.2.840.113549.1.7.6";
    private const string CertBag = "1.2.840.113549.1.12.10.1.3", X509 = "1.2.840.113549.1.9.22.1";
    private const string FriendlyName = "1.2.840.113549.1.9.20";

    /// <summary>sun.security.pkcs12.PKCS12KeyStore looks for its presence alone.</summary>
    private const string TrustedKeyUsage = "2.16.840.1.113894.746875.1.1";

    private static readonly Asn1Tag s_explicit0 = new(TagClass.ContextSpecific, 0);

    private readonly List<JavaEntry> _entries = [];
    private bool _encrypted;

    private Pkcs12File()
    {
    }

    internal static (KeyStoreContent? Content, KeyStoreFault Fault) Read(ReadOnlyMemory<byte> file)
    {
        try
        {
            AsnReader pfx = new AsnReader(file, AsnEncodingRules.BER).ReadSequence();
            if (!pfx.TryReadInt32(out int version) || version != 3)
            {
                return (null, KeyStoreFault.Damaged);
            }

            AsnReader outer = pfx.ReadSequence();
            if (outer.ReadObjectIdentifier() != Data)
            {
                return (null, KeyStoreFault.Damaged);
            }

            byte[] safes = outer.ReadSequence(s_explicit0).ReadOctetString();
            bool? sealedByDefault = pfx.HasData ? Pkcs12Password.Sealed(pfx.ReadSequence(), safes, KeyStoreFile.DefaultPassword) : null;
            Pkcs12File read = new();
            KeyStoreFault fault = read.ReadSafes(safes, sealedByDefault);
            return fault == KeyStoreFault.None ? (new(read._entries, read._encrypted, sealedByDefault ?? true), fault) : (null, fault);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return (null, KeyStoreFault.Damaged);
        }
    }

    private KeyStoreFault ReadSafes(byte[] safes, bool? sealedByDefault)
    {
        for (AsnReader all = new AsnReader(safes, AsnEncodingRules.BER).ReadSequence(); all.HasData;)
        {
            AsnReader safe = all.ReadSequence();
            switch (safe.ReadObjectIdentifier())
            {
                case Data:
                    ReadBags(safe.ReadSequence(s_explicit0).ReadOctetString());
                    break;
                case EncryptedData when sealedByDefault == false:
                    return KeyStoreFault.PasswordNeeded;
                case EncryptedData:
                    if (ReadEncrypted(safe.ReadSequence(s_explicit0).ReadSequence(), sealedByDefault is true) is not KeyStoreFault.None and var fault)
                    {
                        return fault;
                    }

                    break;
                default:
                    return KeyStoreFault.PasswordNeeded;
            }
        }

        return KeyStoreFault.None;
    }

    /// <param name="data">Version and the encrypted content: type, algorithm, [0] IMPLICIT octets.</param>
    /// <param name="rightPassword">Whether the seal has said that the default password is the right one.</param>
    private KeyStoreFault ReadEncrypted(AsnReader data, bool rightPassword)
    {
        data.ReadInteger();
        AsnReader content = data.ReadSequence();
        content.ReadObjectIdentifier();
        Pkcs12Password? password = Pkcs12Password.For(content.ReadSequence(), KeyStoreFile.DefaultPassword);
        if (password is null)
        {
            return KeyStoreFault.OldEncryption;
        }

        int before = _entries.Count;
        try
        {
            ReadBags(password.Decrypt(content.ReadOctetString(s_explicit0)));
        }
        catch (Exception e) when (!rightPassword && e is (AsnContentException or CryptographicException))
        {
            // The wrong password makes nonsense.
            return KeyStoreFault.PasswordNeeded;
        }

        _encrypted |= _entries.Skip(before).Any(e => e.Kind != JavaEntryKind.Other);
        return KeyStoreFault.None;
    }

    private void ReadBags(byte[] bags)
    {
        for (AsnReader all = new AsnReader(bags, AsnEncodingRules.BER).ReadSequence(); all.HasData;)
        {
            AsnReader bag = all.ReadSequence();
            string type = bag.ReadObjectIdentifier();
            ReadOnlyMemory<byte> value = bag.PeekEncodedValue();
            AsnReader inner = bag.ReadSequence(s_explicit0);
            (string alias, bool trusted) = bag.HasData ? ReadAttributes(bag.ReadSetOf()) : ("", false);
            _entries.Add(type == CertBag && ReadCertificate(inner.ReadSequence()) is { } der
                ? new(trusted ? JavaEntryKind.Trusted : JavaEntryKind.Certificate, alias, der)
                : new(JavaEntryKind.Other, alias, value.ToArray()));
        }
    }

    private static byte[]? ReadCertificate(AsnReader bag) => bag.ReadObjectIdentifier() == X509 ? bag.ReadSequence(s_explicit0).ReadOctetString() : null;

    private static (string Alias, bool Trusted) ReadAttributes(AsnReader attributes)
    {
        (string alias, bool trusted) = ("", false);
        while (attributes.HasData)
        {
            AsnReader attribute = attributes.ReadSequence();
            switch (attribute.ReadObjectIdentifier())
            {
                case FriendlyName when attribute.ReadSetOf() is { HasData: true } names:
                    alias = names.ReadCharacterString(UniversalTagNumber.BMPString);
                    break;
                case TrustedKeyUsage:
                    trusted = true;
                    break;
            }
        }

        return (alias, trusted);
    }
}

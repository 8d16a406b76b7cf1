using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Locald.Trust.Java;

/// <summary>
/// Reads a Java key store in JKS form, which Debian keeps for every JVM. Certificates stand in it in plain:
/// no password and no JVM is needed to see what Java trusts. Big-endian throughout:
/// <code>
/// FEEDFEED | version 1 or 2 | count | entries | SHA-1
/// entry:  tag 2 (trusted certificate) | alias | date, 8 bytes | certificate
///         tag 1 (private key)         | alias | date, 8 bytes | length, bytes | count, certificates
/// certificate: type (version 2 only)  | length, DER         alias, type: 16-bit length, modified UTF-8
/// </code>
/// </summary>
internal ref struct JksFile
{
    private const uint Magic = 0xFEEDFEED;

    private ReadOnlySpan<byte> _rest;
    private readonly bool _typed;

    private JksFile(ReadOnlySpan<byte> entries, bool typed)
    {
        _rest = entries;
        _typed = typed;
    }

    /// <summary>Whether a file says of itself that it is one.</summary>
    public static bool Is(ReadOnlySpan<byte> file) => file.Length >= 12 && BinaryPrimitives.ReadUInt32BigEndian(file) == Magic;

    /// <summary>Every entry; null where the file is not JKS or is damaged.</summary>
    public static KeyStoreContent? Read(ReadOnlySpan<byte> file)
    {
        if (!Is(file))
        {
            return null;
        }

        JksFile store = new(file[12..], BinaryPrimitives.ReadInt32BigEndian(file[4..]) == 2);
        int count = BinaryPrimitives.ReadInt32BigEndian(file[8..]);
        if (count < 0)
        {
            return null;
        }

        List<JavaEntry> entries = [];
        try
        {
            for (int i = 0; i < count; i++)
            {
                entries.Add(store.ReadEntry());
            }

            return new(entries, Encrypted: false, UnderDefault: store.Take(SHA1.HashSizeInBytes).SequenceEqual(Seal(file[..^SHA1.HashSizeInBytes])));
        }
        catch (ArgumentOutOfRangeException)
        {
            // A length that points past the end.
            return null;
        }
    }

    /// <summary>The last field, as it is under the default password (sun.security.provider.JavaKeyStore, getPreKeyedHash).</summary>
    private static byte[] Seal(ReadOnlySpan<byte> file) =>
#pragma warning disable CA5350 // The format asks for SHA-1.
        SHA1.HashData([.. Encoding.BigEndianUnicode.GetBytes(KeyStoreFile.DefaultPassword), .. "Mighty Aphrodite"u8, .. file]);
#pragma warning restore CA5350

    private JavaEntry ReadEntry()
    {
        int tag = Int32();
        string alias = Encoding.UTF8.GetString(Take(UInt16()));
        Take(8);
        if (tag == 2)
        {
            return new(JavaEntryKind.Trusted, alias, Certificate().ToArray());
        }

        ReadOnlySpan<byte> from = _rest;
        Take(Int32());
        for (int chain = Int32(); chain > 0; chain--)
        {
            Certificate();
        }

        return new(JavaEntryKind.Other, alias, from[..^_rest.Length].ToArray());
    }

    private ReadOnlySpan<byte> Certificate()
    {
        if (_typed)
        {
            Take(UInt16());
        }

        return Take(Int32());
    }

    private int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    private int UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    private ReadOnlySpan<byte> Take(int length)
    {
        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}

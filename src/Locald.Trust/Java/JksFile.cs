using System.Buffers.Binary;
using System.Text;

namespace Locald.Trust.Java;

/// <summary>
/// Reads the trusted certificates of a Java key store in JKS form, which Debian keeps for every JVM. They stand in it in plain:
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

    /// <summary>The aliases under which exactly this certificate is trusted; null where the file is not JKS (PKCS#12, which is encrypted) or is damaged.</summary>
    public static IReadOnlyList<string>? AliasesOf(ReadOnlySpan<byte> der, ReadOnlySpan<byte> file)
    {
        if (Trusted(file) is not { } entries)
        {
            return null;
        }

        List<string> aliases = [];
        foreach (JavaEntry entry in entries)
        {
            if (der.SequenceEqual(entry.Certificate))
            {
                aliases.Add(entry.Alias);
            }
        }

        return aliases;
    }

    /// <summary>Every trusted certificate; null where the file is not JKS or is damaged.</summary>
    public static IReadOnlyList<JavaEntry>? Trusted(ReadOnlySpan<byte> file)
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

        List<JavaEntry> trusted = [];
        try
        {
            for (int i = 0; i < count; i++)
            {
                store.ReadEntry(trusted);
            }
        }
        catch (ArgumentOutOfRangeException)
        {
            // A length that points past the end.
            return null;
        }

        return trusted;
    }

    private void ReadEntry(List<JavaEntry> trusted)
    {
        int tag = Int32();
        string alias = Encoding.UTF8.GetString(Take(UInt16()));
        Take(8);
        if (tag == 2)
        {
            trusted.Add(new(alias, Certificate().ToArray()));
            return;
        }

        Take(Int32());
        for (int chain = Int32(); chain > 0; chain--)
        {
            Certificate();
        }
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

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace Locald.Trust.Java;

/// <summary>What a password opens in a PKCS#12 file: an encryption (PBES2, RFC 8018 §6.2, or the Triple DES of RFC 7292 appendix C), or the seal.</summary>
internal sealed class Pkcs12Password(SymmetricAlgorithm cipher)
{
    private const string Pbes2 = "1.2.840.113549.1.5.13", Pbkdf2 = "1.2.840.113549.1.5.12", TripleDesOf3Keys = "1.2.840.113549.1.12.1.3";

    /// <summary>Java makes 10,000 and made 50,000; more than this is an attack on our time.</summary>
    private const int MostIterations = 5_000_000;

    private const byte ForKey = 1, ForIv = 2, ForMac = 3;

    private static readonly Dictionary<string, HashAlgorithmName> s_hashes = new()
    {
        ["1.3.14.3.2.26"] = HashAlgorithmName.SHA1,
        ["2.16.840.1.101.3.4.2.1"] = HashAlgorithmName.SHA256,
        ["2.16.840.1.101.3.4.2.2"] = HashAlgorithmName.SHA384,
        ["2.16.840.1.101.3.4.2.3"] = HashAlgorithmName.SHA512,
        ["1.2.840.113549.2.7"] = HashAlgorithmName.SHA1,
        ["1.2.840.113549.2.9"] = HashAlgorithmName.SHA256,
        ["1.2.840.113549.2.10"] = HashAlgorithmName.SHA384,
        ["1.2.840.113549.2.11"] = HashAlgorithmName.SHA512,
    };

    /// <summary>AES in CBC mode, by its key's length in bytes.</summary>
    private static readonly Dictionary<string, int> s_aes = new()
    {
        ["2.16.840.1.101.3.4.1.2"] = 16, ["2.16.840.1.101.3.4.1.22"] = 24, ["2.16.840.1.101.3.4.1.42"] = 32,
    };

    /// <param name="algorithm">An AlgorithmIdentifier.</param>
    /// <param name="password">The password.</param>
    /// <returns>Null for an algorithm that is not read here.</returns>
    internal static Pkcs12Password? For(AsnReader algorithm, string password)
    {
        string id = algorithm.ReadObjectIdentifier();
        AsnReader parameters = algorithm.ReadSequence();
        return id switch
        {
            Pbes2 => ForPbes2(parameters, password),
            TripleDesOf3Keys => ForTripleDes(parameters.ReadOctetString(), Iterations(parameters), password),
            _ => null,
        };
    }

    /// <summary>Whether a MacData over these octets was made with this password; false also for a kind of seal that is not read here.</summary>
    internal static bool Sealed(AsnReader macData, byte[] octets, string password)
    {
        AsnReader digest = macData.ReadSequence();
        if (!s_hashes.TryGetValue(digest.ReadSequence().ReadObjectIdentifier(), out HashAlgorithmName hash))
        {
            return false;
        }

        byte[] expected = digest.ReadOctetString();
        byte[] salt = macData.ReadOctetString();
        int iterations = macData.HasData ? Iterations(macData) : 1;
        byte[] key = Derive(hash, ForMac, password, salt, iterations, expected.Length);
        return CryptographicOperations.HmacData(hash, key, octets).AsSpan().SequenceEqual(expected);
    }

    /// <exception cref="CryptographicException">It does not end as it must: the wrong password, or damage.</exception>
    internal byte[] Decrypt(byte[] content)
    {
        using (cipher)
        {
            return cipher.DecryptCbc(content, cipher.IV);
        }
    }

    private static Pkcs12Password? ForPbes2(AsnReader parameters, string password)
    {
        AsnReader derivation = parameters.ReadSequence();
        AsnReader encryption = parameters.ReadSequence();
        if (derivation.ReadObjectIdentifier() != Pbkdf2 || !s_aes.TryGetValue(encryption.ReadObjectIdentifier(), out int length))
        {
            return null;
        }

        AsnReader how = derivation.ReadSequence();
        byte[] salt = how.ReadOctetString();
        int iterations = Iterations(how);
        if (how.HasData && how.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            how.ReadInteger();
        }

        HashAlgorithmName hash = HashAlgorithmName.SHA1;
        if (how.HasData && !s_hashes.TryGetValue(how.ReadSequence().ReadObjectIdentifier(), out hash))
        {
            return null;
        }

        Aes aes = Aes.Create();
        aes.Key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, hash, length);
        aes.IV = encryption.ReadOctetString();
        return new(aes);
    }

    private static Pkcs12Password ForTripleDes(byte[] salt, int iterations, string password)
    {
#pragma warning disable CA5350 // What Java wrote before 2021; nothing is kept secret by it.
        TripleDES cipher = TripleDES.Create();
#pragma warning restore CA5350
        cipher.Key = Derive(HashAlgorithmName.SHA1, ForKey, password, salt, iterations, 24);
        cipher.IV = Derive(HashAlgorithmName.SHA1, ForIv, password, salt, iterations, 8);
        return new(cipher);
    }

    private static int Iterations(AsnReader reader) => reader.TryReadInt32(out int count) && count is > 0 and <= MostIterations
        ? count : throw new CryptographicException("no sensible number of iterations");

    /// <summary>RFC 7292 appendix B.2.</summary>
    private static byte[] Derive(HashAlgorithmName hash, byte purpose, string password, byte[] salt, int iterations, int length)
    {
        int block = hash == HashAlgorithmName.SHA384 || hash == HashAlgorithmName.SHA512 ? 128 : 64;
        byte[] purposes = new byte[block];
        purposes.AsSpan().Fill(purpose);
        byte[] input = [.. Filled(salt), .. Filled(Encoding.BigEndianUnicode.GetBytes(password + '\0'))];
        List<byte> derived = [];
        while (true)
        {
            byte[] one = CryptographicOperations.HashData(hash, [.. purposes, .. input]);
            for (int i = 1; i < iterations; i++)
            {
                one = CryptographicOperations.HashData(hash, one);
            }

            derived.AddRange(one);
            if (derived.Count >= length)
            {
                return [.. derived[..length]];
            }

            // Each block of the input becomes (block + repeated hash + 1) mod 2^(8·block).
            for (int at = 0; at < input.Length; at += block)
            {
                int carry = 1;
                for (int i = block - 1; i >= 0; i--)
                {
                    carry += input[at + i] + one[i % one.Length];
                    input[at + i] = (byte)carry;
                    carry >>= 8;
                }
            }
        }

        IEnumerable<byte> Filled(byte[] text) => Repeated(text, (text.Length + block - 1) / block * block);
    }

    private static IEnumerable<byte> Repeated(byte[] text, int length) => Enumerable.Range(0, length).Select(i => text[i % text.Length]);
}

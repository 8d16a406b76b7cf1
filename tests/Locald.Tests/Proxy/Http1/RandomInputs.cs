using System.Globalization;
using System.Text;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

/// <summary>
/// Seeded random inputs. <c>LOCALD_RANDOM_INPUTS=10000000</c> makes a long hunt of the tests that use it, and
/// <c>LOCALD_RANDOM_SEED</c> another one; a failure names the input itself.
/// </summary>
internal static class RandomInputs
{
    private static readonly int Count = Setting("LOCALD_RANDOM_INPUTS", 10_000);
    private static readonly int Seed = Setting("LOCALD_RANDOM_SEED", 9112);

    /// <summary>Mutates <paramref name="seeds"/> and hands each result to <paramref name="check"/>.</summary>
    /// <param name="seeds">Messages to start from, one character per byte.</param>
    /// <param name="tokens">Pieces that an attacker would insert.</param>
    /// <param name="check">Throws where a promise is broken.</param>
    public static void Run(string[] seeds, string[] tokens, Action<byte[], Random> check)
    {
        Random random = new(Seed);
        byte[][] from = [.. seeds.Select(Heads.Bytes)];
        byte[][] insert = [.. tokens.Select(Heads.Bytes)];
        for (int i = 0; i < Count; i++)
        {
            byte[] input = Mutate(from, insert, random);
            try
            {
                check(input, random);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"input {i} of seed {Seed}: {Show(input)}", e);
            }
        }
    }

    private static byte[] Mutate(byte[][] seeds, byte[][] tokens, Random random)
    {
        List<byte> bytes = [.. seeds[random.Next(seeds.Length)]];
        for (int n = random.Next(5); n > 0 && bytes.Count > 0; n--)
        {
            int at = random.Next(bytes.Count);
            int length = random.Next(1, Math.Min(16, bytes.Count - at) + 1);
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 4:
                    byte[] other = seeds[random.Next(seeds.Length)];
                    bytes.RemoveRange(at, bytes.Count - at);
                    bytes.AddRange(other[random.Next(other.Length)..]);
                    break;
                case 5 when random.Next(50) == 0:
                    bytes.InsertRange(at, Enumerable.Repeat(bytes[at], random.Next(40_000)));
                    break;
                default:
                    bytes.InsertRange(at, tokens[random.Next(tokens.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }

    private static string Show(byte[] input)
    {
        StringBuilder text = new();
        foreach (byte b in input)
        {
            text.Append(b is >= 32 and < 127 and not (byte)'\\' ? ((char)b).ToString() : $"\\x{b:x2}");
        }

        return text.ToString();
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}

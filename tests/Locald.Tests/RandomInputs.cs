using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Locald.Tests;

/// <summary>
/// Valid input, mutated with a seed. <c>./build.sh fuzz</c> makes a long hunt of the tests that use it, which it knows by their trait:
/// <c>LOCALD_RANDOM_INPUTS</c> says how many inputs each gets, <c>LOCALD_RANDOM_SEED</c> which. A failure names the input itself.
/// </summary>
internal static class RandomInputs
{
    private const int InTest = 10_000;

    private static readonly string[] Numbers =
        ["0", "00", "1", "-1", "+1", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "99999999999999999999", "0x10"];

    /// <summary>How many inputs a test gets.</summary>
    public static int Count { get; } = Setting("LOCALD_RANDOM_INPUTS", InTest);

    public static int Seed { get; } = Setting("LOCALD_RANDOM_SEED", 9112);

    /// <summary>Mutates <paramref name="seeds"/> and hands each result to <paramref name="check"/>.</summary>
    /// <param name="seeds">Messages to start from, one character per byte.</param>
    /// <param name="tokens">Pieces that an attacker would insert.</param>
    /// <param name="check">Whether the input was accepted; throws where a promise is broken.</param>
    /// <returns>The share of inputs that were accepted, from 0 to 1: where it is too small, not much was tested.</returns>
    public static double Run(string[] seeds, string[] tokens, Func<byte[], Random, bool> check)
    {
        Random random = new(Seed);
        byte[][] from = [.. seeds.Select(Encoding.Latin1.GetBytes)];
        byte[][] insert = [.. tokens.Select(Encoding.Latin1.GetBytes)];
        int accepted = 0;
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Count; i++)
        {
            byte[] input = Mutate(from, insert, random);
            try
            {
                accepted += check(input, random) ? 1 : 0;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"input {i} of LOCALD_RANDOM_SEED={Seed}, in hexadecimal: {Convert.ToHexStringLower(input)}", e);
            }

            Tell(i + 1, accepted, started);
        }

        return (double)accepted / Count;
    }

    /// <summary>Tells of a long hunt, at each tenth of its way.</summary>
    /// <param name="done">Inputs so far.</param>
    /// <param name="accepted">Of these.</param>
    /// <param name="started">A timestamp of <see cref="Stopwatch"/>.</param>
    public static void Tell(int done, int accepted, long started)
    {
        if (Count > InTest && done % (Count / 10) == 0)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{done:N0} inputs, {done / Stopwatch.GetElapsedTime(started).TotalSeconds:N0} a second, {100.0 * accepted / done:N0} % accepted"));
        }
    }

    /// <summary>One of the seeds, with up to four mutations.</summary>
    public static byte[] Mutate(byte[][] seeds, byte[][] tokens, Random random)
    {
        List<byte> bytes = [.. seeds[random.Next(seeds.Length)]];
        for (int n = random.Next(5); n > 0 && bytes.Count > 0; n--)
        {
            int at = random.Next(bytes.Count);
            int length = random.Next(1, Math.Min(16, bytes.Count - at) + 1);
            switch (random.Next(11))
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
                case 6:
                    int with = random.Next(bytes.Count);
                    (bytes[at], bytes[with]) = (bytes[with], bytes[at]);
                    break;
                case 7:
                    bytes.Insert(at, "\r\n\0 :\t"u8[random.Next(6)]);
                    break;
                case 8:
                    ReplaceNumber(bytes, at, Numbers[random.Next(Numbers.Length)]);
                    break;
                default:
                    bytes.InsertRange(at, tokens[random.Next(tokens.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Puts another number in the place of the next one.</summary>
    private static void ReplaceNumber(List<byte> bytes, int at, string number)
    {
        int start = bytes.FindIndex(at, b => char.IsAsciiDigit((char)b));
        if (start >= 0)
        {
            int end = bytes.FindIndex(start, b => !char.IsAsciiDigit((char)b));
            bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
            bytes.InsertRange(start, Encoding.Latin1.GetBytes(number));
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}

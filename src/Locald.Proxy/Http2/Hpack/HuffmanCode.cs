namespace Locald.Proxy.Http2.Hpack;

/// <summary>
/// The Huffman code of RFC 7541 Appendix B. It is canonical: by length, and by symbol within a length, codes count upwards. So the
/// lengths are the whole table; codes and lookups are derived when the first header block needs them, in a few microseconds.
/// </summary>
internal static class HuffmanCode
{
    internal const int EndOfString = 256;

    /// <summary>Bits of the longest code, which is that of EOS: all ones.</summary>
    internal const int Longest = 30;

    private const int Shortest = 5;

    static HuffmanCode()
    {
        uint code = 0;
        int index = 0;
        for (int length = Shortest; length <= Longest; length++, code <<= 1)
        {
            Bases[length] = code - (uint)index;
            for (int symbol = 0; symbol <= EndOfString; symbol++)
            {
                if (Lengths[symbol] == length)
                {
                    if (length <= 8)
                    {
                        Short.AsSpan((int)code << (8 - length), 1 << (8 - length)).Fill((ushort)((symbol << 4) | length));
                    }

                    Codes[symbol] = code++;
                    Symbols[index++] = (ushort)symbol;
                }
            }

            Ends[length] = code << (32 - length);
        }
    }

    /// <summary>Bits of each symbol's code, EOS last.</summary>
    internal static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>Each symbol's code, its last bit lowest.</summary>
    internal static uint[] Codes { get; } = new uint[EndOfString + 1];

    /// <summary>By the next 8 bits: the symbol whose code they begin with, times 16, plus its length; 0 where the code is longer.</summary>
    internal static ushort[] Short { get; } = new ushort[256];

    /// <summary>
    /// Finds a code that is longer than 8 bits. As codes count upwards, the first length whose last code is not below the bits is theirs.
    /// </summary>
    /// <param name="bits">The next 32 bits; those past the end of the string set.</param>
    /// <param name="length">Bits of the code.</param>
    /// <returns>The symbol.</returns>
    internal static int FindLong(uint bits, out int length)
    {
        length = 10;
        while (length < Longest && bits >= Ends[length])
        {
            length++;
        }

        return Symbols[(int)((bits >> (32 - length)) - Bases[length])];
    }

    /// <summary>By length: the bits, leftmost first, where longer codes begin.</summary>
    private static uint[] Ends { get; } = new uint[Longest + 1];

    /// <summary>By length: what to take from a code for its place among <see cref="Symbols"/>.</summary>
    private static uint[] Bases { get; } = new uint[Longest + 1];

    /// <summary>The symbols in the order of their codes.</summary>
    private static ushort[] Symbols { get; } = new ushort[EndOfString + 1];
}

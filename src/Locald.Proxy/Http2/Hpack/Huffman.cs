using System.Buffers.Binary;

namespace Locald.Proxy.Http2.Hpack;

/// <summary>Huffman-coded strings, RFC 7541 §5.2: codes one after the other, the last byte filled up with ones.</summary>
internal static class Huffman
{
    /// <summary>Bytes that <see cref="Encode"/> writes.</summary>
    internal static int EncodedLength(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> lengths = HuffmanCode.Lengths;
        long bits = 7;
        foreach (byte symbol in text)
        {
            bits += lengths[symbol];
        }

        return (int)(bits >> 3);
    }

    /// <summary>Most bytes that so many may decode to: the shortest code has 5 bits.</summary>
    internal static int MaxDecodedLength(int encoded) => (int)((long)encoded * 8 / 5);

    /// <summary>Writes <paramref name="text"/> to <paramref name="output"/>, which has room for <see cref="EncodedLength"/>.</summary>
    /// <returns>Bytes written.</returns>
    internal static int Encode(ReadOnlySpan<byte> text, Span<byte> output)
    {
        ReadOnlySpan<byte> lengths = HuffmanCode.Lengths;
        ReadOnlySpan<uint> codes = HuffmanCode.Codes;
        ulong bits = 0;
        int count = 0, written = 0;
        foreach (byte symbol in text)
        {
            int length = lengths[symbol];
            bits = (bits << length) | codes[symbol];
            count += length;
            if (count >= 32)
            {
                count -= 32;
                BinaryPrimitives.WriteUInt32BigEndian(output[written..], (uint)(bits >> count));
                written += 4;
            }
        }

        int padding = -count & 7;
        bits = (bits << padding) | ((1u << padding) - 1);
        for (count += padding; count > 0;)
        {
            count -= 8;
            output[written++] = (byte)(bits >> count);
        }

        return written;
    }

    /// <summary>Decodes a whole string; <paramref name="output"/> is the bound of what it may become.</summary>
    internal static HpackFault Decode(ReadOnlySpan<byte> encoded, Span<byte> output, out int written)
    {
        ReadOnlySpan<ushort> shortCodes = HuffmanCode.Short;
        ulong window = 0;
        int count = 0, taken = 0;
        written = 0;
        while (true)
        {
            if (count < 32)
            {
                Fill(encoded, ref window, ref count, ref taken);
            }

            // Behind the end stand ones, as the padding does: an incomplete code shows by its length.
            uint next = (uint)(window >> 32) | (count < 32 ? uint.MaxValue >> count : 0);
            int code = shortCodes[(int)(next >> 24)];
            int symbol = code >> 4, length = code & 15;
            if (code == 0)
            {
                if (next == uint.MaxValue && count < HuffmanCode.Longest)
                {
                    return count < 8 ? HpackFault.None : HpackFault.Padding;
                }

                symbol = HuffmanCode.FindLong(next, out length);
            }

            if (length > count)
            {
                return HpackFault.Padding;
            }

            if (symbol == HuffmanCode.EndOfString)
            {
                return HpackFault.EndOfString;
            }

            if (written == output.Length)
            {
                return HpackFault.StringTooLong;
            }

            output[written++] = (byte)symbol;
            window <<= length;
            count -= length;

            // Nearly all codes are short. While the window has 8 bits, such a one is whole, and nothing else need be asked.
            for (; count >= 8 && written < output.Length; written++)
            {
                code = shortCodes[(int)(window >> 56)];
                if (code == 0)
                {
                    break;
                }

                output[written] = (byte)(code >> 4);
                window <<= code & 15;
                count -= code & 15;
            }
        }
    }

    /// <summary>Tops the window up to more than 32 bits, or to all that there are.</summary>
    private static void Fill(ReadOnlySpan<byte> encoded, ref ulong window, ref int count, ref int taken)
    {
        if (encoded.Length - taken >= 8)
        {
            // Bits of a byte that does not fit whole are read now and again by the next fill, to the same place.
            window |= BinaryPrimitives.ReadUInt64BigEndian(encoded[taken..]) >> count;
            int bytes = (63 - count) >> 3;
            taken += bytes;
            count += bytes * 8;
            return;
        }

        while (count <= 56 && taken < encoded.Length)
        {
            window |= (ulong)encoded[taken++] << (56 - count);
            count += 8;
        }
    }
}

namespace Locald.Proxy.Http2.Hpack;

/// <summary>Integers in the low bits of a byte and, where they do not fit, in bytes that follow: RFC 7541 §5.1.</summary>
/// <remarks><code>
///   0   1   2   3   4   5   6   7
/// +---+---+---+---+---+---+---+---+
/// | ?   ?   ? | 1   1   1   1   1 |
/// +---+---+---+-------------------+
/// | 1 |    Value-(2^N-1) LSB      |
/// +---+---------------------------+
///                ...
/// +---+---------------------------+
/// | 0 |    Value-(2^N-1) MSB      |
/// +---+---------------------------+
/// </code></remarks>
internal static class HpackInteger
{
    /// <summary>Bytes of the longest: one with the prefix, and five that hold 31 bits.</summary>
    internal const int MaxLength = 6;

    /// <summary>Writes a value that is not negative.</summary>
    /// <param name="output">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="pattern">The bits above the prefix.</param>
    /// <param name="prefix">Bits of the prefix, 1 to 8.</param>
    /// <param name="value">The value.</param>
    /// <returns>Bytes written.</returns>
    internal static int Write(Span<byte> output, byte pattern, int prefix, int value)
    {
        int full = (1 << prefix) - 1;
        if (value < full)
        {
            output[0] = (byte)(pattern | value);
            return 1;
        }

        output[0] = (byte)(pattern | full);
        int written = 1;
        for (value -= full; value >= 128; value >>= 7)
        {
            output[written++] = (byte)(value | 128);
        }

        output[written++] = (byte)value;
        return written;
    }

    /// <summary>Takes an integer off the front of <paramref name="bytes"/>. At most <see cref="int.MaxValue"/>, in at most <see cref="MaxLength"/> bytes.</summary>
    internal static HpackFault Read(scoped ref ReadOnlySpan<byte> bytes, int prefix, out int value)
    {
        value = 0;
        if (bytes.Length == 0)
        {
            return HpackFault.Truncated;
        }

        int full = (1 << prefix) - 1;
        value = bytes[0] & full;
        if (value < full)
        {
            bytes = bytes[1..];
            return HpackFault.None;
        }

        long sum = full;
        for (int i = 1; i < MaxLength; i++)
        {
            if (i == bytes.Length)
            {
                return HpackFault.Truncated;
            }

            sum += (long)(bytes[i] & 127) << (7 * (i - 1));
            if (bytes[i] < 128)
            {
                value = (int)Math.Min(sum, int.MaxValue);
                bytes = bytes[(i + 1)..];
                return sum > int.MaxValue ? HpackFault.Integer : HpackFault.None;
            }
        }

        return HpackFault.Integer;
    }
}

using System.Numerics;
using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http2.Hpack;

/// <summary>RFC 7541 read once more, bit by bit and with no thought of speed: the random tests hold the decoder against it.</summary>
internal sealed class NaiveHpack(int tableSize, int maxString)
{
    private static readonly Dictionary<string, int> Codes =
        Enumerable.Range(0, 257).ToDictionary(s => Convert.ToString(HuffmanCode.Codes[s], 2).PadLeft(HuffmanCode.Lengths[s], '0'));

    private readonly List<(string Name, string Value)> _table = [];
    private readonly int _bound = tableSize;
    private int _maxSize = tableSize;
    private byte[] _block = [];
    private int _at;

    /// <summary>The fields as lines, up to the fault where there is one.</summary>
    public (bool Valid, string[] Lines) Decode(byte[] block)
    {
        (_block, _at) = (block, 0);
        List<string> lines = [];
        try
        {
            int updates = 0;
            while (_at < block.Length)
            {
                int first = block[_at];
                if (first >= 128)
                {
                    (string name, string value) = Entry(Integer(7));
                    lines.Add($"{name}: {value}");
                }
                else if (first is >= 32 and < 64)
                {
                    Require(lines.Count == 0 && ++updates <= 2);
                    _maxSize = Integer(5);
                    Require(_maxSize <= _bound);
                    Evict();
                }
                else
                {
                    int index = Integer(first >= 64 ? 6 : 4);
                    string name = index == 0 ? Text() : Entry(index).Name;
                    string value = Text();
                    lines.Add($"{name}: {value}");
                    if (first >= 64)
                    {
                        _table.Insert(0, (name, value));
                        Evict();
                    }
                }
            }
        }
        catch (FormatException)
        {
            return (false, [.. lines]);
        }

        return (true, [.. lines]);
    }

    /// <summary>What a Huffman-coded string says; null where it is none, or longer than that.</summary>
    public static string? HuffmanText(byte[] bytes, int longest)
    {
        List<byte> text = [];
        string code = "";
        foreach (char bit in string.Concat(bytes.Select(b => Convert.ToString(b, 2).PadLeft(8, '0'))))
        {
            code += bit;
            if (Codes.TryGetValue(code, out int symbol))
            {
                if (symbol > 255 || text.Count == longest)
                {
                    return null;
                }

                text.Add((byte)symbol);
                code = "";
            }
        }

        return code.Length < 8 && !code.Contains('0') ? Heads.Text([.. text]) : null;
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new FormatException();
        }
    }

    private void Evict()
    {
        while (_table.Sum(e => e.Name.Length + e.Value.Length + 32) > _maxSize)
        {
            _table.RemoveAt(_table.Count - 1);
        }
    }

    private (string Name, string Value) Entry(int index)
    {
        Require(index > 0 && index <= 61 + _table.Count);
        return index > 61 ? _table[index - 62] : (Heads.Text(StaticTable.Name(index)), Heads.Text(StaticTable.Value(index)));
    }

    private byte Next()
    {
        Require(_at < _block.Length);
        return _block[_at++];
    }

    private int Integer(int prefix)
    {
        int full = (1 << prefix) - 1;
        BigInteger value = Next() & full;
        for (int shift = 0; value >= full && shift < 35; shift += 7)
        {
            byte next = Next();
            value += new BigInteger(next & 127) << shift;
            if (next < 128)
            {
                Require(value <= int.MaxValue);
                return (int)value;
            }
        }

        Require(value < full);
        return (int)value;
    }

    private string Text()
    {
        bool huffman = _at < _block.Length && _block[_at] >= 128;
        int length = Integer(7);
        Require(length <= maxString && length <= _block.Length - _at);
        byte[] bytes = _block[_at..(_at + length)];
        _at += length;
        if (!huffman)
        {
            return Heads.Text(bytes);
        }

        string? text = HuffmanText(bytes, maxString);
        Require(text is not null);
        return text!;
    }
}

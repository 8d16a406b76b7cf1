using System.Buffers;
using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http2.Hpack;

/// <summary>Header blocks as hexadecimal text, and what they say.</summary>
internal static class Blocks
{
    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    /// <summary>The block's fields, which must be without fault.</summary>
    public static string[] Decode(HpackDecoder decoder, string hex)
    {
        Assert.Equal(HpackFault.None, Decode(decoder, Bytes(hex), out string[] lines));
        return lines;
    }

    public static HpackFault Decode(HpackDecoder decoder, ReadOnlySpan<byte> block, out string[] lines)
    {
        FieldList list = new();
        HpackFault fault = decoder.Decode(block, list);
        lines = [.. list.Lines];
        return fault;
    }

    /// <summary>The fault of a block that a new decoder sees.</summary>
    public static HpackFault Judge(string hex) => Decode(new(), Bytes(hex), out _);

    /// <summary>A block of these fields, each by the encoder's own choice.</summary>
    public static string Encode(HpackEncoder encoder, params (string Name, string Value)[] fields) =>
        Written(output =>
        {
            encoder.Begin(output);
            foreach ((string name, string value) in fields)
            {
                encoder.Write(output, Heads.Bytes(name), Heads.Bytes(value));
            }
        });

    public static string Written(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(output);
        return Convert.ToHexStringLower(output.WrittenSpan);
    }

    /// <summary>The table's entries as <c>size name: value</c>, newest first.</summary>
    public static string[] Entries(DynamicTable table) =>
        [.. Enumerable.Range(0, table.Count).Select(i =>
            $"{table.Name(i).Length + table.Value(i).Length + DynamicTable.EntryOverhead} {Heads.Text(table.Name(i))}: {Heads.Text(table.Value(i))}")];
}

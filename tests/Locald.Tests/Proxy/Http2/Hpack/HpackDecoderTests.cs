using System.Buffers;
using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http2.Hpack;

public sealed class HpackDecoderTests
{
    // custom-key: custom-header, with incremental indexing
    private const string Custom = "400a637573746f6d2d6b65790d637573746f6d2d686561646572";

    [Fact]
    public void An_empty_block_has_no_fields() => Assert.Empty(Blocks.Decode(new(), ""));

    [Theory]
    [InlineData("80")]
    [InlineData("8280")]
    public void Index_zero_is_refused(string hex) => Assert.Equal(HpackFault.Index, Blocks.Judge(hex));

    [Theory]
    [InlineData("be")]
    [InlineData("ff00")]
    [InlineData("ff80ffffff07")]
    [InlineData("7e0161")]
    [InlineData("7f000161")]
    [InlineData("0f2f0161")]
    [InlineData("1f2f0161")]
    [InlineData(Custom + "bf")]
    [InlineData(Custom + "7f000161")]
    [InlineData(Custom + "0f300161")]
    public void An_index_past_both_tables_is_refused(string hex) => Assert.Equal(HpackFault.Index, Blocks.Judge(hex));

    [Theory]
    [InlineData(Custom + "be", "custom-key: custom-header")]
    [InlineData(Custom + "7e0161", "custom-key: a")]
    [InlineData(Custom + "0f2f0161", "custom-key: a")]
    [InlineData(Custom + "1f2f0161", "custom-key: a")]
    [InlineData(Custom + "bd", "www-authenticate: ")]
    public void The_last_index_of_both_tables_is_taken(string hex, string last) => Assert.Equal(last, Blocks.Decode(new(), hex)[1]);

    [Theory]
    [InlineData(Custom)]
    [InlineData("040c2f73616d706c652f70617468")]
    [InlineData("100870617373776f726406736563726574")]
    [InlineData("418cf1e3c2e5f23a6ba0ab90f4ff")]
    [InlineData("408825a849e95ba97d7f8925a849e95bb8e8b4bf")]
    [InlineData("0f2d00")]
    [InlineData("3fe11f")]
    [InlineData("ff00")]
    public void A_block_that_ends_within_a_field_is_refused(string hex)
    {
        byte[] block = Blocks.Bytes(hex);
        for (int length = 1; length < block.Length; length++)
        {
            Assert.Equal(HpackFault.Truncated, Blocks.Decode(new(), block.AsSpan(0, length), out string[] lines));
            Assert.Empty(lines);
        }
    }

    [Theory]
    [InlineData("ffffffffff7f")]
    [InlineData("00ffffffffff7f61")]
    [InlineData("04ffffffffff7f61")]
    [InlineData("047fffffffffffff")]
    [InlineData("7fffffffff7f")]
    [InlineData("0f80808080808000")]
    [InlineData("3fffffffffffff01")]
    public void An_integer_over_the_bound_is_refused_wherever_it_stands(string hex) => Assert.Equal(HpackFault.Integer, Blocks.Judge(hex));

    [Theory]
    [InlineData("00811e0161")]
    [InlineData("0081ff0161")]
    [InlineData("0081180161")]
    [InlineData("04811e")]
    [InlineData("418161ff")]
    [InlineData("4182ffff")]
    public void Bad_padding_is_refused_in_names_and_values(string hex) => Assert.Equal(HpackFault.Padding, Blocks.Judge(hex));

    [Theory]
    [InlineData("0084ffffffff0161")]
    [InlineData("0484ffffffff")]
    [InlineData("4485fcffffffff")]
    public void The_end_of_string_symbol_is_refused_in_names_and_values(string hex) => Assert.Equal(HpackFault.EndOfString, Blocks.Judge(hex));

    [Theory]
    [InlineData("0a30313233343536373839", true)]
    [InlineData("870000000000003f", true)]
    [InlineData("0b3031323334353637383961", false)]
    [InlineData("8700000000000000", false)]
    [InlineData("8b", false)]
    [InlineData("7fffffff01", false)]
    public void A_string_is_bounded_as_it_stands_and_once_decoded(string text, bool fits)
    {
        foreach (string hex in (string[])["00" + text + "0161", "000161" + text, "04" + text])
        {
            HpackFault fault = Blocks.Decode(new(maxString: 10), Blocks.Bytes(hex), out _);
            Assert.Equal(fits ? HpackFault.None : HpackFault.StringTooLong, fault);
        }
    }

    [Fact]
    public void Fields_before_a_fault_are_given()
    {
        Assert.Equal(HpackFault.Index, Blocks.Decode(new(), Blocks.Bytes("828680"), out string[] lines));
        Assert.Equal([":method: GET", ":scheme: http"], lines);
    }

    [Fact]
    public void Only_fields_with_incremental_indexing_are_kept()
    {
        HpackDecoder decoder = new();
        Assert.Equal(["a: 1", "b: 2", ":path: /x", ":method: GET"], Blocks.Decode(decoder, "00016101311001620132" + "04022f7882"));
        Assert.Equal(0, decoder.Table.Count);
        Blocks.Decode(decoder, "4001610131");
        Assert.Equal(["34 a: 1"], Blocks.Entries(decoder.Table));
    }

    [Fact]
    public void A_name_whose_entry_is_evicted_for_the_new_one_stays_whole()
    {
        HpackDecoder decoder = new(100);
        Blocks.Decode(decoder, Custom);
        string value = new('v', 50);
        string[] lines = Blocks.Decode(decoder, "7e32" + Convert.ToHexString(Heads.Bytes(value)));
        Assert.Equal([$"custom-key: {value}"], lines);
        Assert.Equal([$"92 custom-key: {value}"], Blocks.Entries(decoder.Table));

        // The same with a value that is Huffman-coded, beside the name in one buffer.
        lines = Blocks.Decode(decoder, "7e" + "8925a849e95bb8e8b4bf");
        Assert.Equal(["custom-key: custom-value"], lines);
        Assert.Equal(["54 custom-key: custom-value"], Blocks.Entries(decoder.Table));
    }

    [Fact]
    public void A_name_stays_whole_where_the_entries_that_live_are_moved_over_it()
    {
        HpackDecoder decoder = new();
        HpackEncoder encoder = new(huffman: false);
        (string Name, string Value)[] fields = [("custom-key", new('a', 500)), ("b", new('b', 3000)), ("custom-key", new('c', 700))];
        foreach ((string name, string value) in fields)
        {
            string block = Blocks.Written(output => encoder.Write(output, Heads.Bytes(name), Heads.Bytes(value), Indexing.Incremental));
            Assert.Equal([$"{name}: {value}"], Blocks.Decode(decoder, block));
        }

        Assert.Equal([$"742 custom-key: {fields[2].Value}", $"3033 b: {fields[1].Value}"], Blocks.Entries(decoder.Table));
    }

    [Fact]
    public void An_entry_larger_than_the_table_empties_it_and_is_no_error()
    {
        HpackDecoder decoder = new(60);
        Blocks.Decode(decoder, Custom);
        Assert.Equal(1, decoder.Table.Count);
        string value = new('v', 29);
        Assert.Equal([$"a: {value}", ":method: GET"], Blocks.Decode(decoder, "4001611d" + Convert.ToHexString(Heads.Bytes(value)) + "82"));
        Assert.Equal(0, decoder.Table.Count);
        Assert.Equal(HpackFault.Index, Blocks.Decode(decoder, Blocks.Bytes("be"), out _));
    }

    [Theory]
    [InlineData("20", 0)]
    [InlineData("3f45", 100)]
    [InlineData("3fe11f", 4096)]
    [InlineData("203fe11f", 4096)]
    [InlineData("3fe11f20", 0)]
    [InlineData("2020", 0)]
    [InlineData("3fe19f808000", 4096)]
    public void Up_to_two_size_updates_may_begin_a_block(string updates, int size)
    {
        HpackDecoder decoder = new();
        Assert.Equal([":method: GET"], Blocks.Decode(decoder, updates + "82"));
        Assert.Equal(size, decoder.Table.MaxSize);
        Assert.Empty(Blocks.Decode(new(), updates));
    }

    [Theory]
    [InlineData("8220")]
    [InlineData("203fe11f20")]
    [InlineData("202020")]
    [InlineData("208220")]
    [InlineData(Custom + "3fe11f")]
    public void A_size_update_elsewhere_is_refused(string hex) => Assert.Equal(HpackFault.SizeUpdateMisplaced, Blocks.Judge(hex));

    [Theory]
    [InlineData("3fe21f")]
    [InlineData("203fe21f82")]
    [InlineData("3fe0ffffff07")]
    public void A_size_above_what_we_announced_is_refused(string hex) => Assert.Equal(HpackFault.SizeUpdateTooLarge, Blocks.Judge(hex));

    [Fact]
    public void A_size_update_evicts()
    {
        HpackDecoder decoder = new();
        Blocks.Decode(decoder, Custom);
        Assert.Equal(["custom-key: custom-header"], Blocks.Decode(decoder, "3f18be"));
        Assert.Equal(HpackFault.Index, Blocks.Decode(decoder, Blocks.Bytes("3f17be"), out _));
        Assert.Equal(0, decoder.Table.Size);
    }

    [Fact]
    public void A_sink_that_has_had_enough_leaves_the_table_in_step()
    {
        HpackDecoder decoder = new();
        CountingSink sink = new();
        byte[] block = [.. Blocks.Bytes(Custom), .. Enumerable.Repeat((byte)0xbe, 1000), .. Blocks.Bytes("4001610131")];
        Assert.Equal(HpackFault.None, decoder.Decode(block, sink));
        Assert.Equal((1002, (1001 * 23) + 2), (sink.Fields, sink.Bytes));
        Assert.Equal(["a: 1", "custom-key: custom-header"], Blocks.Decode(decoder, "bebf"));
    }

    [Fact]
    public void A_thousand_references_to_a_large_entry_copy_nothing()
    {
        HpackDecoder decoder = new();
        CountingSink sink = new();
        byte[] large = [0x40, 1, (byte)'a', 0x7f, .. Blocks.Bytes("a11e"), .. new byte[4000]];
        Assert.Equal(HpackFault.None, decoder.Decode(large, sink));
        Assert.Equal((1, 4033), (decoder.Table.Count, decoder.Table.Size));
        byte[] bomb = [.. Enumerable.Repeat((byte)0xbe, 60_000)];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(HpackFault.None, decoder.Decode(bomb, sink));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        Assert.Equal((60_001, 60_001L * 4001), (sink.Fields, sink.Bytes));
    }

    [Fact]
    public void Decoding_and_encoding_allocate_nothing_once_warm()
    {
        HpackDecoder decoder = new();
        HpackEncoder encoder = new();
        CountingSink sink = new();
        ArrayBufferWriter<byte> output = new(4096);
        byte[] value = new byte[30];
        int faults = 0;

        void Turn(int i)
        {
            output.ResetWrittenCount();
            encoder.Begin(output);
            encoder.WriteStatus(output, 302);
            encoder.Write(output, "Content-Type"u8, "text/html; charset=utf-8"u8);
            encoder.Write(output, "x-powered-by"u8, "Express"u8);
            encoder.Write(output, "set-cookie"u8, "session=0123456789"u8);
            value[0] = (byte)i;
            encoder.Write(output, "vary"u8, value);
            faults += decoder.Decode(output.WrittenSpan, sink) == HpackFault.None ? 0 : 1;
        }

        for (int i = 0; i < 1000; i++)
        {
            Turn(i);
        }

        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
            {
                Turn(i);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal((0, 2000 * 5), (faults, sink.Fields));
    }

    private sealed class CountingSink : IFieldSink
    {
        public int Fields { get; private set; }

        public long Bytes { get; private set; }

        public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool neverIndexed)
        {
            Fields++;
            Bytes += name.Length + value.Length;
        }
    }
}

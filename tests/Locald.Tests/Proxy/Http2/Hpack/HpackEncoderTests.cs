using Locald.Proxy.Http2.Hpack;

namespace Locald.Tests.Proxy.Http2.Hpack;

public sealed class HpackEncoderTests
{
    [Theory]
    [InlineData(200, "88")]
    [InlineData(204, "89")]
    [InlineData(206, "8a")]
    [InlineData(304, "8b")]
    [InlineData(400, "8c")]
    [InlineData(404, "8d")]
    [InlineData(500, "8e")]
    public void A_common_status_is_one_byte(int status, string hex) =>
        Assert.Equal(hex, Blocks.Written(output => new HpackEncoder().WriteStatus(output, status)));

    [Fact]
    public void Another_status_is_one_byte_the_second_time()
    {
        HpackEncoder encoder = new();
        Assert.Equal("4803343138", Blocks.Written(output => encoder.WriteStatus(output, 418)));
        Assert.Equal("be", Blocks.Written(output => encoder.WriteStatus(output, 418)));
    }

    [Theory]
    [InlineData("content-type", "text/html")]
    [InlineData("server", "locald")]
    [InlineData("cache-control", "no-store")]
    [InlineData("vary", "Origin")]
    [InlineData("content-encoding", "br")]
    [InlineData("access-control-allow-origin", "*")]
    [InlineData("access-control-max-age", "600")]
    [InlineData("access-control-allow-credentials", "true")]
    [InlineData("x-content-type-options", "nosniff")]
    [InlineData("x-frame-options", "DENY")]
    [InlineData("x-powered-by", "Express")]
    [InlineData("grpc-encoding", "gzip")]
    [InlineData(":authority", "app.localhost")]
    [InlineData("te", "trailers")]
    public void A_field_that_repeats_is_one_byte_the_second_time(string name, string value)
    {
        HpackEncoder encoder = new();
        Assert.NotEqual("be", Blocks.Encode(encoder, (name, value)));
        Assert.Equal("be", Blocks.Encode(encoder, (name, value)));
        Assert.Equal([$"{name.Length + value.Length + 32} {name}: {value}"], Blocks.Entries(encoder.Table));
    }

    [Theory]
    [InlineData("content-length", "17", "0f0d023137")]
    [InlineData("date", "x", "0f120178")]
    [InlineData("etag", "x", "0f130178")]
    [InlineData(":path", "/x", "04022f78")]
    [InlineData("location", "/", "0f1f012f")]
    [InlineData("z", "/", "00017a012f")]
    public void A_field_that_differs_each_time_is_not_kept(string name, string value, string hex)
    {
        HpackEncoder encoder = new(huffman: false);
        Assert.Equal(hex, Blocks.Encode(encoder, (name, value)));
        Assert.Equal(hex, Blocks.Encode(encoder, (name, value)));
        Assert.Equal(0, encoder.Table.Count);
    }

    [Theory]
    [InlineData("authorization", "1f08")]
    [InlineData("cookie", "1f11")]
    [InlineData("proxy-authorization", "1f22")]
    [InlineData("set-cookie", "1f28")]
    [InlineData("Set-Cookie", "1f28")]
    public void A_secret_is_never_indexed(string name, string hex)
    {
        HpackEncoder encoder = new(huffman: false);
        Assert.Equal(hex + "03613d62", Blocks.Encode(encoder, (name, "a=b")));
        Assert.Equal(hex + "00", Blocks.Encode(encoder, (name, "")));
        Assert.Equal(0, encoder.Table.Count);
    }

    [Theory]
    [InlineData(":method", "POST", "83")]
    [InlineData(":path", "/", "84")]
    [InlineData(":scheme", "https", "87")]
    [InlineData("accept-encoding", "gzip, deflate", "90")]
    public void A_field_of_the_static_table_is_one_byte(string name, string value, string hex) =>
        Assert.Equal(hex, Blocks.Encode(new(), (name, value)));

    [Fact]
    public void Names_are_written_in_lower_case()
    {
        HpackEncoder encoder = new();
        HpackDecoder decoder = new();
        string name = string.Concat(Enumerable.Repeat("X-Long_", 50));
        string block = Blocks.Encode(encoder, ("Content-Type", "Text/HTML"), ("X-Powered-By", "PHP"), ("X-Id", "A"), (name, "B"), ("\u00c4Z@[", "C"));
        string[] expected = ["content-type: Text/HTML", "x-powered-by: PHP", "x-id: A", $"{name.ToLowerInvariant()}: B", "\u00c4z@[: C"];
        Assert.Equal(expected, Blocks.Decode(decoder, block));
        Assert.Equal("bfbe", Blocks.Encode(encoder, ("content-type", "Text/HTML"), ("x-powered-by", "PHP")));
    }

    [Fact]
    public void A_name_in_the_table_is_not_written_again()
    {
        HpackEncoder encoder = new(huffman: false);
        Blocks.Encode(encoder, ("x-powered-by", "PHP"), ("vary", "Origin"));
        Assert.Equal("7f00" + "0478504850", Blocks.Encode(encoder, ("x-powered-by", "xPHP")));
        Assert.Equal("7b" + "06416363657074", Blocks.Encode(encoder, ("vary", "Accept")));
    }

    [Theory]
    [InlineData("0", "0130")]
    [InlineData("307", "03333037")]
    [InlineData("302", "826402")]
    [InlineData("\u00ff\u00ff", "02ffff")]
    [InlineData("", "00")]
    public void A_string_is_coded_only_where_that_makes_it_shorter(string value, string hex) =>
        Assert.Equal("0f0d" + hex, Blocks.Encode(new(), ("content-length", value)));

    [Fact]
    public void A_value_of_more_than_a_quarter_of_the_table_is_not_kept()
    {
        HpackEncoder encoder = new();
        string fits = new('v', 1024 - 32 - "vary".Length);
        Blocks.Encode(encoder, ("vary", fits + "v"));
        Assert.Equal(0, encoder.Table.Count);
        Blocks.Encode(encoder, ("vary", fits));
        Assert.Equal((1, 1024), (encoder.Table.Count, encoder.Table.Size));
    }

    [Fact]
    public void A_table_that_the_peer_lowers_is_announced_in_the_next_block_alone()
    {
        HpackEncoder encoder = new();
        Blocks.Encode(encoder, ("vary", "a"), ("vary", "b"));
        encoder.SetTableSize(40);
        Assert.Equal(2, encoder.Table.Count);
        Assert.Equal("3f0988", Blocks.Encode(encoder, (":status", "200")));
        Assert.Equal(["37 vary: b"], Blocks.Entries(encoder.Table));
        Assert.Equal("88", Blocks.Encode(encoder, (":status", "200")));
    }

    [Fact]
    public void The_smallest_size_between_two_blocks_is_announced_before_the_last()
    {
        HpackEncoder encoder = new();
        Blocks.Encode(encoder, ("vary", "a"));
        encoder.SetTableSize(100);
        encoder.SetTableSize(0);
        encoder.SetTableSize(uint.MaxValue);
        Assert.Equal("203fe11f88", Blocks.Encode(encoder, (":status", "200")));
        Assert.Equal((0, 4096), (encoder.Table.Count, encoder.Table.MaxSize));
        Assert.Equal("88", Blocks.Encode(encoder, (":status", "200")));
        encoder.SetTableSize(0);
        Assert.Equal("2088", Blocks.Encode(encoder, (":status", "200")));
        encoder.SetTableSize(30);
        Assert.Equal("3e88", Blocks.Encode(encoder, (":status", "200")));
    }

    [Fact]
    public void A_size_at_or_above_ours_changes_nothing()
    {
        HpackEncoder encoder = new();
        Blocks.Encode(encoder, ("vary", "a"));
        encoder.SetTableSize(4096);
        encoder.SetTableSize(65_536);
        encoder.SetTableSize(uint.MaxValue);
        Assert.Equal("be", Blocks.Encode(encoder, ("vary", "a")));
    }

    [Fact]
    public void A_peer_without_a_table_gets_literals()
    {
        HpackEncoder encoder = new(huffman: false);
        encoder.SetTableSize(0);
        Assert.Equal("20" + "0f2c0161", Blocks.Encode(encoder, ("vary", "a")));
        Assert.Equal("0f2c0161", Blocks.Encode(encoder, ("vary", "a")));
        Assert.Equal("0803343138", Blocks.Encode(encoder, (":status", "418")));
    }

    [Fact]
    public void Long_fields_come_back()
    {
        string name = new('n', 20_000), plain = new('\u00fe', 30_000), coded = new('e', 60_000);
        string block = Blocks.Encode(new(), (name, plain), ("x", coded));
        Assert.Equal([$"{name}: {plain}", $"x: {coded}"], Blocks.Decode(new(), block));
    }
}

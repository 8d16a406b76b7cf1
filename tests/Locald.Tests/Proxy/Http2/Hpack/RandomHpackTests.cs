using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http2.Hpack;

[Trait("Inputs", "Random")]
public sealed class RandomHpackTests
{
    private const int TableSize = 200;
    private const int MaxString = 1000;

    private static readonly string[] Seeds =
    [
        Text("828684418cf1e3c2e5f23a6ba0ab90f4ff"),
        Text("828684be5886a8eb10649cbf"),
        Text("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"),
        Text("400a637573746f6d2d6b65790d637573746f6d2d686561646572bebe7e0161"),
        Text("203f29488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3"),
        Text("88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"),
        Text("1f280461626364040161100161017f"),
    ];

    private static readonly string[] Tokens =
    [
        Text("20"), Text("3f"), Text("3fa901"), Text("3fe11f"), Text("80"), Text("be"), Text("bf"), Text("c0"), Text("ff00"), Text("ff80808000"),
        Text("7e0161"), Text("7f000161"), Text("400161017a"), Text("4000"), Text("4081ff"), Text("0084ffffffff"), Text("811f"), Text("811e"),
        Text("ffffffff"), Text("fffffffc"), Text("7fffffffff07"), Text("7f80808080808000"), Text("0f2f"), Text("0000"), Text("400000"), Text("bebebebe"),
    ];

    [Fact]
    public void Whatever_a_peer_sends_is_read_as_the_specification_says()
    {
        HpackDecoder decoder = new(TableSize, MaxString);
        NaiveHpack naive = new(TableSize, MaxString);
        double valid = RandomInputs.Run(Seeds, Tokens, (block, random) =>
        {
            FieldList fields = new();
            HpackFault fault = decoder.Decode(block, fields);
            (bool isValid, string[] lines) = naive.Decode(block);
            Assert.Equal(isValid, fault == HpackFault.None);
            Assert.Equal(lines, fields.Lines);
            Assert.InRange(decoder.Table.Size, 0, decoder.Table.MaxSize);
            Assert.InRange(decoder.Table.MaxSize, 0, TableSize);
            if (!isValid || random.Next(20) == 0)
            {
                decoder = new(TableSize, MaxString);
                naive = new(TableSize, MaxString);
            }

            return isValid;
        });
        Assert.InRange(valid, 0.1, 0.9);
    }

    [Fact]
    public void Whatever_a_peer_sends_memory_is_bounded()
    {
        long most = 0;
        Silence sink = new();
        RandomInputs.Run(Seeds, Tokens, (block, _) =>
        {
            HpackDecoder decoder = new();
            long before = GC.GetAllocatedBytesForCurrentThread();
            int read = 0;
            while (read < 3 && decoder.Decode(block, sink) == HpackFault.None)
            {
                read++;
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            return read == 3;
        });

        // The table, its growth included, and an array that the pool did not have: the longest block is 40 KiB.
        Assert.InRange(most, 1, (4 * 4096) + (128 * 1024) + 1000);
    }

    [Fact]
    public void What_the_encoder_writes_the_decoder_reads()
    {
        string[] names =
        [
            "content-type", "Cache-Control", "vary", "set-cookie", "x-powered-by", "access-control-allow-methods", "content-length", "etag", "x-id", ":path",
            ":status", "accept-encoding", "",
        ];
        HpackEncoder encoder = new();
        HpackDecoder decoder = new(maxString: 1_000_000);
        RandomInputs.Run(["text/html; charset=utf-8", "200", "gzip, deflate", "/", "*", ""], [.. Tokens, "abc", "\u00ff\u00fe"], (bytes, random) =>
        {
            if (random.Next(100) == 0)
            {
                encoder = new(huffman: random.Next(4) > 0);
                decoder = new(maxString: 1_000_000);
            }

            for (int n = random.Next(10) == 0 ? random.Next(1, 4) : 0; n > 0; n--)
            {
                encoder.SetTableSize(random.Next(3) == 0 ? (uint)random.NextInt64(1L << 32) : (uint)random.Next(600));
            }

            List<string> expected = [];
            string block = Blocks.Written(output =>
            {
                encoder.Begin(output);
                for (int n = random.Next(8); n > 0; n--)
                {
                    string name = random.Next(10) == 0 ? $"x-{random.Next(5)}" : names[random.Next(names.Length)];
                    string value = random.Next(3) == 0 ? Heads.Text(bytes) : $"{random.Next(12)}";
                    if (random.Next(4) == 0)
                    {
                        name = name.ToLowerInvariant();
                        encoder.Write(output, Heads.Bytes(name), Heads.Bytes(value), (Indexing)random.Next(3));
                    }
                    else
                    {
                        encoder.Write(output, Heads.Bytes(name), Heads.Bytes(value));
                    }

                    expected.Add($"{name.ToLowerInvariant()}: {value}");
                }
            });
            Assert.Equal(HpackFault.None, Blocks.Decode(decoder, Blocks.Bytes(block), out string[] lines));
            Assert.Equal(expected, lines);
            Assert.Equal(Blocks.Entries(encoder.Table), Blocks.Entries(decoder.Table));
            Assert.Equal(encoder.Table.MaxSize, decoder.Table.MaxSize);
            return true;
        });
    }

    private static string Text(string hex) => Heads.Text(Convert.FromHexString(hex));

    private sealed class Silence : IFieldSink
    {
        public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool neverIndexed)
        {
        }
    }
}

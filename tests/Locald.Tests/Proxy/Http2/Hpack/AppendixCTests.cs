using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http2.Hpack;

/// <summary>The examples of RFC 7541 Appendix C, read and written. C.1 is in <see cref="HpackIntegerTests"/>.</summary>
public sealed class AppendixCTests
{
    private const string Cookie = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";

    private static readonly Message[] Requests =
    [
        new([(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "www.example.com")],
            ["57 :authority: www.example.com"]),
        new([(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "www.example.com"), ("cache-control", "no-cache")],
            ["53 cache-control: no-cache", "57 :authority: www.example.com"]),
        new([(":method", "GET"), (":scheme", "https"), (":path", "/index.html"), (":authority", "www.example.com"), ("custom-key", "custom-value")],
            ["54 custom-key: custom-value", "53 cache-control: no-cache", "57 :authority: www.example.com"]),
    ];

    private static readonly Message[] Responses =
    [
        new([(":status", "302"), ("cache-control", "private"), ("date", "Mon, 21 Oct 2013 20:13:21 GMT"), ("location", "https://www.example.com")],
            ["63 location: https://www.example.com", "65 date: Mon, 21 Oct 2013 20:13:21 GMT", "52 cache-control: private", "42 :status: 302"]),
        new([(":status", "307"), ("cache-control", "private"), ("date", "Mon, 21 Oct 2013 20:13:21 GMT"), ("location", "https://www.example.com")],
            ["42 :status: 307", "63 location: https://www.example.com", "65 date: Mon, 21 Oct 2013 20:13:21 GMT", "52 cache-control: private"]),
        new([(":status", "200"), ("cache-control", "private"), ("date", "Mon, 21 Oct 2013 20:13:22 GMT"), ("location", "https://www.example.com"),
                ("content-encoding", "gzip"), ("set-cookie", Cookie)],
            [$"98 set-cookie: {Cookie}", "52 content-encoding: gzip", "65 date: Mon, 21 Oct 2013 20:13:22 GMT"]),
    ];

    // C.3
    private static readonly string[] PlainRequests =
    [
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    ];

    // C.4
    private static readonly string[] CodedRequests =
    [
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
    ];

    // C.5
    private static readonly string[] PlainResponses =
    [
        "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768"
            + "7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "4803 3330 37c1 c0bf",
        "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153"
            + "444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31",
    ];

    // C.6
    private static readonly string[] CodedResponses =
    [
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8"
            + "e9ae 82ae 43d3",
        "4883 640e ffc1 c0bf",
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b"
            + "3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
    ];

    [Theory]
    [InlineData("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", "custom-key", "custom-header", "Incremental")]
    [InlineData("040c 2f73 616d 706c 652f 7061 7468", ":path", "/sample/path", "None")]
    [InlineData("1008 7061 7373 776f 7264 0673 6563 7265 74", "password", "secret", "Never")]
    [InlineData("82", ":method", "GET", "None")]
    public void Each_representation_is_read_and_written(string hex, string name, string value, string indexing)
    {
        HpackDecoder decoder = new();
        Assert.Equal([$"{name}: {value}"], Blocks.Decode(decoder, hex));
        string[] kept = indexing == "Incremental" ? ["55 custom-key: custom-header"] : [];
        Assert.Equal(kept, Blocks.Entries(decoder.Table));
        HpackEncoder encoder = new(huffman: false);
        Indexing how = Enum.Parse<Indexing>(indexing);
        Assert.Equal(Blocks.Bytes(hex), Blocks.Bytes(Blocks.Written(o => encoder.Write(o, Heads.Bytes(name), Heads.Bytes(value), how))));
        Assert.Equal(kept, Blocks.Entries(encoder.Table));
    }

    [Fact]
    public void Requests_are_read()
    {
        Read(new(), PlainRequests, Requests);
        Read(new(), CodedRequests, Requests);
    }

    [Fact]
    public void Responses_are_read()
    {
        Read(new(256), PlainResponses, Responses);
        Read(new(256), CodedResponses, Responses);
    }

    [Fact]
    public void Requests_are_written()
    {
        Write(new(huffman: false), PlainRequests, Requests);
        Write(new(), CodedRequests, Requests);
    }

    [Fact]
    public void Responses_are_written()
    {
        Write(new(256, huffman: false), PlainResponses, Responses);

        // The example codes "307" though it takes three bytes either way; ours then stays as it is.
        Assert.Equal("4883640effc1c0bf", CodedResponses[1].Replace(" ", ""));
        Write(new(256), [CodedResponses[0], PlainResponses[1], CodedResponses[2]], Responses);
    }

    private static void Read(HpackDecoder decoder, string[] blocks, Message[] messages)
    {
        for (int i = 0; i < messages.Length; i++)
        {
            Assert.Equal(messages[i].Fields.Select(f => $"{f.Name}: {f.Value}"), Blocks.Decode(decoder, blocks[i]));
            Same(messages[i].Table, decoder.Table);
        }
    }

    private static void Write(HpackEncoder encoder, string[] blocks, Message[] messages)
    {
        for (int i = 0; i < messages.Length; i++)
        {
            string written = Blocks.Written(output =>
            {
                encoder.Begin(output);
                foreach ((string name, string value) in messages[i].Fields)
                {
                    encoder.Write(output, Heads.Bytes(name), Heads.Bytes(value), Indexing.Incremental);
                }
            });
            Assert.Equal(blocks[i].Replace(" ", ""), written);
            Same(messages[i].Table, encoder.Table);
        }
    }

    private static void Same(string[] entries, DynamicTable table)
    {
        Assert.Equal(entries, Blocks.Entries(table));
        Assert.Equal(entries.Sum(e => int.Parse(e.Split(' ')[0])), table.Size);
    }

    private sealed record Message((string Name, string Value)[] Fields, string[] Table);
}

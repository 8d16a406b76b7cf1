using Locald.Proxy.Messages;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

/// <summary>Random chunked bodies never throw, and mean the same in pieces and after they are written anew.</summary>
[Trait("Inputs", "Random")]
public sealed class RandomBodyTests
{
    private static readonly string[] Seeds =
    [
        "5\r\nhello\r\n0\r\n\r\n",
        "5;a=b\r\nhello\r\n10\r\n0123456789abcdef\r\n0;x\r\nA: b\r\nC: d\r\n\r\n",
        "1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n00\r\nServer-Timing: x\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "F ; x = \"y\"\r\n\r\n0\r\n\r\n0\r\n\r\n0\r\n\r\n0\r\n\r\n",
    ];

    private static readonly string[] Tokens =
    [
        "\r\n", "\n", "\r", "0\r\n\r\n", "0", "00000000000000", "ffffffff", ";", ";x=\"\n\"", " ", "\t", "+", "-", "0x", "A: b\r\n", " c\r\n",
        "Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n", "Cookie: x\r\n", "\0", "\u00ff",
    ];

    [Fact]
    public void A_chunked_body_means_the_same_in_pieces_and_after_it_is_written_anew()
    {
        double accepted = RandomInputs.Run(Seeds, Tokens, (bytes, random) =>
        {
            Chunks whole = Chunks.Decode(bytes, () => bytes.Length);
            Assert.Equal(whole, Chunks.Decode(bytes, () => random.Next(1, bytes.Length > 1000 ? 8000 : 24)));
            Assert.Equal(NaiveChunks.Read(Heads.Text(bytes)), whole.Outcome == "End" ? (whole.Data, whole.Consumed) : null);
            if (whole.Outcome != "End")
            {
                return false;
            }

            string? sent = Bodies.Rewrite(bytes, BodyKind.Chunked, -1, chunked: true, out string data);
            Assert.Equal(whole.Data, data);
            Assert.NotNull(sent);
            Chunks again = Chunks.Decode(sent);
            Assert.Equal(("End", whole.Data, sent.Length), (again.Outcome, again.Data, again.Consumed));
            Assert.All(again.Trailers.Split('\n'), line => Assert.Contains(line, whole.Trailers.Split('\n')));
            Assert.All(SloppyReader.All, reader => Assert.Equal(("", "", data, ""), reader.Read("\r\nTransfer-Encoding: chunked\r\n\r\n" + sent)));
            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }
}

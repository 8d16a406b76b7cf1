using System.Text;
using Locald.Proxy;
using Locald.Proxy.Http1;
using Locald.Proxy.IO;
using Locald.Proxy.Messages;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

/// <summary>Random chunked bodies and hosts never throw, and mean the same in pieces and after they are written anew.</summary>
public sealed class RandomBodyTests
{
    private static readonly string[] Bodies =
    [
        "5\r\nhello\r\n0\r\n\r\n",
        "5;a=b\r\nhello\r\n10\r\n0123456789abcdef\r\n0;x\r\nA: b\r\nC: d\r\n\r\n",
        "1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n00\r\nServer-Timing: x\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "F ; x = \"y\"\r\n\r\n0\r\n\r\n0\r\n\r\n0\r\n\r\n0\r\n\r\n",
    ];

    private static readonly string[] BodyTokens =
    [
        "\r\n", "\n", "\r", "0\r\n\r\n", "0", "00000000000000", "ffffffff", ";", ";x=\"\n\"", " ", "\t", "+", "-", "0x", "A: b\r\n", " c\r\n",
        "Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n", "Cookie: x\r\n", "\0", "\u00ff",
    ];

    private static readonly string[] Hosts =
    [
        "app.localhost", "app.localhost:8443", "a.b.localhost.", "[::1]:443", "[::ffff:127.0.0.1]", "127.0.0.1", "LOCALHOST.:1", "my_app-2.localhost:",
    ];

    private static readonly string[] HostTokens =
        [".", "..", ":", "::", "[", "]", "@", "%", "%lo", "/", "\\", "-", "_", "0", "65535", "65536", "x", " ", "\0", "\u00fc", ",", "127.1", "0x7f.1"];

    [Fact]
    public void A_chunked_body_means_the_same_in_pieces_and_after_it_is_written_anew()
    {
        int accepted = 0, asked = 0;
        RandomInputs.Run(Bodies, BodyTokens, (bytes, random) =>
        {
            asked++;
            Chunks whole = Chunks.Decode(bytes, () => bytes.Length);
            Assert.Equal(whole, Chunks.Decode(bytes, () => random.Next(1, bytes.Length > 1000 ? 8000 : 24)));
            if (whole.Outcome != "End")
            {
                return;
            }

            accepted++;
            string sent = Rewrite(bytes);
            Chunks again = Chunks.Decode(sent);
            Assert.Equal(("End", whole.Data, sent.Length), (again.Outcome, again.Data, again.Consumed));
            Assert.All(again.Trailers.Split('\n'), line => Assert.Contains(line, whole.Trailers.Split('\n')));
        });
        Assert.InRange(accepted, asked / 10, asked);
    }

    [Fact]
    public void A_host_is_read_within_its_bytes_and_has_no_byte_that_ends_one_elsewhere()
    {
        int accepted = 0, asked = 0;
        RandomInputs.Run(Hosts, HostTokens, (bytes, _) =>
        {
            asked++;
            if (!HostSyntax.TryRead(bytes, out int length))
            {
                return;
            }

            accepted++;
            Assert.InRange(length, 1, bytes.Length);
            Assert.InRange(bytes.Length, 1, Limits.Authority);
            string authority = Heads.Text(bytes), host = authority[..length], port = authority[length..];
            Assert.True(port.Length == 0 || port == ":" || (port[0] == ':' && int.Parse(port[1..]) <= 65535));
            Assert.DoesNotContain(host, c => !char.IsAsciiLetterOrDigit(c) && !".-_[]:".Contains(c));
            Assert.Equal(host[0] == '[', host.Contains(':'));
            Assert.True(HostSyntax.TryRead(Encoding.ASCII.GetBytes(host), out int alone) && alone == length);
            if (HostScope.Covers(Encoding.ASCII.GetBytes(host.ToLowerInvariant()))
                && Uri.TryCreate($"https://{host.TrimEnd('.')}/", UriKind.Absolute, out Uri? url))
            {
                // What another parser makes of the name stays on this machine as well.
                Assert.True(url.IsLoopback || url.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase), url.Host);
            }
        });
        Assert.InRange(accepted, asked / 10, asked);
    }

    private static string Rewrite(byte[] bytes)
    {
        using InputBuffer input = new(new MemoryStream(bytes));
        BodyReader reader = new(input);
        reader.Begin(BodyKind.Chunked, -1);
        return Heads.Written(output =>
        {
            BodyWriter writer = new(output);
            writer.Begin(chunked: true);
            while (!reader.Ended)
            {
                if (reader.Next(out ReadOnlyMemory<byte> data) == BodyStep.NeedMore)
                {
                    Assert.NotEqual(0, input.FillAsync().AsTask().GetAwaiter().GetResult());
                }

                writer.WriteAsync(data).AsTask().GetAwaiter().GetResult();
            }

            writer.EndAsync(reader).AsTask().GetAwaiter().GetResult();
        });
    }
}

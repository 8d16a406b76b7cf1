using System.Text.RegularExpressions;
using Locald.Proxy;
using Locald.Proxy.Http1;
using Locald.Proxy.Messages;

namespace Locald.Tests.Proxy.Messages;

/// <summary>Field sections and where they end.</summary>
[Trait("Inputs", "Random")]
public sealed partial class RandomFieldTests
{
    private static readonly string[] Seeds =
    [
        "Host: app.localhost\r\nAccept: */*\r\nCookie: a=b; c=d\r\n",
        "Content-Length: 5\r\nX: y\r\ncontent-length: 5, 05\r\n",
        "Transfer-Encoding: chunked\r\nTE: trailers\r\nConnection: te, close\r\n",
        "Server-Timing: x;dur=1\r\nX-Sum:\t7 \r\nX:\r\n",
    ];

    private static readonly string[] Tokens =
    [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", " :", ",", "\u000b", "\u007f", "\u00a0", "\u00ff", "Content-Length: 6\r\n", "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Host: x\r\n", "X: y\r\n z\r\n", "chunked", ", 5", "9223372036854775807",
    ];

    [Fact]
    public void A_field_section_is_read_as_the_specification_says()
    {
        FieldSection section = new();
        double accepted = RandomInputs.Run(Seeds, Tokens, (bytes, _) =>
        {
            HeadFault fault = section.Parse(bytes, 0, bytes.Length);
            string[]? lines = NaiveFields.Read(Heads.Text(bytes));
            Assert.True((lines is not null) == (fault == HeadFault.None), fault.ToString());
            if (lines is null)
            {
                return false;
            }

            Assert.Equal(lines, Enumerable.Range(0, section.Count).Select(i => $"{Heads.Text(section[i].Name(bytes))}:{Heads.Text(section[i].Value(bytes))}"));
            string[] lengths = [.. NaiveFields.Values(lines, "content-length").SelectMany(v => v.Split(','))];
            Assert.Equal(lengths.Length == 0 ? -1 : long.Parse(lengths[0].Trim(' ', '\t')), section.ContentLength);
            Assert.Equal(NaiveFields.Values(lines, "transfer-encoding").Any(), section.Chunked);
            return true;
        });
        Assert.InRange(accepted, 0.1, 0.9);
        section.Dispose();
    }

    [Fact]
    public void The_end_of_a_head_is_found_wherever_its_bytes_are_split()
    {
        string[] seeds = [.. Seeds.Select(s => "GET / HTTP/1.1\r\n" + s + "\r\nbody")];
        double accepted = RandomInputs.Run(seeds, [.. Tokens, "\r\n\r\n", "\n\n", "\r\n\n", "\r\r\n"], (bytes, random) =>
        {
            (HeadFault Fault, int Length) expected = End(Heads.Text(bytes));

            // Two pieces at each place, and byte by byte; long inputs at some places.
            for (int split = bytes.Length > 300 ? random.Next(bytes.Length) : 1; split < bytes.Length; split += bytes.Length > 300 ? 5000 : 1)
            {
                HeadScanner scanner = default;
                HeadFault fault = scanner.Find(bytes.AsSpan(0, split), out int length);
                fault = fault == HeadFault.None && length == 0 ? scanner.Find(bytes, out length) : fault;
                Assert.Equal(expected, (fault, length));
            }

            (HeadFault Fault, int Length) found = default;
            HeadScanner single = default;
            for (int there = 1; there <= bytes.Length && found == default; there++)
            {
                found = (single.Find(bytes.AsSpan(0, there), out int end), end);
            }

            Assert.Equal(expected, found);
            return expected.Length > 0;
        });
        Assert.InRange(accepted, 0.1, 0.9);
    }

    /// <summary>The first empty line, or the first thing that is wrong before it.</summary>
    private static (HeadFault Fault, int Length) End(string text)
    {
        Match end = HeadEnd().Match(text), bare = BareLineFeed().Match(text);
        int length = end.Success ? end.Index + end.Length : int.MaxValue, fault = bare.Success ? bare.Index : int.MaxValue;
        return Math.Min(length - 1, fault) >= Limits.Head ? (text.Length >= Limits.Head ? HeadFault.HeadTooLong : HeadFault.None, 0)
            : fault < length ? (HeadFault.BareLineFeed, 0) : (HeadFault.None, length);
    }

    [GeneratedRegex(@"(?<=\r\n)\r\n")]
    private static partial Regex HeadEnd();

    [GeneratedRegex(@"(?<!\r)\n")]
    private static partial Regex BareLineFeed();
}

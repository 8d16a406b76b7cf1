using Locald.Proxy;
using Locald.Proxy.Http1;
using Locald.Proxy.Messages;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

public sealed class HeadScannerTests
{
    private static (HeadFault Fault, int Length) Find(string text)
    {
        HeadScanner scanner = default;
        return (scanner.Find(Heads.Bytes(text), out int length), length);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("GET / HTTP/1.1", 0)]
    [InlineData("GET / HTTP/1.1\r", 0)]
    [InlineData("GET / HTTP/1.1\r\n", 0)]
    [InlineData("GET / HTTP/1.1\r\n\r", 0)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 18)]
    [InlineData("GET / HTTP/1.1\r\n\r\nbody\nmore", 18)]
    [InlineData("\r\n\r\n", 4)]
    [InlineData("\r\nx\r\n\r\n", 7)]
    [InlineData("\r\n", 0)]
    [InlineData("a\r\r\n\r\n", 6)]
    public void A_head_ends_with_its_first_empty_line(string text, int length) => Assert.Equal((HeadFault.None, length), Find(text));

    [Theory]
    [InlineData("\n")]
    [InlineData("GET / HTTP/1.1\n")]
    [InlineData("GET / HTTP/1.1\r\n\n")]
    [InlineData("GET / HTTP/1.1\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nX: a\n\n")]
    public void A_line_feed_alone_is_told_at_once(string text) => Assert.Equal((HeadFault.BareLineFeed, 0), Find(text));

    [Fact]
    public void Fed_byte_by_byte_the_end_is_found_at_the_same_place()
    {
        byte[] bytes = Heads.Bytes(Heads.Get("X: y") + "body\r\n\r\n");
        int whole = Find(Heads.Text(bytes)).Length;
        HeadScanner scanner = default;
        for (int n = 0; n < whole; n++)
        {
            Assert.Equal(HeadFault.None, scanner.Find(bytes.AsSpan(0, n), out int none));
            Assert.Equal(0, none);
        }

        Assert.Equal(HeadFault.None, scanner.Find(bytes.AsSpan(0, whole), out int length));
        Assert.Equal(whole, length);
    }

    [Fact]
    public void A_head_of_32_KiB_is_found_and_one_byte_more_is_too_long()
    {
        string start = "GET / HTTP/1.1\r\nX: ";
        string fits = start + new string('a', Limits.Head - start.Length - 4) + "\r\n\r\n";
        Assert.Equal((HeadFault.None, Limits.Head), Find(fits));
        Assert.Equal((HeadFault.None, Limits.Head), Find(fits + new string('b', 100_000)));
        Assert.Equal((HeadFault.HeadTooLong, 0), Find(fits.Replace("\r\n\r\n", "a\r\n\r\n")));
        Assert.Equal(431, HeadFault.HeadTooLong.Status());
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("a")]
    public void What_follows_behind_the_bound_does_not_change_the_fault(string behind)
    {
        string text = new string('a', Limits.Head) + behind;
        Assert.Equal((HeadFault.HeadTooLong, 0), Find(text));
        Assert.Equal((HeadFault.HeadTooLong, 0), Find(text[..Limits.Head]));
        Assert.Equal((HeadFault.None, 0), Find(text[..(Limits.Head - 1)]));
    }
}

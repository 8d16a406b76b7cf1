using Locald.Proxy.Listening;

namespace Locald.Tests.Proxy.Listening;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:8443", "127.0.0.1:8443", true)]
    [InlineData("[::1]:443", "[::1]:443", true)]
    [InlineData("8443", "localhost:8443", true)]
    [InlineData(":8443", "localhost:8443", true)]
    [InlineData("localhost:0", "localhost:0", true)]
    [InlineData("0.0.0.0:443", "0.0.0.0:443", false)]
    [InlineData("[::]:443", "[::]:443", false)]
    [InlineData("192.168.1.5:65535", "192.168.1.5:65535", false)]
    [InlineData("[::ffff:127.0.0.1]:443", "127.0.0.1:443", true)]
    [InlineData("127.1.2.3:1", "127.1.2.3:1", true)]
    public void An_address_is_read_and_known_as_loopback_or_not(string text, string meant, bool loopback)
    {
        ListenAddress address = ListenAddress.Parse(text);
        Assert.Equal(meant, address.ToString());
        Assert.Equal(loopback, address.IsLoopback);
    }

    [Theory]
    [InlineData("", "'': expected ADDR:PORT, as 127.0.0.1:8443, or a port")]
    [InlineData("app", "'app': expected ADDR:PORT, as 127.0.0.1:8443, or a port")]
    [InlineData("127.0.0.1", "'127.0.0.1': a port is missing, as in 127.0.0.1:8443")]
    [InlineData("[::1]", "'[::1]': a port is missing, as in [::1]:8443")]
    [InlineData("::1:443", "'::1:443': an IPv6 address is written in brackets, as [::1]:8443")]
    [InlineData("127.0.0.1:", "'127.0.0.1:': expected ADDR:PORT, as 127.0.0.1:8443, or a port")]
    [InlineData("127.0.0.1:http", "'127.0.0.1:http': expected ADDR:PORT, as 127.0.0.1:8443, or a port")]
    [InlineData("127.0.0.1:-1", "'127.0.0.1:-1': expected ADDR:PORT, as 127.0.0.1:8443, or a port")]
    [InlineData("127.0.0.1:65536", "'127.0.0.1:65536': a port is at most 65535")]
    [InlineData("99999999999", "'99999999999': a port is at most 65535")]
    [InlineData("127.1:443", "'127.1:443': '127.1' is not an IP address; a name is not looked up here")]
    [InlineData("example.com:443", "'example.com:443': 'example.com' is not an IP address; a name is not looked up here")]
    [InlineData("[127.0.0.1]:443", "'[127.0.0.1]:443': '127.0.0.1' is not an IPv6 address")]
    [InlineData("*:443", "'*:443': every address is written 0.0.0.0 (IPv4) or [::] (IPv6)")]
    public void What_is_no_address_is_refused_with_what_was_expected(string text, string why)
    {
        ListenException refused = Assert.Throws<ListenException>(() => ListenAddress.Parse(text));
        Assert.Equal(ListenFault.BadAddress, refused.Fault);
        Assert.Equal(why, refused.Message);
    }
}

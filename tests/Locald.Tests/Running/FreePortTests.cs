using System.Net;
using System.Net.Sockets;
using Locald.Running;

namespace Locald.Tests.Running;

public sealed class FreePortTests
{
    [Fact]
    public void A_name_gets_the_same_port_again() => Assert.Equal(FreePort.For("shop.localhost"), FreePort.For("shop.localhost"));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    public void A_port_that_something_listens_on_is_passed_over(string address)
    {
        string name = $"taken-{address}";
        int port = FreePort.For(name);
        using TcpListener listener = new(IPAddress.Parse(address), port);
        listener.Start();
        int other = FreePort.For(name);
        Assert.NotEqual(port, other);
        Assert.InRange(other, 20_000, 23_999);
    }
}

using System.Net;
using System.Net.Sockets;
using Locald.Running;

namespace Locald.Tests.Running;

public sealed class PortClaimTests
{
    private static int PortOf(string name)
    {
        using PortClaim claim = PortClaim.For(name);
        return claim.Port;
    }

    [Fact]
    public void A_name_gets_the_same_port_again_and_another_one_beside_it()
    {
        string name = Guid.NewGuid().ToString();
        using PortClaim first = PortClaim.For(name);
        int beside = PortOf(name);
        Assert.NotEqual(first.Port, beside);
        Assert.InRange(beside, 20_000, 23_999);
        first.Dispose();
        Assert.Equal(first.Port, PortOf(name));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    public void A_port_that_something_listens_on_is_passed_over(string address)
    {
        string name = Guid.NewGuid().ToString();
        int port = PortOf(name);
        using TcpListener listener = new(IPAddress.Parse(address), port);
        listener.Start();
        Assert.NotEqual(port, PortOf(name));
    }
}

using System.Net;
using System.Net.Sockets;
using Locald.Proxy.Listening;

namespace Locald.Tests.Proxy.Listening;

public sealed class PortOwnersTests
{
    private static PortOwner Owner(int port, int user = 1000, int? pid = 1, string address = "127.0.0.1") =>
        new(IPAddress.Parse(address), port, user, pid, pid is null ? null : "app");

    private static int[] Nearest(int port, params PortOwner[] all) =>
        [.. PortOwners.Nearest(all, port, 5, ownProcess: 99, ownUser: 1000).Select(o => o.Port)];

    [Fact]
    public void The_nearest_ports_of_this_user_come_first() =>
        Assert.Equal([3001, 5173, 8080, 3002], Nearest(3000, Owner(3002, user: 0), Owner(8080), Owner(5173), Owner(3001)));

    [Fact]
    public void What_loopback_does_not_reach_or_is_no_app_is_left_out() =>
        Assert.Equal([4000, 4001], Nearest(3000, Owner(5432), Owner(22), Owner(3000), Owner(40_000), Owner(8443, pid: 99), Owner(9000, address: "192.0.2.1"),
            Owner(4000, address: "0.0.0.0"), Owner(4001, address: "::"), Owner(4000, address: "::1")));

    [Fact]
    public void No_more_than_asked_for() =>
        Assert.Equal(2, PortOwners.Nearest([Owner(2001), Owner(2002), Owner(2003)], 3000, 2, 0, null).Count);

    [Fact]
    public void A_socket_of_this_process_is_found()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        IReadOnlyList<PortOwner> all = OperatingSystem.IsLinux() ? ProcFolder.System.Listeners() : PortOwners.On(port);
        PortOwner owner = Assert.Single(all, o => o.Port == port);
        Assert.Equal(IPAddress.Loopback, owner.Address);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(Environment.ProcessId, owner.ProcessId);
            Assert.Contains(owner.ProcessId.ToString()!, owner.Holder);
            Assert.Equal(ProcFolder.System.CurrentUser(), owner.UserId);
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Locald.Proxy.Listening;

namespace Locald.Tests.Proxy.Listening;

public sealed class ListenersTests
{
    private static readonly ListenAddress AnyPort = new(null, 0);

    [Fact]
    public void A_port_alone_is_served_on_both_loopback_addresses()
    {
        using Listeners listeners = Open([AnyPort]);
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], listeners.Https.Select(s => EndPoint(s).Address));
        Assert.All(listeners.Https, s => Assert.Equal(listeners.HttpsPort, EndPoint(s).Port));
        Assert.NotEqual(0, listeners.HttpsPort);
        Assert.Empty(listeners.Http);
        Assert.Empty(listeners.Notes);
    }

    [Fact(Timeout = 10_000)]
    public async Task Every_socket_accepts_connections_at_once()
    {
        using Listeners listeners = Open([AnyPort]);
        foreach (Socket listener in listeners.Https)
        {
            using Socket client = new(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void An_address_is_exact()
    {
        using Listeners listeners = Open([new(IPAddress.Parse("127.0.0.2"), 0)]);
        Assert.Equal("127.0.0.2", EndPoint(Assert.Single(listeners.Https)).Address.ToString());
    }

    [Fact]
    public void Asked_for_twice_is_opened_once()
    {
        int port = FreePort();
        using Listeners listeners = Open([new(IPAddress.Loopback, port), new(null, port), new(IPAddress.IPv6Loopback, port)]);
        Assert.Equal(2, listeners.Https.Count);
    }

    [Fact]
    public void Plain_HTTP_has_a_port_of_its_own()
    {
        using Listeners listeners = Listeners.Open(new() { Https = [AnyPort], Http = [AnyPort] });
        Assert.Equal(2, listeners.Http.Count);
        Assert.NotEqual(listeners.HttpsPort, EndPoint(listeners.Http[0]).Port);
    }

    [Fact]
    public void One_port_for_HTTPS_and_HTTP_is_refused()
    {
        ListenAddress both = new(null, FreePort());
        ListenException refused = Assert.Throws<ListenException>(() => Listeners.Open(new() { Https = [both], Http = [both] }));
        Assert.Equal(ListenFault.BadAddress, refused.Fault);
        Assert.Equal($"'127.0.0.1:{both.Port}': it is asked for as HTTPS and as HTTP", refused.Message);
    }

    [Fact]
    public void A_port_that_another_holds_is_in_use_and_nothing_stays_open()
    {
        int port = FreePort();
        using Socket other = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.IPv6Loopback, port));
        other.Listen();
        ListenException refused = Assert.Throws<ListenException>(() => Open([new(null, port)]));
        Assert.Equal(ListenFault.InUse, refused.Fault);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, port), refused.EndPoint);
        using Listeners four = Open([new(IPAddress.Loopback, port)]);
        Assert.Equal(port, four.HttpsPort);
    }

    [Fact]
    public void A_port_that_another_holds_on_every_address_is_in_use_too()
    {
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Any, 0));
        other.Listen();
        Assert.Equal(ListenFault.InUse, Assert.Throws<ListenException>(() => Open([new(null, EndPoint(other).Port)])).Fault);
    }

    [Fact]
    public void An_address_of_another_machine_is_told_apart()
    {
        ListenException refused = Assert.Throws<ListenException>(() => Open([new(IPAddress.Parse("192.0.2.1"), 0)]));
        Assert.Equal(ListenFault.NotLocal, refused.Fault);
        Assert.Equal("192.0.2.1 is not an address of this machine", refused.Message);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_restart_gets_its_port_back_at_once()
    {
        Listeners first = Open([AnyPort]);
        int port = first.HttpsPort;
        using (Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await client.ConnectAsync(first.Https[0].LocalEndPoint!, TestContext.Current.CancellationToken);
            using Socket accepted = await first.Https[0].AcceptAsync(TestContext.Current.CancellationToken);

            // The side that closes first is left in TIME_WAIT with the port.
            accepted.Shutdown(SocketShutdown.Both);
            accepted.Close();
            Assert.Equal(0, await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        }

        first.Dispose();
        using Listeners second = Open([new(null, port)]);
        Assert.Equal(port, second.HttpsPort);
    }

    [Fact]
    public void Sockets_handed_to_another_process_are_not_taken()
    {
        Dictionary<string, string> variables = new() { ["LISTEN_PID"] = "1", ["LISTEN_FDS"] = "1" };
        Assert.Null(SocketActivation.Take(variables.GetValueOrDefault));
        Assert.Null(SocketActivation.Take(_ => null));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0")]
    [InlineData("65")]
    public void A_senseless_number_of_sockets_is_refused(string count)
    {
        Dictionary<string, string> variables = new() { ["LISTEN_PID"] = $"{Environment.ProcessId}", ["LISTEN_FDS"] = count };
        if (OperatingSystem.IsLinux())
        {
            ListenException refused = Assert.Throws<ListenException>(() => SocketActivation.Take(variables.GetValueOrDefault));
            Assert.Equal(ListenFault.BadActivation, refused.Fault);
        }
    }

    private static Listeners Open(ListenAddress[] https) => Listeners.Open(new() { Https = https, HttpOff = true });

    private static IPEndPoint EndPoint(Socket socket) => (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>Free on both loopback addresses, and below the ports that the kernel gives to other tests' connections.</summary>
    private static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(10_000, 30_000);
            try
            {
                using Listeners probe = Open([new(null, port)]);
                return port;
            }
            catch (ListenException)
            {
                // Somebody has it: another one.
            }
        }
    }
}

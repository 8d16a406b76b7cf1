using System.Net;
using System.Net.Sockets;
using Locald.Proxy.Routing;
using Locald.Serving;

namespace Locald.Tests.Serving;

public sealed class UpstreamReadinessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("locald-wait-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 10_000)]
    public async Task A_target_that_listens_is_ready_on_either_family_and_a_folder_always()
    {
        using Socket six = Listen(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        using Socket unix = Listen(new UnixDomainSocketEndPoint(Path.Combine(_folder, "s")));
        Route[] routes =
        [
            Read($"six={((IPEndPoint)six.LocalEndPoint!).Port}"), Read($"unix=unix:{_folder}/s"), Read($"folder={_folder}"),
        ];
        Assert.Empty(await UpstreamReadiness.WaitAsync(routes, TimeSpan.FromSeconds(9), TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_target_that_begins_to_listen_is_noticed()
    {
        string path = Path.Combine(_folder, "late");
        Task<IReadOnlyList<Route>> waiting = UpstreamReadiness.WaitAsync(
            [Read($"late=unix:{path}")], TimeSpan.FromSeconds(9), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        using Socket late = Listen(new UnixDomainSocketEndPoint(path));
        Assert.Empty(await waiting);
    }

    [Fact(Timeout = 10_000)]
    public async Task When_time_is_up_the_routes_that_are_not_ready_are_named()
    {
        using Socket ready = Listen(new IPEndPoint(IPAddress.Loopback, 0));
        Route[] routes = [Read($"ready={((IPEndPoint)ready.LocalEndPoint!).Port}"), Read($"down=unix:{_folder}/none")];
        IReadOnlyList<Route> missing = await UpstreamReadiness.WaitAsync(
            routes, TimeSpan.FromMilliseconds(120), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("down.localhost", Assert.Single(missing).Name.ToString());
    }

    [Fact(Timeout = 10_000)]
    public async Task Told_to_stop_it_stops()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task waiting = UpstreamReadiness.WaitAsync([Read($"down=unix:{_folder}/none")], TimeSpan.FromHours(1), TimeProvider.System, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static Route Read(string text) => Route.Parse(text, "/");

    private static Socket Listen(EndPoint endPoint)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream,
            endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        socket.Bind(endPoint);
        socket.Listen();
        return socket;
    }
}

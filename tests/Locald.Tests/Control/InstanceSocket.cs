using System.Net.Sockets;
using System.Text;
using Locald.Control;
using Locald.Proxy.Logging;
using Locald.Proxy.Routing;
using Locald.Serving;

namespace Locald.Tests.Control;

/// <summary>An instance that serves nothing, and answers at a socket of its own.</summary>
internal sealed class InstanceSocket : IAsyncDisposable
{
    private readonly string _folder;
    private readonly ControlServer _server;

    private InstanceSocket(string folder, ControlServer server, Instance instance, LiveRoutes routes, RequestFeed feed)
    {
        (_folder, _server, Instance, Routes, Feed) = (folder, server, instance, routes, feed);
        Session = new()
        {
            Terminal = new(TextWriter.Null, TextWriter.Null, false, false),
            Variable = name => name == "LOCALD_HOME" ? folder : null,
        };
    }

    internal Instance Instance { get; }

    internal LiveRoutes Routes { get; }

    internal RequestFeed Feed { get; }

    /// <summary>Of the user whose instance it is.</summary>
    internal Session Session { get; }

    internal string Path => System.IO.Path.Combine(_folder, "run", "control.sock");

    internal static async Task<InstanceSocket> StartAsync(CancellationToken stop)
    {
        string folder = Directory.CreateTempSubdirectory("locald-instance-").FullName;
        LiveRoutes routes = new(RouteTable.Create([Route.Parse("app=3000", "/")]), _ => { }, TimeProvider.System);
        RequestFeed feed = new(() => Environment.TickCount64);
        Instance instance = new(new(4242, "1.2.3", DateTimeOffset.UnixEpoch, [], []), routes, feed, 8443, "/");
        (ControlServer? server, string? why) = await ControlServer.StartAsync(
            System.IO.Path.Combine(folder, "run", "control.sock"), null, instance.Answer, stop);
        Assert.Null(why);
        return new(folder, server!, instance, routes, feed);
    }

    /// <summary>A connection that has said nothing yet.</summary>
    internal async Task<NetworkStream> ConnectAsync()
    {
        while (true)
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), TestContext.Current.CancellationToken);
                return new(socket, ownsSocket: true);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                // As many wait to be accepted as the system lets.
                socket.Dispose();
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Sends these bytes; what came back, up to the end.</summary>
    internal async Task<string> SayAsync(ReadOnlyMemory<byte> bytes)
    {
        await using NetworkStream peer = await ConnectAsync();
        try
        {
            await peer.WriteAsync(bytes, TestContext.Current.CancellationToken);
            peer.Socket.Shutdown(SocketShutdown.Send);
            return await new StreamReader(peer, Encoding.UTF8).ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            return "";
        }
    }

    /// <summary>Another command is answered as if nothing were.</summary>
    internal async Task AssertAnswersAsync() =>
        Assert.Equal(4242, (await RunningInstance.Ask(Session, TestContext.Current.CancellationToken))?.Pid);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Routes.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

using System.Net.Sockets;
using System.Text;
using Locald.Control;
using Locald.Proxy.Logging;
using Locald.Proxy.Routing;
using Locald.Serving;

namespace Locald.Tests.Control;

public sealed class ControlTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("locald-control-").FullName;
    private readonly LiveRoutes _routes = new(RouteTable.Create([Route.Parse("app=3000", "/")]), _ => { }, TimeProvider.System);
    private readonly RequestFeed _feed = new(() => Environment.TickCount64);

    private string Socket => Path.Combine(_folder, "run", "control.sock");

    public void Dispose()
    {
        _routes.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_running_instance_tells_its_status()
    {
        await using ControlServer server = await StartAsync(TestContext.Current.CancellationToken);
        InstanceStatus? status = await RunningInstance.Ask(Socket, TestContext.Current.CancellationToken);
        Assert.NotNull(status);
        Assert.Equal((4242, "1.2.3"), (status.Pid, status.Version));
        Assert.Equal(Status().Since, status.Since);
        Assert.Equal(Status().Listens, status.Listens);
        Assert.Equal([new("https://app.localhost:8443", "localhost:3000") { Name = "app.localhost" }], status.Routes);
    }

    [Fact(Timeout = 10_000)]
    public async Task It_is_found_in_the_state_folder_that_LOCALD_HOME_names()
    {
        await using ControlServer server = await StartAsync(TestContext.Current.CancellationToken);
        Session session = new()
        {
            Terminal = new(TextWriter.Null, TextWriter.Null, false, false),
            Variable = name => name == "LOCALD_HOME" ? _folder : null,
        };
        Assert.Equal(Socket, Assert.Single(ControlPath.Candidates(session)));
        Assert.Equal(4242, (await RunningInstance.Ask(session, TestContext.Current.CancellationToken))?.Pid);
    }

    [Fact(Timeout = 10_000)]
    public async Task Where_none_runs_there_is_none() => Assert.Null(await RunningInstance.Ask(Socket, TestContext.Current.CancellationToken));

    [Fact(Timeout = 10_000)]
    public async Task After_it_stopped_nothing_is_left_to_ask()
    {
        await (await StartAsync(TestContext.Current.CancellationToken)).DisposeAsync();
        Assert.False(File.Exists(Socket));
        Assert.Null(await RunningInstance.Ask(Socket, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_socket_that_a_killed_instance_left_is_no_instance_and_is_replaced()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Socket)!);
        // A plain file is refused as a dead socket is; the runtime would remove a socket of its own when it closes it.
        await File.WriteAllTextAsync(Socket, "", TestContext.Current.CancellationToken);
        Assert.Null(await RunningInstance.Ask(Socket, TestContext.Current.CancellationToken));
        await using ControlServer server = await StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(4242, (await RunningInstance.Ask(Socket, TestContext.Current.CancellationToken))?.Pid);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_second_instance_leaves_the_first_one_its_socket_and_says_whose_it_is()
    {
        await using ControlServer first = await StartAsync(TestContext.Current.CancellationToken);
        (ControlServer? second, string? why) = await ControlServer.StartAsync(Socket, null, _ => ControlMessage.Reply(Status() with { Pid = 7 }), TestContext.Current.CancellationToken);
        Assert.Null(second);
        Assert.Equal("they already ask the instance with process id 4242", why);
        Assert.Equal(4242, (await RunningInstance.Ask(Socket, TestContext.Current.CancellationToken))?.Pid);
    }

    [Fact(Timeout = 10_000)]
    public async Task The_socket_is_for_its_user_alone()
    {
        await using ControlServer server = await StartAsync(TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal("rwx------", Mode(Path.GetDirectoryName(Socket)!));
            Assert.Equal("rw-------", Mode(Socket));
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task A_path_that_no_socket_can_have_is_said_to_be_too_long()
    {
        string path = Path.Combine(_folder, new string('x', 120), "control.sock");
        (ControlServer? server, string? why) = await ControlServer.StartAsync(path, null, Answer, TestContext.Current.CancellationToken);
        Assert.Null(server);
        Assert.StartsWith("the path of its socket is too long", why);
        Assert.Null(await RunningInstance.Ask(path, TestContext.Current.CancellationToken));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("""{"v":1,"verb":"dance"}""", "unknown verb 'dance'")]
    [InlineData("""{"v":9,"verb":"status"}""", "this instance speaks version 1")]
    [InlineData("""{"v":1}""", "a verb is missing")]
    [InlineData("""[1]""", "expected an object")]
    [InlineData("GET / HTTP/1.1", "")]
    [InlineData("", "")]
    public async Task A_request_it_does_not_understand_is_refused_and_the_next_one_answered(string request, string why)
    {
        await using ControlServer server = await StartAsync(TestContext.Current.CancellationToken);
        string reply = await ExchangeAsync(Encoding.UTF8.GetBytes(request + "\n"), TestContext.Current.CancellationToken);
        Assert.Contains("\"ok\":false", reply);
        Assert.Contains(why.Replace("'", "\\u0027"), reply);
        Assert.Equal(4242, (await RunningInstance.Ask(Socket, TestContext.Current.CancellationToken))?.Pid);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_request_without_an_end_is_cut_off()
    {
        await using ControlServer server = await StartAsync(TestContext.Current.CancellationToken);
        string reply = await ExchangeAsync(Enumerable.Repeat((byte)' ', ControlMessage.LongestRequest + 2).ToArray(), TestContext.Current.CancellationToken);
        Assert.Contains("the request is too long", reply);
    }

    [Fact(Timeout = 10_000)]
    public async Task Silent_peers_do_not_keep_it_from_stopping()
    {
        ControlServer server = await StartAsync(TestContext.Current.CancellationToken);
        List<System.Net.Sockets.Socket> silent = [];
        for (int i = 0; i < 20; i++)
        {
            System.Net.Sockets.Socket peer = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            silent.Add(peer);
            // Eight are served, as many wait in the queue; the system may refuse the rest.
            await Task.WhenAny(peer.ConnectAsync(new UnixDomainSocketEndPoint(Socket), TestContext.Current.CancellationToken).AsTask(), Task.Delay(50, TestContext.Current.CancellationToken));
        }

        await server.DisposeAsync();
        silent.ForEach(s => s.Dispose());
    }

    [Theory(Timeout = 10_000)]
    [InlineData("hello\n", "SOCKET: its answer is not understood")]
    [InlineData("{\"v\":2,\"ok\":false,\"error\":\"this instance speaks version 2\"}\n", "it is of another version: it speaks protocol 2, and this locald 1")]
    public async Task An_answer_that_is_none_is_an_error_with_a_next_step(string answer, string why)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Socket)!);
        using System.Net.Sockets.Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Socket));
        listener.Listen();
        Task<InstanceStatus?> asking = RunningInstance.Ask(Socket, TestContext.Current.CancellationToken);
        using (System.Net.Sockets.Socket peer = await listener.AcceptAsync(TestContext.Current.CancellationToken))
        {
            await peer.SendAsync(Encoding.UTF8.GetBytes(answer), TestContext.Current.CancellationToken);
            UserError error = await Assert.ThrowsAsync<UserError>(() => asking);
            Assert.StartsWith($"asking the running instance failed: {why.Replace("SOCKET", Socket)}", error.Message);
            Assert.Equal(["locald doctor"], error.Hints);
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task Told_to_stop_it_says_what_it_served_and_changes_no_route_from_then_on()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        TaskCompletionSource stopped = new();
        instance.Instance.Stop = stopped.SetResult;
        InstanceStatus? last = await RunningInstance.StopAsync(instance.Session, TestContext.Current.CancellationToken);
        Assert.Equal("app.localhost", Assert.Single(last!.Routes).Name);
        await stopped.Task;
        UserError error = await Assert.ThrowsAsync<UserError>(() => RunningInstance.RemoveAsync(instance.Session, RouteName.Parse("app"), null, TestContext.Current.CancellationToken));
        Assert.Contains("the running instance is about to end", error.Message);
    }

    [Fact(Timeout = 10_000)]
    public async Task One_that_serves_for_a_command_is_not_stopped_without_it()
    {
        await using InstanceSocket instance = await InstanceSocket.StartAsync(TestContext.Current.CancellationToken);
        UserError error = await Assert.ThrowsAsync<UserError>(() => RunningInstance.StopAsync(instance.Session, TestContext.Current.CancellationToken));
        Assert.Contains("it serves for 'locald run', and ends with the command that runs there", error.Message);
    }

    private static InstanceStatus Status() => new(4242, "1.2.3", new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        ["https://127.0.0.1:8443", "https://[::1]:8443"], []);

    private ControlAnswer Answer(ControlRequest request) => new Instance(Status(), _routes, _feed, 8443, "/").Answer(request);

    private static string Mode(string path)
    {
        int mode = OperatingSystem.IsWindows() ? 0 : (int)File.GetUnixFileMode(path);
        return string.Concat("rwxrwxrwx".Select((c, i) => (mode & (0x100 >> i)) != 0 ? c : '-'));
    }

    private async Task<ControlServer> StartAsync(CancellationToken stop)
    {
        (ControlServer? server, string? why) = await ControlServer.StartAsync(Socket, null, Answer, stop);
        Assert.Null(why);
        return server!;
    }

    private async Task<string> ExchangeAsync(byte[] request, CancellationToken stop)
    {
        using System.Net.Sockets.Socket peer = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await peer.ConnectAsync(new UnixDomainSocketEndPoint(Socket), stop);
        await using NetworkStream stream = new(peer);
        await stream.WriteAsync(request, stop);
        return await new StreamReader(stream).ReadToEndAsync(stop);
    }
}

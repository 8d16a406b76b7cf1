using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Control;

/// <summary>Routes that come and go while an instance serves.</summary>
public sealed class LiveRouteTests
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task No_request_fails_while_two_hundred_routes_a_second_come_and_go()
    {
        await using Upstream upstream = Upstream.Saying("hello");
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        Task<ProcessResult> loading = sandbox.RunAsync(
            "h2load", ["-D", "4", "-c", "4", "-m", "16", $"--connect-to=127.0.0.1:{locald.Port}", locald.Url("app.localhost")]);
        int changes = 0;
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(10));
        while (!loading.IsCompleted && await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            await Task.WhenAll(ComeAndGoAsync($"n{changes}"), ComeAndGoAsync($"m{changes}"));
            changes += 4;
        }

        ProcessResult load = (await loading).ShouldExit(0);
        Match requests = Regex.Match(load.Out, @"requests: (\d+) total, .* (\d+) succeeded, (\d+) failed, (\d+) errored");
        Assert.True(requests.Success, load.Out);
        TestContext.Current.TestOutputHelper?.WriteLine($"{changes} changes, {requests.Value}");
        Assert.Equal(("0", "0"), (requests.Groups[3].Value, requests.Groups[4].Value));
        Assert.DoesNotMatch("status codes: .* [1-9][0-9]* [45]xx", load.Out);
        Assert.NotEqual("0", requests.Groups[2].Value);
        Assert.True(changes > 200, $"{changes} changes");

        async Task ComeAndGoAsync(string name)
        {
            Assert.Contains("\"outcome\":\"added\"", await ControlSocket.AskAsync(sandbox,
                $$"""{"v":1,"verb":"add","name":"{{name}}","target":"{{upstream.Port}}","keep":true}"""));
            Assert.Contains("\"outcome\":\"removed\"", await ControlSocket.AskAsync(sandbox, $$"""{"v":1,"verb":"remove","name":"{{name}}"}"""));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_WebSocket_and_a_download_go_on_while_their_own_route_changes_and_goes()
    {
        TaskCompletionSource changed = new();
        await using Upstream upstream = Upstream.Start(async exchange =>
        {
            if (exchange.Field("Upgrade") is not null)
            {
                await WebSocketEcho.ServeAsync(exchange);
                return;
            }

            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            await changed.Task;
            await exchange.WriteAsync("world");
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        using HttpClient http = TrustingClient.Http(sandbox);
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new($"wss://app.localhost:{locald.Port}/"), http, TestContext.Current.CancellationToken);
        using HttpResponseMessage download = await http.GetAsync(locald.Url("app.localhost"), HttpCompletionOption.ResponseHeadersRead, Stop);
        string[][] lines = [["add", "web=1"], ["add", "web=2"], ["remove", "web"], ["add", "app=1", "--force"], ["remove", "app"], ["remove", "app"]];
        foreach (string[] line in lines)
        {
            (await sandbox.LocaldAsync(line)).ShouldExit(0);
            await socket.SendAsync(Encoding.UTF8.GetBytes(line[1]), WebSocketMessageType.Text, endOfMessage: true, Stop);
            byte[] echo = new byte[100];
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(echo.AsMemory(), Stop);
            Assert.Equal(line[1], Encoding.UTF8.GetString(echo, 0, part.Count));
        }

        changed.SetResult();
        Assert.Equal("helloworld", await download.Content.ReadAsStringAsync(Stop));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(locald.Url("app.localhost"), Stop)).StatusCode);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_is_the_first_ones_that_claims_it_and_goes_when_that_is_killed()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("app=3000");
        await using ChildProcess first = sandbox.Start("sh", ["-c", $"{LocaldBinary.Path} add web=5000; echo added; exec sleep 600"]);
        await first.UntilAsync(() => first.Out.Contains("added"), "the first claim", Sandbox.Limit);
        ProcessResult second = (await sandbox.ShellAsync($"{LocaldBinary.Path} add web=5001; exit $?")).ShouldExit(1);
        Assert.Matches($@"^locald: adding web\.localhost failed: it is held by pid {first.Id} \(sh -c .+\)\n  try: locald add web=5001 --force\n$", second.Error);

        first.Signal(Posix.SigKill);
        await first.EndAsync(Sandbox.Limit);
        await UntilServedAsync(sandbox, "web.localhost", served: false);

        // The script that takes it ends at once, and its route with it.
        ProcessResult forced = (await sandbox.ShellAsync($"{LocaldBinary.Path} add web=5001 && {LocaldBinary.Path} list; exit $?")).ShouldExit(0);
        Assert.Contains($"https://web.localhost:{locald.Port}  localhost:5001  pid ", forced.Out);
        await UntilServedAsync(sandbox, "web.localhost", served: false);
    }

    [Fact(Timeout = Limit)]
    public async Task A_killed_instance_is_noticed_and_the_next_one_takes_its_socket()
    {
        await using Sandbox sandbox = new();
        await using (RunningLocald locald = await sandbox.ServeAsync("app=3000"))
        {
            (await sandbox.LocaldAsync("add", "web=5000", "--keep")).ShouldExit(0);
            locald.Process.Signal(Posix.SigKill);
            await locald.Process.EndAsync(Sandbox.Limit);
        }

        Assert.True(File.Exists(ControlSocket.Of(sandbox)));
        Assert.Equal("locald: list failed: no instance is running\n  try: locald serve app=3000\n", (await sandbox.LocaldAsync("list")).ShouldExit(1).Error);
        (await sandbox.LocaldAsync("add", "web=5000", "--keep")).ShouldExit(1);
        Assert.Equal("already: no instance is running\n", (await sandbox.LocaldAsync("stop")).ShouldExit(0).Out);

        await using RunningLocald next = await sandbox.ServeAsync("app=3000");
        (await sandbox.LocaldAsync("add", "web=5000", "--keep")).ShouldExit(0);
        using JsonDocument list = JsonDocument.Parse((await sandbox.LocaldAsync("list", "--json")).ShouldExit(0).Out);
        Assert.Equal([next.Url("app.localhost"), next.Url("web.localhost")],
            list.RootElement.GetProperty("routes").EnumerateArray().Select(r => r.GetProperty("url").GetString()!));
    }

    private static async Task UntilServedAsync(Sandbox sandbox, string name, bool served)
    {
        while ((await ControlSocket.AskAsync(sandbox, """{"v":1,"verb":"status"}""")).Contains($"\"{name}\"") != served)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}

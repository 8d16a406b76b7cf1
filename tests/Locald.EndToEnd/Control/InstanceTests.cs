using System.Text.Json;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Control;

/// <summary>The running instance is stopped, followed and replaced.</summary>
public sealed class InstanceTests
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Stop_lets_a_download_come_to_its_end_and_a_second_one_says_already()
    {
        TaskCompletionSource go = new();
        await using Upstream upstream = HalfUntil(go.Task);
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        using HttpClient http = TrustingClient.Http(sandbox);
        using HttpResponseMessage download = await http.GetAsync(locald.Url("app.localhost"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Task<ProcessResult> stopping = sandbox.LocaldAsync("stop");
        await locald.Process.UntilAsync(() => !File.Exists(locald.ReadyFile), "the end of being ready", Sandbox.Limit);
        go.SetResult();
        Assert.Equal("helloworld", await download.Content.ReadAsStringAsync(Stop));
        Assert.StartsWith($"stopped: pid {locald.Process.Id}, version ", (await stopping).ShouldExit(0).Out);
        (await locald.Process.EndAsync(Sandbox.Limit)).ShouldExit(0);

        using JsonDocument again = JsonDocument.Parse((await sandbox.LocaldAsync("stop", "--json")).ShouldExit(0).Out);
        Assert.Equal("already", again.RootElement.GetProperty("outcome").GetString());
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_instance_takes_the_place_of_the_old_one_with_its_port_and_every_route()
    {
        TaskCompletionSource go = new();
        await using Upstream upstream = HalfUntil(go.Task);
        await using Sandbox sandbox = new();
        await using RunningLocald old = await sandbox.ServeAsync($"app={upstream.Port}");
        await using ChildProcess holder = sandbox.Start("sh", ["-c", $"{LocaldBinary.Path} add held=5000; echo added; exec sleep 600"]);
        await holder.UntilAsync(() => holder.Out.Contains("added: "), "the route", Sandbox.Limit);
        (await sandbox.LocaldAsync("add", "kept=5001", "--keep")).ShouldExit(0);
        string folder = Directory.CreateDirectory(sandbox.At("site")).FullName;
        (await sandbox.LocaldAsync("add", $"gone={folder}", "--keep")).ShouldExit(0);
        Directory.Delete(folder);
        using HttpClient http = TrustingClient.Http(sandbox);
        using HttpResponseMessage download = await http.GetAsync(old.Url("app.localhost"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        string ready = sandbox.At("ready-new");
        await using ChildProcess next = sandbox.Start(LocaldBinary.Path, ["serve", "more=5002", "--replace", "--ready-file", ready]);
        await next.UntilAsync(() => File.Exists(ready), "the new instance", Sandbox.Limit);

        Assert.Contains($"locald: gone.localhost is not taken over: '{folder}' is not a target: there is no folder {folder}\n", next.Error);

        // The old one still finishes what it began.
        Assert.False(old.Process.HasExited);
        using JsonDocument list = JsonDocument.Parse((await sandbox.LocaldAsync("list", "--json")).ShouldExit(0).Out);
        JsonElement[] routes = [.. list.RootElement.GetProperty("routes").EnumerateArray()];
        Assert.Equal([old.Url("more.localhost"), old.Url("app.localhost"), old.Url("held.localhost"), old.Url("kept.localhost")],
            routes.Select(r => r.GetProperty("url").GetString()!));
        Assert.Equal(holder.Id, routes[2].GetProperty("holder").GetProperty("pid").GetInt32());
        Assert.Equal([false, true, false, true], routes.Select(r => r.GetProperty("keep").GetBoolean()));

        go.SetResult();
        Assert.Equal("helloworld", await download.Content.ReadAsStringAsync(Stop));
        (await old.Process.EndAsync(Sandbox.Limit)).ShouldExit(0);
        Assert.Equal("helloworld", await http.GetStringAsync(old.Url("app.localhost"), Stop));

        holder.Signal(Posix.SigKill);
        await holder.EndAsync(Sandbox.Limit);
        while ((await ControlSocket.AskAsync(sandbox, """{"v":1,"verb":"status"}""")).Contains("held.localhost"))
        {
            await Task.Delay(20, Stop);
        }

        (await sandbox.LocaldAsync("stop")).ShouldExit(0);
        (await next.EndAsync(Sandbox.Limit)).ShouldExit(0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_instance_on_the_same_port_is_told_how_to_join_the_first()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("app=3000");
        Assert.False(Stop.IsCancellationRequested);
        ProcessResult second = (await sandbox.LocaldAsync("serve", "web=5000", "--https", $"127.0.0.1:{locald.Port}", "--http", "off")).ShouldExit(4);
        string[] lines = second.Error.Split('\n');
        Assert.StartsWith($"locald: serve failed: port {locald.Port} belongs to the instance that you have running (pid {locald.Process.Id}, version ", lines[0]);
        Assert.Equal(["  try: locald add web=5000", $"  try: locald serve web=5000 --https 127.0.0.1:{locald.Port} --http off --replace", ""], lines[1..]);
    }

    [Theory(Timeout = Limit)]
    [InlineData(Posix.SigInt)]
    [InlineData(Posix.SigTerm)]
    public async Task Whoever_follows_the_log_sees_each_request_and_ends_with_Ctrl_C(int signal)
    {
        await using Upstream upstream = Upstream.Saying("hello");
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={upstream.Port}");
        using HttpClient http = TrustingClient.Http(sandbox);
        await http.GetStringAsync(locald.Url("app.localhost") + "/before", TestContext.Current.CancellationToken);
        await using ChildProcess logs = sandbox.Start(LocaldBinary.Path, ["logs", "--follow", "--json"]);
        await logs.UntilAsync(() => logs.Out.Contains("/before"), "the request before", Sandbox.Limit);
        await http.GetStringAsync(locald.Url("app.localhost") + "/after", Stop);
        await logs.UntilAsync(() => logs.Out.Contains("/after"), "the request after", Sandbox.Limit);
        logs.Signal(signal);
        ProcessResult end = (await logs.EndAsync(Sandbox.Limit)).ShouldExit(0);
        Assert.Equal(["/before", "/after"], end.Out.Trim().Split('\n').Select(l => JsonDocument.Parse(l).RootElement.GetProperty("path").GetString()));
        Assert.Contains("app.localhost/after -> localhost:", (await sandbox.LocaldAsync("logs")).ShouldExit(0).Out);
    }

    [Fact(Timeout = Limit)]
    public async Task Whoever_follows_the_log_for_a_reader_that_left_ends()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("app=3000");
        using HttpClient http = TrustingClient.Http(sandbox);
        Task<ProcessResult> following = sandbox.ShellAsync($"{LocaldBinary.Path} logs --follow | head -n 1");
        while (!following.IsCompleted)
        {
            using HttpResponseMessage page = await http.GetAsync(locald.Url("nobody.localhost"), TestContext.Current.CancellationToken);
        }

        ProcessResult end = (await following).ShouldExit(0);
        Assert.Equal(1, end.Out.Count(c => c == '\n'));
        Assert.Empty(end.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task Whoever_follows_the_log_ends_with_the_instance()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("app=3000");
        using HttpClient http = TrustingClient.Http(sandbox);
        using HttpResponseMessage page = await http.GetAsync(locald.Url("nobody.localhost"), TestContext.Current.CancellationToken);
        await using ChildProcess logs = sandbox.Start(LocaldBinary.Path, ["logs", "--follow"]);
        await logs.UntilAsync(() => logs.Out.Contains("nobody.localhost/"), "the request", Sandbox.Limit);
        (await locald.StopAsync()).ShouldExit(0);
        (await logs.EndAsync(Sandbox.Limit)).ShouldExit(0);
    }

    /// <summary>An app whose answer is half there until it may go on.</summary>
    private static Upstream HalfUntil(Task go) => Upstream.Start(async exchange =>
    {
        await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        await go;
        await exchange.WriteAsync("world");
    });
}

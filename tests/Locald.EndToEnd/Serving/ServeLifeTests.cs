using System.Net.Sockets;
using System.Text.Json;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

public sealed class ServeLifeTests
{
    [Fact(Timeout = 60_000)]
    public async Task It_prints_its_URLs_and_nothing_else_as_data()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("app=3000", "*.app/api=4000");
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
        ProcessResult end = (await locald.StopAsync()).ShouldExit(0);
        Assert.Equal($"https://app.localhost:{locald.Port} -> localhost:3000\nhttps://*.app.localhost:{locald.Port}/api -> localhost:4000\n", end.Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_route_it_serves_its_own_page()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("--log-format", "json");
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
        ProcessResult end = (await locald.StopAsync()).ShouldExit(0);
        using JsonDocument line = JsonDocument.Parse(end.Out);
        Assert.Equal("listening", line.RootElement.GetProperty("event").GetString());
        Assert.Equal(locald.Url("locald.localhost"), line.RootElement.GetProperty("url").GetString());
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Posix.SigTerm)]
    [InlineData(Posix.SigInt)]
    public async Task Told_to_stop_it_ends_in_order_and_leaves_nothing(int signal)
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("app=3000");
        string ready = locald.ReadyFile;
        using (JsonDocument json = JsonDocument.Parse(await File.ReadAllTextAsync(ready, TestContext.Current.CancellationToken)))
        {
            Assert.Equal(locald.Process.Id, json.RootElement.GetProperty("pid").GetInt32());
        }

        locald.Process.Signal(signal);
        (await locald.Process.EndAsync(Sandbox.Limit)).ShouldExit(0);
        Assert.False(File.Exists(ready));
        Assert.False(File.Exists(Path.Combine(sandbox.LocaldHome, "run", "control.sock")));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_signal_ends_it_while_a_request_is_under_way()
    {
        TaskCompletionSource arrived = new();
        await using Upstream silent = Upstream.Start(exchange =>
        {
            arrived.TrySetResult();
            return Task.Delay(Timeout.Infinite, exchange.Stop);
        });
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync($"app={silent.Port}");
        await using ChildProcess client = sandbox.Start("curl", ["-sk", "--resolve", $"app.localhost:{locald.Port}:127.0.0.1", locald.Url("app.localhost")]);
        await arrived.Task.WaitAsync(TestContext.Current.CancellationToken);
        locald.Process.Signal(Posix.SigTerm);
        await locald.Process.UntilAsync(() => !File.Exists(locald.ReadyFile), "the end of readiness", Sandbox.Limit);
        Assert.False(locald.Process.HasExited);
        locald.Process.Signal(Posix.SigTerm);
        (await locald.Process.EndAsync(TimeSpan.FromSeconds(5))).ShouldExit(128 + Posix.SigTerm);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hang_up_does_not_end_it()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("app=3000");
        locald.Process.Signal(Posix.SigHup);
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", locald.Port, TestContext.Current.CancellationToken);
        (await locald.StopAsync()).ShouldExit(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Closing_its_terminal_ends_it()
    {
        await using Sandbox sandbox = new();
        string script = """
            import os, pty, sys, time
            pid, master = pty.fork()
            if pid == 0:
                os.execv(sys.argv[1], sys.argv[1:])
            while not os.path.exists('ready'): time.sleep(0.01)
            os.close(master)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """;
        ProcessResult result = await sandbox.RunAsync("python3", ["-c", script, LocaldBinary.Path, "serve", "--https", "0", "--http", "off", "--ready-file", "ready"]);
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
        Assert.Equal("0\n", result.ShouldExit(0).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_that_goes_away_does_not_end_it()
    {
        await using Sandbox sandbox = new();
        string script = $"{LocaldBinary.Path} serve app=3000 --https 0 --http off --log requests --ready-file ready & echo $! > pid; wait $!; echo $? > code";
        await using ChildProcess shell = sandbox.Start("sh", ["-c", $"({script}) | head -c 1; cat > /dev/null; exit 0"]);
        await shell.UntilAsync(() => File.Exists(Path.Combine(sandbox.Home, "ready")), "the ready file", Sandbox.Limit);
        using JsonDocument ready = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(sandbox.Home, "ready"), TestContext.Current.CancellationToken));
        int port = new Uri(ready.RootElement.GetProperty("listens")[0].GetString()!).Port;
        for (int i = 0; i < 3; i++)
        {
            (await sandbox.RunAsync("curl", ["-sk", "--resolve", $"x.localhost:{port}:127.0.0.1", $"https://x.localhost:{port}/"])).ShouldExit(0);
        }

        Posix.Kill(ready.RootElement.GetProperty("pid").GetInt32(), Posix.SigTerm);
        await shell.UntilAsync(() => File.Exists(Path.Combine(sandbox.Home, "code")) && File.ReadAllText(Path.Combine(sandbox.Home, "code")) == "0\n", "exit code 0", Sandbox.Limit);
    }

    [Fact(Timeout = 60_000)]
    public async Task With_wait_it_is_ready_when_its_targets_are()
    {
        await using Sandbox sandbox = new();
        int port = RunningLocald.FreePort();
        string ready = sandbox.At("up");
        await using ChildProcess locald = sandbox.Start(LocaldBinary.Path, ["serve", $"app={port}", "--https", "0", "--http", "off", "--wait", "--ready-file", ready]);
        await locald.UntilAsync(() => File.Exists(Path.Combine(sandbox.LocaldHome, "run", "control.sock")), "the server", Sandbox.Limit);
        Assert.False(File.Exists(ready));
        Assert.Empty(locald.Out);
        await using Upstream upstream = Upstream.Saying("hello", port);
        await locald.UntilAsync(() => File.Exists(ready), "readiness", Sandbox.Limit);
        await locald.UntilAsync(() => locald.Out.Contains($"-> localhost:{port}\n"), "its URLs", Sandbox.Limit);
        locald.Signal(Posix.SigTerm);
        (await locald.EndAsync(Sandbox.Limit)).ShouldExit(0);
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task With_wait_a_target_that_never_comes_is_exit_code_6()
    {
        await using Sandbox sandbox = new();
        string[] line = ["serve", "app=unix:/nonexistent/app.sock", "--https", "0", "--http", "off", "--wait-timeout", "1", "--ready-file", sandbox.At("up")];
        ProcessResult result = (await sandbox.LocaldAsync(line)).ShouldExit(6);
        Assert.Empty(result.Out);
        Assert.StartsWith("locald: serve failed: within 1 s nothing accepted connections at unix:/nonexistent/app.sock for app.localhost\n", result.Error);
        Assert.EndsWith($"  try: locald serve --wait-timeout 2 app=unix:/nonexistent/app.sock --https 0 --http off --ready-file {sandbox.At("up")}\n", result.Error);
        Assert.False(File.Exists(sandbox.At("up")));
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_full_standard_output_is_an_error_without_a_trace()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = (await sandbox.ShellAsync($"{LocaldBinary.Path} help > /dev/full")).ShouldExit(1);
        Assert.Equal("locald: writing to standard output failed: No space left on device\n  try: df -h\n", result.Error);
        (await sandbox.ShellAsync($"{LocaldBinary.Path} version >&- 2>&-")).ShouldExit(0);
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }
}

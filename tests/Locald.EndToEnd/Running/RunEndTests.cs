using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Running;

/// <summary>How <c>locald run</c> ends, and what is left then: nothing.</summary>
public sealed class RunEndTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<ProcessResult> RunAsync(Sandbox sandbox, params string[] command) =>
        sandbox.LocaldAsync(["run", "--name", "app", .. RunningApp.Alone(), "--", .. command]);

    /// <summary>Whether a process runs that has this among its words.</summary>
    private static bool Runs(string word) => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0]) && File.ReadAllText($"{folder}/cmdline").Split('\0').Contains(word);
        }
        catch (IOException)
        {
            return false;
        }
    });

    private static async Task UntilGoneAsync(string word)
    {
        while (Runs(word))
        {
            await Task.Delay(20, Stop);
        }
    }

    /// <summary>Seconds for sleep(1) that no other process sleeps.</summary>
    private static string Nap() => $"{Random.Shared.Next(100_000, 999_999)}.5";

    [Fact(Timeout = 60_000)]
    public async Task A_command_that_serves_nothing_just_runs()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = (await RunAsync(sandbox, "sh", "-c", "cat; echo done")).ShouldExit(0);
        Assert.False(Stop.IsCancellationRequested);
        Assert.Equal(("done\n", ""), (result.Out, result.Error));
    }

    [Fact(Timeout = 60_000)]
    public async Task One_that_fails_before_it_serves_is_told_of_and_its_exit_code_passed_on()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = (await RunAsync(sandbox, "sh", "-c", "exit 7")).ShouldExit(7);
        Assert.False(Stop.IsCancellationRequested);
        Assert.Matches("^locald: the command ended with exit code 7 and never listened on port \\d+\n$", result.Error);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Posix.SigKill)]
    [InlineData(Posix.SigInt)]
    [InlineData(11)]
    public async Task One_that_a_signal_ends_has_the_exit_code_that_shells_give_it(int signal)
    {
        await using Sandbox sandbox = new();
        (await RunAsync(sandbox, "sh", "-c", $"kill -{signal} $$")).ShouldExit(128 + signal);
        Assert.False(Stop.IsCancellationRequested);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("no-such-program", 127, "no folder of PATH holds such a program")]
    [InlineData("./no-such-file", 127, "there is no such file")]
    [InlineData("./plain", 126, "it is not executable")]
    [InlineData("/", 126, "it is a folder")]
    [InlineData("./lost", 127, "No such file or directory")]
    public async Task What_cannot_be_started_is_two_lines_and_a_shells_exit_code(string program, int code, string why)
    {
        await using Sandbox sandbox = new();
        sandbox.Write("home/plain", "");
        (await sandbox.ShellAsync($"chmod +x {sandbox.Write("home/lost", "#!/no/such/interpreter\n")}")).ShouldExit(0);
        ProcessResult result = (await RunAsync(sandbox, program)).ShouldExit(code);
        Assert.False(Stop.IsCancellationRequested);
        Assert.Matches($"^locald: starting {program} failed: {why}\n  try: .*\n$", result.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_script_without_an_interpreter_is_the_shells()
    {
        await using Sandbox sandbox = new();
        (await sandbox.ShellAsync($"chmod +x {sandbox.Write("home/script", "echo $1\n")}")).ShouldExit(0);
        Assert.Equal("hi\n", (await RunAsync(sandbox, "./script", "hi")).ShouldExit(0).Out);
        Assert.False(Stop.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_command_has_the_callers_variables_and_none_of_our_own_settings()
    {
        await using Sandbox sandbox = new();
        sandbox.Variables["TERM"] = "xterm";
        string ours = Path.Combine(sandbox.LocaldHome, "ca");
        Dictionary<string, string> seen = (await RunAsync(sandbox, "cat", "/proc/self/environ")).ShouldExit(0).Out
            .Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        Assert.False(Stop.IsCancellationRequested);
        Assert.All(sandbox.Variables, variable => Assert.Equal(variable.Value, seen[variable.Key]));
        Assert.Equal(seen["PORT"], new Uri(seen["ASPNETCORE_URLS"]).Port.ToString());
        Assert.Equal("127.0.0.1", seen["HOST"]);
        Assert.StartsWith("https://app.localhost:", seen["LOCALD_URL"]);
        Assert.Equal(Path.Combine(ours, "bundle.pem"), seen["SSL_CERT_FILE"]);
        Assert.Equal(Path.Combine(ours, "root.pem"), seen["NODE_EXTRA_CA_CERTS"]);
        Assert.DoesNotContain("SSL_CERT_DIR", seen.Keys);
        Assert.DoesNotContain("OPENSSL_CONF", seen.Keys);
        Assert.DoesNotContain(seen.Keys, name => name.StartsWith("DOTNET_SYSTEM_", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_it_leaves_running_is_ended_daemons_too()
    {
        await using Sandbox sandbox = new();
        (string child, string daemon) = (Nap(), Nap());
        ProcessResult result = (await RunAsync(sandbox, "sh", "-c", $"sleep {child} & (setsid sleep {daemon} &); until ps ax | grep -q '[s]leep {daemon}'; do :; done; exit 4")).ShouldExit(4);
        Assert.EndsWith("locald: the command ended and left 2 processes running, now ended too\n", result.Error);
        await UntilGoneAsync(child);
        await UntilGoneAsync(daemon);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_ignores_SIGTERM_is_killed_by_the_second_one()
    {
        await using Sandbox sandbox = new();
        await using ChildProcess run = sandbox.Start(LocaldBinary.Path,
            ["run", "--name", "app", .. RunningApp.Alone(), "--", "sh", "-c", "trap 'echo no' TERM; echo up; while :; do sleep 0.1; done"]);
        await run.UntilAsync(() => run.Out.Contains("up\n"), "the command", Sandbox.Limit);
        run.Signal(Posix.SigTerm);
        await run.UntilAsync(() => run.Out.Contains("no\n"), "the signal", Sandbox.Limit);
        run.Signal(Posix.SigTerm);
        (await run.EndAsync(Sandbox.Limit)).ShouldExit(128 + Posix.SigKill);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_ignores_SIGTERM_for_long_is_killed_and_told_of()
    {
        await using Sandbox sandbox = new();
        await using ChildProcess run = sandbox.Start(LocaldBinary.Path,
            ["run", "--name", "app", .. RunningApp.Alone(), "--", "sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.1; done"]);
        await run.UntilAsync(() => run.Out.Contains("up\n"), "the command", Sandbox.Limit);
        run.Signal(Posix.SigTerm);
        ProcessResult result = (await run.EndAsync(Sandbox.Limit)).ShouldExit(128 + Posix.SigKill);
        Assert.Contains("the command did not end within 8 s of being asked to: it is killed\n", result.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Other_signals_are_handed_on()
    {
        await using Sandbox sandbox = new();
        await using ChildProcess run = sandbox.Start(LocaldBinary.Path,
            ["run", "--name", "app", .. RunningApp.Alone(), "--", "sh", "-c", "trap 'echo usr1' USR1; trap 'echo int; exit 5' INT; echo up; while :; do sleep 0.1; done"]);
        await run.UntilAsync(() => run.Out.Contains("up\n"), "the command", Sandbox.Limit);
        run.Signal(10);
        await run.UntilAsync(() => run.Out.Contains("usr1\n"), "SIGUSR1", Sandbox.Limit);
        run.Signal(Posix.SigInt);
        Assert.EndsWith("int\n", (await run.EndAsync(Sandbox.Limit)).ShouldExit(5).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task Killed_itself_it_leaves_neither_the_app_nor_its_route()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("other=3000");
        (string app, string child) = (Nap(), Nap());
        await using ChildProcess run = sandbox.Start(LocaldBinary.Path,
            ["run", "--name", "app", "--", "sh", "-c", $"sleep {child} & echo up; exec sleep {app}"]);
        await run.UntilAsync(() => run.Out.Contains("up\n"), "the command", Sandbox.Limit);
        Assert.Contains("https://app.localhost", (await sandbox.LocaldAsync("list")).ShouldExit(0).Out);
        run.Signal(Posix.SigKill);
        await UntilGoneAsync(app);
        await UntilGoneAsync(child);
        while ((await sandbox.LocaldAsync("list")).ShouldExit(0).Out.Contains("https://app.localhost"))
        {
            await Task.Delay(50, Stop);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_app_that_is_killed_ends_it_and_its_route()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("other=3000");
        await using RunningApp app = await RunningApp.StartAsync(sandbox, ["--name", "app"], ["sh", "-c", "echo $$; exec /usr/bin/python3 -m http.server $PORT"]);
        Posix.Kill(int.Parse(app.Process.Out.Split('\n')[0]), Posix.SigKill);
        (await app.Process.EndAsync(Sandbox.Limit)).ShouldExit(128 + Posix.SigKill);
        Assert.DoesNotContain("https://app.localhost", (await sandbox.LocaldAsync("list")).ShouldExit(0).Out);
    }

    [Fact(Timeout = 120_000)]
    public async Task With_trust_the_command_finds_a_machine_that_trusts_the_root()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync();
        ProcessResult result = (await sandbox.LocaldAsync(["run", "--trust", .. RunningApp.Alone(), "--name", "app", "--",
            "sh", "-c", "env -u SSL_CERT_FILE openssl verify $NODE_EXTRA_CA_CERTS"])).ShouldExit(0);
        Assert.False(Stop.IsCancellationRequested);
        Assert.Equal($"{sandbox.Root}: OK\n", result.Out);
        Assert.Contains("TRUSTED", result.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_follows_the_program_is_its_own()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await sandbox.LocaldAsync(["run", "--name", "app", .. RunningApp.Alone(), "echo", "--name", "x", "--", "--help"]);
        Assert.False(Stop.IsCancellationRequested);
        Assert.Equal("--name x -- --help\n", result.ShouldExit(0).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_ephemeral_run_leaves_no_root_and_touches_none()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = (await sandbox.LocaldAsync(["run", "--ephemeral", .. RunningApp.Alone(), "--name", "app", "--",
            "sh", "-c", "test -e $NODE_EXTRA_CA_CERTS && echo $LOCALD_HOME"])).ShouldExit(0);
        Assert.False(Stop.IsCancellationRequested);
        Assert.False(Directory.Exists(result.Out.Trim()));
        Assert.False(Directory.Exists(sandbox.LocaldHome));
    }
}

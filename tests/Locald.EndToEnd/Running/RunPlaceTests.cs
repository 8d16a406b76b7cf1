using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Running;

/// <summary>Several runs and instances beside one another.</summary>
public sealed class RunPlaceTests
{
    private static readonly string[] s_server = ["/usr/bin/python3", "-m", "http.server"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_another_process_holds_is_refused_and_taken_by_force()
    {
        await using Sandbox sandbox = new();
        await using RunningApp first = await RunningApp.StartAsync(sandbox, ["--name", "app", .. RunningApp.Alone()], s_server);
        ProcessResult refused = (await sandbox.LocaldAsync("run", "--name", "app", "--", "true")).ShouldExit(1);
        Assert.Equal($"locald: adding app.localhost failed: it is held by pid {first.Process.Id} (/usr/bin/python3 -m http.server)\n  try: locald run --force --name app -- true\n", refused.Error);
        await using RunningApp second = await RunningApp.StartAsync(sandbox, ["--name", "app", "--force"], s_server);
        Assert.Contains($"pid {second.Process.Id}", (await sandbox.LocaldAsync("list")).ShouldExit(0).Out);
        Assert.False(Stop.IsCancellationRequested);
    }

    [Fact(Timeout = 120_000)]
    public async Task When_the_instance_is_killed_the_runs_serve_on_with_the_same_URLs()
    {
        await using Sandbox sandbox = new();
        int port = RunningLocald.FreePort();
        await using ChildProcess instance = sandbox.Start(LocaldBinary.Path, ["serve", "--https", $"127.0.0.1:{port}", "--http", "off"]);
        await instance.UntilAsync(() => instance.Out.Length > 0, "the instance", Sandbox.Limit);
        await using RunningApp a = await RunningApp.StartAsync(sandbox, ["--name", "a"], s_server);
        await using RunningApp b = await RunningApp.StartAsync(sandbox, ["--name", "b"], s_server);
        Assert.Equal($"https://a.localhost:{port}", a.Url);
        instance.Signal(Posix.SigKill);
        foreach (RunningApp app in new[] { a, b })
        {
            await app.Process.UntilAsync(() => app.Process.Error.Contains($"the instance that served {app.Url} is gone: "), "another place", Sandbox.Limit);
        }

        using HttpClient client = TrustingClient.Http(sandbox);
        foreach (RunningApp app in new[] { a, b })
        {
            using HttpResponseMessage answer = await client.GetAsync(app.Url, Stop);
            Assert.True(answer.IsSuccessStatusCode);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_checkouts_of_one_project_have_two_names()
    {
        await using Sandbox sandbox = new();
        sandbox.Write("shop/package.json", """{ "name": "shop" }""");
        (await sandbox.ShellAsync($"""
            cd {sandbox.At("shop")} && git init -q . && git add . && git -c user.name=n -c user.email=n@localhost commit -qm first
            git worktree add -q {sandbox.At("login")} -b feat/login
            """)).ShouldExit(0);
        await using RunningApp main = await RunningApp.StartAsync(sandbox, RunningApp.Alone(), s_server, sandbox.At("shop"));
        await using RunningApp login = await RunningApp.StartAsync(sandbox, [], s_server, sandbox.At("login"));
        Assert.Equal("shop.localhost", new Uri(main.Url).Host);
        Assert.Equal("feat-login.shop.localhost", new Uri(login.Url).Host);
        using HttpClient client = TrustingClient.Http(sandbox);
        using HttpResponseMessage answer = await client.GetAsync(login.Url, Stop);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_other_routes_of_the_projects_file_are_followed_while_it_runs(bool instance)
    {
        await using Sandbox sandbox = new();
        await using RunningLocald? serving = instance ? await sandbox.ServeAsync("--config", "off") : null;
        sandbox.Write("home/locald.json", """{ "name": "filed", "routes": { "moved": 3000, "gone": 3001 } }""");
        string[] place = instance ? [] : RunningApp.Alone();
        await using ChildProcess run = sandbox.Start(LocaldBinary.Path, ["run", .. place, "--", .. s_server]);
        await run.UntilAsync(() => run.Error.Contains("https://filed.localhost:"), "the URL", Sandbox.Limit);
        Assert.Contains("gone.localhost", (await sandbox.LocaldAsync("list")).ShouldExit(0).Out);

        sandbox.Write("home/locald.json", """{ "name": "filed", "routes": { "moved": 3002, "more": 3003 } }""");
        await run.UntilAsync(() => run.Error.Contains("  + more.localhost -> localhost:3003"), "the change", Sandbox.Limit);
        string routes = "";
        while (!routes.Contains("more.localhost") && !Stop.IsCancellationRequested)
        {
            routes = (await sandbox.LocaldAsync("list")).ShouldExit(0).Out;
        }

        Assert.Matches("moved.localhost:[0-9]+ +localhost:3002", routes);
        Assert.DoesNotContain("gone.localhost", routes);
        Assert.Contains("filed.localhost", routes);
    }

    [Fact(Timeout = 60_000)]
    public async Task Name_and_command_may_stand_in_the_projects_file()
    {
        await using Sandbox sandbox = new();
        sandbox.Write("home/locald.json", """{ "name": "filed", "command": ["/usr/bin/python3", "-m", "http.server"], "routes": { "other": 3000 } }""");
        await using ChildProcess run = sandbox.Start(LocaldBinary.Path, ["run", .. RunningApp.Alone()]);
        await run.UntilAsync(() => run.Error.Contains("https://filed.localhost:"), "the URL", Sandbox.Limit);
        Assert.Contains("https://other.localhost:", (await sandbox.LocaldAsync("list")).ShouldExit(0).Out);
        Assert.False(Stop.IsCancellationRequested);
    }
}

using System.Text.Json;
using Locald.Control;
using Locald.Proxy.Routing;
using Locald.Serving;

namespace Locald.Tests.Commands;

/// <summary><c>add</c>, <c>remove</c> and <c>list</c>, asking an instance through its socket.</summary>
public sealed class RouteCommandTests : IAsyncDisposable
{
    private readonly Home _home = new();
    private readonly LiveRoutes _routes = new(RouteTable.Create([Route.Parse("app=3000", "/")]), _ => { }, TimeProvider.System);
    private ControlServer? _server;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _routes.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task A_route_is_added_listed_and_removed()
    {
        await StartAsync();
        Assert.Equal(new("added: https://web.localhost:8443 -> localhost:5000\n", "", ExitCode.Done), await _home.Run("add", "web=5000"));
        Assert.Equal(new("already: https://web.localhost:8443 -> localhost:5000\n", "", ExitCode.Done), await _home.Run("add", "web=5000"));
        Assert.Equal(new("replaced: https://web.localhost:8443 -> localhost:5001\n", "", ExitCode.Done), await _home.Run("add", "web=5001"));

        Transcript list = await _home.Run("list");
        string[] lines = list.Data.Split('\n');
        Assert.Equal("URL                         TARGET          HELD BY", lines[0]);
        Assert.Equal("https://app.localhost:8443  localhost:3000  the instance", lines[1]);
        Assert.StartsWith($"https://web.localhost:8443  localhost:5001  pid {ParentProcess.Id} (", lines[2]);

        Assert.Equal(new("removed: https://web.localhost:8443 -> localhost:5001\n", "", ExitCode.Done), await _home.Run("remove", "web"));
        Assert.DoesNotContain("web", (await _home.Run("list")).Data);
    }

    [Fact]
    public async Task A_name_that_another_process_holds_is_refused_and_taken_by_force()
    {
        await StartAsync();
        Holder other = new(ProcessIdentity.Of(Environment.ProcessId)!.Value, "npm run dev");
        _routes.Add(Route.Parse("web=5000", "/"), other, keep: false, force: false);
        Assert.Equal(new("", $"""
            locald: adding web.localhost failed: it is held by pid {Environment.ProcessId} (npm run dev)
              try: locald add web=5001 --force

            """, ExitCode.Failed), await _home.Run("add", "web=5001"));
        Assert.Equal(ExitCode.Done, (await _home.Run("add", "web=5001", "--force")).Code);
    }

    [Fact]
    public async Task A_name_of_the_instances_own_command_line_is_refused_and_so_is_a_kept_one()
    {
        await StartAsync();
        Assert.Contains("failed: it is the running instance's own, for localhost:3000\n", (await _home.Run("add", "app=3001")).Talk);
        Holder other = new(ProcessIdentity.Of(Environment.ProcessId)!.Value, "sh");
        _routes.Add(Route.Parse("web=5000", "/"), other, keep: true, force: false);
        Assert.Contains($"failed: it is kept for localhost:5000 by pid {Environment.ProcessId} (sh)\n", (await _home.Run("add", "web=5001")).Talk);
        Assert.Contains("localhost:5000  kept\n", (await _home.Run("list")).Data);
    }

    [Fact]
    public async Task What_is_not_served_cannot_be_removed_and_the_nearest_name_is_told()
    {
        await StartAsync();
        Assert.Equal(new("", """
            locald: removing ap.localhost failed: it is not served
              try: locald remove app

            """, ExitCode.Failed), await _home.Run("remove", "ap"));
        Assert.EndsWith("  try: locald list\n", (await _home.Run("remove", "something.else")).Talk);
    }

    [Fact]
    public async Task A_folder_is_taken_from_where_the_command_runs()
    {
        await StartAsync();
        Directory.CreateDirectory(_home["site"]);
        Assert.Equal(ExitCode.Done, (await _home.Run("add", "docs=./site", "--keep")).Code);
        Assert.Equal(ExitCode.Done, (await _home.Run("add", "sock=unix:app.sock", "--keep")).Code);
        Assert.Equal([_home["site"], $"unix:{_home["app.sock"]}"], _routes.All.Skip(1).Select(r => r.Route.Target.ToString()));
    }

    [Theory]
    [InlineData("web=https://[::1]:8000/v1")]
    [InlineData("*.web/a/b=h2c://api_1:50051")]
    [InlineData("web=http://127.0.0.1:80/")]
    [InlineData("web=0.0.0.0:3000")]
    public async Task Each_target_arrives_as_serve_would_have_read_it(string route)
    {
        await StartAsync();
        Assert.Equal(ExitCode.Done, (await _home.Run("add", route)).Code);
        Assert.Equal(Route.Parse(route, "/"), _routes.All[1].Route);
    }

    [Fact]
    public async Task Json_has_documented_shapes()
    {
        await StartAsync();
        using JsonDocument added = JsonDocument.Parse((await _home.Run("add", "web=5000", "--json")).Data);
        Assert.Equal("added", added.RootElement.GetProperty("outcome").GetString());
        Assert.Equal("web.localhost", added.RootElement.GetProperty("route").GetProperty("name").GetString());

        using JsonDocument list = JsonDocument.Parse((await _home.Run("list", "--json")).Data);
        JsonElement routes = list.RootElement.GetProperty("routes");
        JsonElement own = routes[0], web = routes[1];
        Assert.Equal(["name", "url", "target", "holder", "keep", "starting"], web.EnumerateObject().Select(m => m.Name));
        Assert.Equal(JsonValueKind.Null, own.GetProperty("holder").ValueKind);
        Assert.Equal(["pid", "since", "words"], web.GetProperty("holder").EnumerateObject().Select(m => m.Name));
        Assert.Equal(ParentProcess.Id, web.GetProperty("holder").GetProperty("pid").GetInt32());
        Assert.Equal((false, false), (web.GetProperty("keep").GetBoolean(), web.GetProperty("starting").GetBoolean()));

        using JsonDocument removed = JsonDocument.Parse((await _home.Run("remove", "web", "--json")).Data);
        Assert.Equal("removed", removed.RootElement.GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("add app=3000", "adding app.localhost failed: no instance is running", "locald serve app=3000")]
    [InlineData("remove app", "removing app.localhost failed: no instance is running", "locald status")]
    [InlineData("list", "list failed: no instance is running", "locald serve app=3000")]
    public async Task Without_an_instance_they_say_so(string line, string message, string hint) =>
        Assert.Equal(new("", $"locald: {message}\n  try: {hint}\n", ExitCode.Failed), await _home.Run(line.Split(' ')));

    [Theory]
    [InlineData("add", "add failed: a route is missing", "locald add app=3000")]
    [InlineData("add 3000", "add failed: '3000' is not a route: expected NAME=TARGET", "locald add app=3000")]
    [InlineData("add my_app=3000", "add failed: 'my_app' is not a name to serve: a name is made of letters, digits and inner hyphens", "locald add my-app=3000")]
    [InlineData("add app=3000 --pid x", "add failed: --pid takes a process id, not 'x'", "locald add --pid '$$' app=3000")]
    [InlineData("remove", "remove failed: a name is missing", "locald remove app")]
    [InlineData("remove my_app", "remove failed: 'my_app' is not a name to serve: a name is made of letters, digits and inner hyphens", "locald remove my-app")]
    public async Task A_line_that_cannot_be_read_is_mended(string line, string message, string hint) =>
        Assert.Equal(new("", $"locald: {message}\n  try: {hint}\n", ExitCode.Usage), await _home.Run(line.Split(' ')));

    [Fact]
    public async Task A_route_for_a_process_that_is_not_there_is_refused()
    {
        await StartAsync();
        Assert.Equal(new("", $"""
            locald: add failed: no process has the id {int.MaxValue}
              try: locald add web=5000

            """, ExitCode.Failed), await _home.Run("add", "web=5000", "--pid", $"{int.MaxValue}"));
    }

    private async Task StartAsync()
    {
        Instance instance = new(new(4242, "1.2.3", DateTimeOffset.UnixEpoch, [], []), _routes, new(() => 0), 8443, "/nowhere");
        (_server, string? why) = await ControlServer.StartAsync(_home.ControlSocket, null, instance.Answer, TestContext.Current.CancellationToken);
        Assert.Null(why);
    }
}

using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Running;

/// <summary>The servers that people start, started by <c>locald run</c>.</summary>
public sealed class DevServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Pythons_http_server_ignores_PORT_and_is_served_all_the_same()
    {
        await using Sandbox sandbox = new();
        string folder = Path.GetDirectoryName(sandbox.Write("My_Site/index.html", "a site"))!;
        await using RunningApp app = await RunningApp.StartAsync(sandbox, RunningApp.Alone(), ["/usr/bin/python3", "-m", "http.server"], folder);
        using HttpClient client = TrustingClient.Http(sandbox);
        Assert.StartsWith("https://my-site.localhost:", app.Url);
        Assert.Equal("a site", await client.GetStringAsync(app.Url, Stop));
        (await app.StopAsync()).ShouldExit(128 + Posix.SigTerm);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_node_server_obeys_PORT_behind_npm()
    {
        await using Sandbox sandbox = new();
        string folder = Path.GetDirectoryName(sandbox.Write("shop/package.json", """{ "name": "@acme/Shop", "scripts": { "start": "node app.js" } }"""))!;
        sandbox.Write("shop/app.js", "require('node:http').createServer((q, s) => s.end(`${q.headers.host} ${process.env.HOST} ${process.env.LOCALD_URL}`)).listen(process.env.PORT)");
        await using RunningApp app = await RunningApp.StartAsync(sandbox, RunningApp.Alone(), ["npm", "start"], folder);
        using HttpClient client = TrustingClient.Http(sandbox);
        Assert.Equal($"{new Uri(app.Url).Authority} 127.0.0.1 {app.Url}", await client.GetStringAsync(app.Url, Stop));
        Assert.StartsWith("https://shop.localhost:", app.Url);
    }

    [Fact(Timeout = 240_000)]
    public async Task An_ASP_NET_Core_app_is_told_by_its_own_variable()
    {
        await using Sandbox sandbox = new();
        sandbox.Variables["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        sandbox.Variables["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        string source = sandbox.Write("dotnet-app/app.cs", """
            #:sdk Microsoft.NET.Sdk.Web
            #:property PublishAot=false
            WebApplication app = WebApplication.Create();
            app.MapGet("/", (HttpRequest request) => $"dotnet {request.Host.Host} {request.Headers["X-Forwarded-Proto"]}");
            app.Run();
            """);
        string build = sandbox.At("dotnet-app/out");
        (await sandbox.RunAsync("dotnet", ["build", source, "-o", build], limit: TimeSpan.FromMinutes(3))).ShouldExit(0);
        await using RunningApp app = await RunningApp.StartAsync(
            sandbox, ["--name", "aspnet", .. RunningApp.Alone()], ["dotnet", Path.Combine(build, "app.dll")], build);
        using HttpClient client = TrustingClient.Http(sandbox);
        Assert.Equal("dotnet aspnet.localhost https", await client.GetStringAsync(app.Url, Stop));
        (await app.StopAsync()).ShouldExit(0);
    }

    [Fact(Timeout = 400_000)]
    public async Task A_vite_app_behind_npm_run_is_hot_reloaded_in_Chromium()
    {
        await using Sandbox sandbox = new();
        string folder = await ViteProject.PrepareAsync(sandbox);
        await using RunningApp app = await RunningApp.StartAsync(sandbox, RunningApp.Alone(), ["npm", "run", "dev"], folder);
        (await sandbox.LocaldAsync("trust", "--store", "nss")).ShouldExit(0);
        await using IBrowser browser = await Browser.StartAsync(sandbox);
        Assert.StartsWith("https://vite-app.localhost:", app.Url);
        Assert.Null(await browser.OpenAsync(app.Url + "/"));
        await browser.UntilAsync("document.getElementById('text').textContent", "first", TimeSpan.FromSeconds(30));
        ViteProject.SayIn(folder, "second");
        await browser.UntilAsync("document.getElementById('text').textContent", "second", TimeSpan.FromSeconds(30));

        // A reload would show it too; a hot update leaves the page's own state.
        Assert.Equal("1", await browser.EvaluateAsync("window.loads"));
    }

    [Fact(Timeout = 400_000)]
    public async Task An_astro_app_behind_npx_is_served()
    {
        await using Sandbox sandbox = new();
        sandbox.Variables["ASTRO_TELEMETRY_DISABLED"] = "1";
        const string Package = """{ "name": "starry", "private": true, "type": "module", "devDependencies": { "astro": "^5" } }""";
        string modules = await NpmPackages.InstallAsync("astro-5", Package);
        sandbox.Write("astro/package.json", Package);
        sandbox.Write("astro/src/pages/index.astro", "<html><body>hello from astro</body></html>");
        Directory.CreateSymbolicLink(sandbox.At("astro/node_modules"), modules);
        await using RunningApp app = await RunningApp.StartAsync(sandbox, RunningApp.Alone(), ["npx", "astro", "dev"], sandbox.At("astro"));
        using HttpClient client = TrustingClient.Http(sandbox);
        Assert.StartsWith("https://starry.localhost:", app.Url);
        Assert.Contains("hello from astro", await client.GetStringAsync(app.Url, Stop));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("::1")]
    [InlineData("127.0.0.1")]
    public async Task An_app_may_listen_on_either_loopback_address(string address)
    {
        await using Sandbox sandbox = new();
        await using RunningApp app = await RunningApp.StartAsync(
            sandbox, ["--name", "app", .. RunningApp.Alone()], ["/usr/bin/python3", "-m", "http.server", "--bind", address]);
        using HttpClient client = TrustingClient.Http(sandbox);
        using HttpResponseMessage answer = await client.GetAsync(app.Url, Stop);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_app_that_listens_elsewhere_is_found_and_said()
    {
        await using Sandbox sandbox = new();
        int port = RunningLocald.FreePort();
        await using RunningApp app = await RunningApp.StartAsync(
            sandbox, ["--name", "app", .. RunningApp.Alone()], ["sh", "-c", $"/usr/bin/python3 -m http.server {port}; true"]);
        Assert.Equal(port, app.Port);
        Assert.Matches($"locald: the app was told port \\d+ and listens on {port}: it is served from there\n", app.Process.Error);
        using HttpClient client = TrustingClient.Http(sandbox);
        using HttpResponseMessage answer = await client.GetAsync(app.Url, Stop);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_waits_for_an_app_that_is_still_starting()
    {
        await using Sandbox sandbox = new();
        string[] alone = RunningApp.Alone();
        string go = sandbox.At("go");
        await using ChildProcess run = sandbox.Start(LocaldBinary.Path,
            ["run", "--name", "app", .. alone, "--", "sh", "-c", $"while ! test -e {go}; do sleep 0.05; done; exec /usr/bin/python3 -m http.server $PORT"]);
        await run.UntilAsync(() => File.Exists(sandbox.Root) && File.Exists(Path.Combine(sandbox.LocaldHome, "run", "control.sock")), "the server", Sandbox.Limit);
        string url = $"https://app.localhost:{alone[1].Split(':')[1]}/";
        using HttpClient client = TrustingClient.Http(sandbox);
        using HttpResponseMessage refused = await client.PostAsync(url, new StringContent("x"), Stop);
        Assert.Equal(503, (int)refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Task<HttpResponseMessage> held = client.GetAsync(url, Stop);
        await File.WriteAllTextAsync(go, "", Stop);
        using HttpResponseMessage answer = await held;
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task With_a_path_to_wait_for_it_is_ready_when_that_answers()
    {
        await using Sandbox sandbox = new();
        string script = """
            import http.server, os, threading
            hits = []
            class App(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    hits.append(self.path)
                    self.send_response(200 if self.path == '/health' and len(hits) > 3 else 503)
                    self.end_headers()
                def log_message(self, *_): pass
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['APP_PORT'])), App).serve_forever()
            """;
        await using RunningApp app = await RunningApp.StartAsync(
            sandbox, ["--name", "app", "--wait-url", "/health", "--port-env", "APP_PORT", .. RunningApp.Alone()], ["/usr/bin/python3", "-c", script]);
        using HttpClient client = TrustingClient.Http(sandbox);
        using HttpResponseMessage answer = await client.GetAsync(app.Url + "/health", Stop);
        Assert.Equal(200, (int)answer.StatusCode);
    }
}

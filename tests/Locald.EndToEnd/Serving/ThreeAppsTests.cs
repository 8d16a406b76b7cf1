using System.Security.Cryptography;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>Several apps of several languages behind one locald.</summary>
public sealed class ThreeAppsTests
{
    [Fact(Timeout = 240_000)]
    public async Task A_node_a_python_and_a_dotnet_app_are_served_at_once()
    {
        await using Sandbox sandbox = new();
        (string, int Port)[] ports = [.. new[] { "node", "python", "dotnet" }.Select(name => (name, RunningLocald.FreePort()))];
        await using ChildProcess node = sandbox.Start("node", [Assets.At("app.mjs"), $"{ports[0].Port}"]);
        await using ChildProcess python = sandbox.Start("/usr/bin/python3", [Assets.At("app.py"), $"{ports[1].Port}"]);
        await using ChildProcess dotnet = await StartDotnetAsync(sandbox, ports[2].Port);
        foreach (ChildProcess app in new[] { node, python, dotnet })
        {
            await app.UntilAsync(() => app.Out.Contains("listening"), "the app", TimeSpan.FromSeconds(60));
        }

        await using RunningLocald locald = await sandbox.ServeAsync([.. ports.Select(p => $"{p.Item1}={p.Port}")]);
        using HttpClient client = TrustingClient.Http(sandbox);
        byte[] body = RandomNumberGenerator.GetBytes(1_000_000);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            string name = ports[i % 3].Item1;
            string url = locald.Url($"{name}.localhost");
            Assert.Equal($"{name} {name}.localhost https", await client.GetStringAsync(url, TestContext.Current.CancellationToken));
            using HttpResponseMessage echo = await client.PostAsync(url, new ByteArrayContent(body), TestContext.Current.CancellationToken);
            Assert.Equal(body, await echo.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }));
    }

    /// <summary>Builds the app outside this repository, whose build settings are not its own, and starts it.</summary>
    private static async Task<ChildProcess> StartDotnetAsync(Sandbox sandbox, int port)
    {
        string source = sandbox.Write("dotnet-app/app.cs", await File.ReadAllTextAsync(Assets.At("app.cs"), TestContext.Current.CancellationToken));
        sandbox.Variables["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        sandbox.Variables["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        string build = sandbox.At("dotnet-app/out");
        (await sandbox.RunAsync("dotnet", ["build", source, "-o", build], limit: TimeSpan.FromMinutes(2))).ShouldExit(0);
        return sandbox.Start("dotnet", [Path.Combine(build, "app.dll"), $"{port}"], build);
    }
}

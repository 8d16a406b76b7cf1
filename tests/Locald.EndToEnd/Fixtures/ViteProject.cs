namespace Locald.EndToEnd.Fixtures;

/// <summary>A small project of plain modules under a Vite dev server, installed from npm as its user would.</summary>
public sealed class ViteProject : IAsyncDisposable
{
    private readonly ChildProcess _server;

    private ViteProject(ChildProcess server, int port, string folder)
    {
        _server = server;
        Port = port;
        Folder = folder;
    }

    public int Port { get; }

    public string Folder { get; }

    /// <summary>Writes the project into the sandbox. Returns its folder.</summary>
    public static async Task<string> PrepareAsync(Sandbox sandbox)
    {
        string modules = await InstallAsync(sandbox);
        string folder = sandbox.At("vite");
        sandbox.Write("vite/package.json", """{ "name": "vite-app", "private": true, "type": "module", "scripts": { "dev": "vite" } }""");
        sandbox.Write("vite/index.html", """<!doctype html><title>vite</title><p id="text"></p><script type="module" src="/main.js"></script>""");
        sandbox.Write("vite/main.js", """
            import { text } from './text.js';
            import './style.css';
            const show = value => { document.getElementById('text').textContent = value; };
            show(text);
            window.loads = (window.loads ?? 0) + 1;
            import.meta.hot?.accept('./text.js', module => show(module.text));
            """);
        sandbox.Write("vite/style.css", "p { color: rgb(1, 2, 3); }");
        SayIn(folder, "first");
        Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules"), modules);
        return folder;
    }

    /// <summary>Writes the project into the sandbox and starts its server.</summary>
    public static async Task<ViteProject> StartAsync(Sandbox sandbox)
    {
        string folder = await PrepareAsync(sandbox);
        int port = RunningLocald.FreePort();
        ChildProcess server = sandbox.Start("node", ["node_modules/vite/bin/vite.js", "--host", "127.0.0.1", "--port", $"{port}", "--strictPort"], folder);
        try
        {
            await server.UntilAsync(() => server.Out.Contains("ready in"), "vite's dev server", TimeSpan.FromSeconds(60));
            return new(server, port, folder);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Edits the module whose text the page shows.</summary>
    public void Say(string text) => SayIn(Folder, text);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>The same in the folder of a project whose server is another's.</summary>
    public static void SayIn(string folder, string text) => File.WriteAllText(Path.Combine(folder, "text.js"), $"export const text = '{text}';\n");

    /// <summary>Installs the newest major version that this machine's node runs, once. Returns its node_modules.</summary>
    private static async Task<string> InstallAsync(Sandbox sandbox)
    {
        Version node = Version.Parse((await sandbox.RunAsync("node", ["--version"])).ShouldExit(0).Out.Trim().TrimStart('v'));
        int npm = int.Parse((await sandbox.RunAsync("npm", ["--version"])).ShouldExit(0).Out.Split('.')[0]);

        // Vite 8's compiler is an optional package per platform, which older npm leaves out where a lock file is missing.
        int major = node < new Version(20, 19) ? 6 : npm < 11 ? 7 : 8;
        return await NpmPackages.InstallAsync($"vite-{major}",
            $$"""{ "name": "main-job", "private": true, "type": "module", "devDependencies": { "vite": "^{{major}}" } }""");
    }
}

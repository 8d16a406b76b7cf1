using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>A user with an empty home and a running <c>locald serve</c>, on a machine whose certutil nobody can start.</summary>
public sealed class BrowserMachine : IAsyncDisposable
{
    private readonly Upstream _upstream;

    private BrowserMachine(Sandbox sandbox, Upstream upstream, RunningLocald locald) => (Sandbox, _upstream, Locald) = (sandbox, upstream, locald);

    public Sandbox Sandbox { get; }

    public RunningLocald Locald { get; }

    /// <param name="folders">System folders that are private copies.</param>
    public static async Task<BrowserMachine> CreateAsync(params string[] folders)
    {
        Sandbox sandbox = await Sandbox.WithPrivateAsync(folders, "mount --bind /dev/null /usr/bin/certutil");
        Upstream upstream = Upstream.Saying("the page");
        return new(sandbox, upstream, await sandbox.ServeAsync($"app={upstream.Port}"));
    }

    /// <summary>A path below the home folder; the folder is made.</summary>
    public string Folder(string name)
    {
        string folder = Path.Combine(Sandbox.Home, name);
        Directory.CreateDirectory(folder);
        return folder;
    }

    public Task<ProcessResult> TrustAsync() => Sandbox.LocaldAsync("trust", "--store", "nss");

    public Task<ProcessResult> UntrustAsync() => Sandbox.LocaldAsync("untrust", "--store", "nss");

    /// <summary>What a Chromium started now shows: its error's name, or the page's text.</summary>
    /// <param name="variables">What a snap or a flatpak sets for it.</param>
    public Task<string> ChromiumShowsAsync(params (string Name, string Value)[] variables) => WithAsync(variables, async () =>
    {
        await using IBrowser browser = await Browser.StartAsync(Sandbox);
        if (await browser.OpenAsync(Locald.Url("app.localhost")) is { } error)
        {
            return error;
        }

        // The answer to navigating comes with the first byte.
        await browser.UntilAsync("document.readyState", "complete", TimeSpan.FromSeconds(20));
        return await browser.EvaluateAsync("document.body.innerText");
    });

    /// <summary>What a Firefox started now shows: the reason of its error page, or the page's text.</summary>
    /// <param name="profile">A profile folder; null lets Firefox choose.</param>
    /// <param name="variables">What a snap or a flatpak sets for it.</param>
    public Task<string> FirefoxShowsAsync(string? profile = null, params (string Name, string Value)[] variables) => WithAsync(variables, async () =>
    {
        await using Firefox firefox = await Firefox.StartAsync(Sandbox, profile);
        return await firefox.OpenAsync(Locald.Url("app.localhost")) ?? await firefox.TextAsync();
    });

    public async ValueTask DisposeAsync()
    {
        await Locald.DisposeAsync();
        await _upstream.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    private async Task<string> WithAsync((string Name, string Value)[] variables, Func<Task<string>> show)
    {
        Dictionary<string, string> before = new(Sandbox.Variables);
        try
        {
            foreach ((string name, string value) in variables)
            {
                Sandbox.Variables[name] = value;
            }

            return await show();
        }
        finally
        {
            Sandbox.Variables.Clear();
            before.ToList().ForEach(v => Sandbox.Variables[v.Key] = v.Value);
        }
    }
}

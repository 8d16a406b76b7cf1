using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>What people download locald for: their own dev server, in their own browser, with a padlock.</summary>
public sealed class MainJobTests
{
    [Fact(Timeout = 400_000)]
    public async Task A_vite_page_loads_with_a_padlock_and_an_edit_reaches_it()
    {
        await using Sandbox sandbox = new();
        await using ViteProject vite = await ViteProject.StartAsync(sandbox);
        await using RunningLocald locald = await sandbox.ServeAsync($"app={vite.Port}");
        (await sandbox.LocaldAsync("trust", "--store", "nss")).ShouldExit(0);
        await using IBrowser browser = await Browser.StartAsync(sandbox);

        Assert.Null(await browser.OpenAsync(locald.Url("app.localhost") + "/"));
        await browser.UntilAsync("document.getElementById('text').textContent", "first", TimeSpan.FromSeconds(30));
        Assert.Equal("true", await browser.EvaluateAsync("isSecureContext"));
        Assert.Equal("rgb(1, 2, 3)", await browser.EvaluateAsync("getComputedStyle(document.querySelector('p')).color"));

        vite.Say("second");
        await browser.UntilAsync("document.getElementById('text').textContent", "second", TimeSpan.FromSeconds(30));

        // A reload would show it too; a hot update leaves the page's own state.
        Assert.Equal("1", await browser.EvaluateAsync("window.loads"));
    }
}

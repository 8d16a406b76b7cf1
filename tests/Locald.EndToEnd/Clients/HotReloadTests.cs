using System.Text.Json;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Clients;

/// <summary>A page as a development server makes it, in both browsers: all that it does is done on one connection.</summary>
[Collection(nameof(TrustedMachine))]
public sealed class HotReloadTests(TrustedMachine machine)
{
    private const string Name = "hmr.localhost";

    [Fact(Timeout = 180_000)]
    public async Task Chromium_does_all_that_a_hot_reloading_page_does_on_one_connection() => await PlayAsync(Browser.StartAsync);

    [Fact(Timeout = 180_000)]
    public async Task Firefox_does_all_that_a_hot_reloading_page_does_on_one_connection() => await PlayAsync(async sandbox => await Firefox.StartAsync(sandbox));

    private async Task PlayAsync(Func<Sandbox, Task<IBrowser>> start)
    {
        await using HotReloadApp app = new();
        await using RunningLocald locald = await machine.Sandbox.ServeAsync($"hmr={app.Port}", "--log", "requests", "--log-format", "json");
        await using (IBrowser browser = await start(machine.Sandbox))
        {
            Assert.Null(await browser.OpenAsync(locald.Url(Name)));
            await browser.UntilAsync("document.title", $"{HotReloadApp.Modules} modules; event early while they came; echo hi; "
                + "AbortError; plain 1; AbortError; plain 2; AbortError; plain 3; "
                + $"event later; echo again; {HotReloadApp.Modules + 3} by h2", TimeSpan.FromSeconds(90));
        }

        // A line is written when its exchange has ended.
        await locald.Process.UntilAsync(() => Ended("/socket") && Ended("/events"), "the log of the page's last requests", TimeSpan.FromSeconds(20));
        JsonElement[] requests = [.. (await locald.StopAsync()).ShouldExit(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.TryGetProperty("path", out _))];
        Assert.True(requests.Length > HotReloadApp.Modules + 600, $"{requests.Length} requests");
        Assert.All(requests, request => Assert.Equal("HTTP/2", Value(request, "protocol")));
        Assert.Single(requests.Select(request => Value(request, "client")).Distinct());

        bool Ended(string path) => locald.Process.Out.Contains($"\"path\":\"{path}\"", StringComparison.Ordinal);
    }

    private static string? Value(JsonElement request, string name) => request.GetProperty(name).GetString();
}

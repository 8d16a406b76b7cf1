using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>A project with a locald.json, and an editor.</summary>
public sealed class ConfigTests
{
    [Fact(Timeout = 60_000)]
    public async Task Serve_reads_the_project_s_file_and_follows_its_edits()
    {
        await using Upstream one = Upstream.Saying("one");
        await using Upstream two = Upstream.Saying("two");
        await using Sandbox sandbox = new();
        string config = Write(sandbox, $"{{ \"routes\": {{ \"app\": {one.Port}, }}, }} // the first");
        await using RunningLocald locald = await sandbox.ServeAsync();
        Assert.Equal("one", await GetAsync(sandbox, locald, "app"));

        await File.WriteAllTextAsync(config, $$"""{"routes": {"app": {{two.Port}}, "docs": {{one.Port}} } }""", TestContext.Current.CancellationToken);
        await locald.Process.UntilAsync(() => locald.Process.Error.Contains($"  + docs.localhost -> localhost:{one.Port}"), "the new route", Sandbox.Limit);
        Assert.Equal("two", await GetAsync(sandbox, locald, "app"));
        Assert.Equal("one", await GetAsync(sandbox, locald, "docs"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bad_edit_is_told_with_its_place_and_the_last_good_one_stays()
    {
        await using Upstream app = Upstream.Saying("app");
        await using Sandbox sandbox = new();
        string config = Write(sandbox, $$"""{"routes": {"app": {{app.Port}} } }""");
        await using RunningLocald locald = await sandbox.ServeAsync();

        await File.WriteAllTextAsync(config, "{\n  \"routes\": {\n    \"app\" 1\n  }\n}\n", TestContext.Current.CancellationToken);
        await locald.Process.UntilAsync(() => locald.Process.Error.Contains("the routes stay as they were"), "a word about the bad edit", Sandbox.Limit);
        Assert.Contains($"locald: reading {config} failed: line 3, column 11: this is no JSON", locald.Process.Error);
        Assert.Equal("app", await GetAsync(sandbox, locald, "app"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bad_file_at_the_start_is_an_error_and_nothing_is_served()
    {
        await using Sandbox sandbox = new();
        string config = Write(sandbox, "{\"rotues\":{}}");
        ProcessResult serve = (await sandbox.LocaldAsync("serve", "--https", "127.0.0.1:0")).ShouldExit(1);
        Assert.Equal(
            $"locald: reading {config} failed: line 1, column 2: unknown key 'rotues'; did you mean 'routes'?\n  try: locald config check {config}\n", serve.Error);
        Assert.Equal($"{config}:1:2: unknown key 'rotues'; did you mean 'routes'?\n", (await sandbox.LocaldAsync("config", "check")).ShouldExit(1).Out);
    }

    private static string Write(Sandbox sandbox, string text)
    {
        string file = Path.Combine(sandbox.Home, "locald.json");
        File.WriteAllText(file, text);
        return file;
    }

    private static async Task<string> GetAsync(Sandbox sandbox, RunningLocald locald, string name) =>
        (await sandbox.RunAsync("curl", ["-sS", "--max-time", "20", "--cacert", sandbox.Root, locald.Url($"{name}.localhost")])).ShouldExit(0).Out;
}

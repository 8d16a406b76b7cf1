using System.Text.RegularExpressions;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd;

public sealed class VersionTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_version_is_one_line_of_data()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await sandbox.LocaldAsync("version");
        result.ShouldExit(0);
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", result.Out);
        Assert.Empty(result.Error);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_tells_the_commit_that_it_was_built_from_where_git_knew_it()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Locald.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        bool known = Path.Exists(Path.Combine(folder!, ".git"));
        await using Sandbox sandbox = new();
        string json = (await sandbox.LocaldAsync("version", "--json")).ShouldExit(0).Out;
        Assert.Equal(known, Regex.IsMatch(json, "^  \"commit\": \"[0-9a-f]{40}\",$", RegexOptions.Multiline));
        Assert.Equal(known, json.Contains("commit", StringComparison.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_mistyped_command_is_met_with_the_one_that_was_meant()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await sandbox.LocaldAsync("versoin");
        result.ShouldExit(2);
        Assert.Empty(result.Out);
        Assert.Equal("locald: 'versoin' failed: there is no such command\n  try: locald version\n", result.Error);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_unknown_option_is_exit_code_2()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await sandbox.LocaldAsync("version", "--jsn");
        result.ShouldExit(2);
        Assert.Empty(result.Out);
        Assert.Contains("unknown option '--jsn'", result.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_private_namespace_leaves_the_machine_as_it_was()
    {
        string before = await File.ReadAllTextAsync("/etc/hosts", TestContext.Current.CancellationToken);
        await using Sandbox sandbox = await Sandbox.WithHostsAsync("app.localhost");
        Assert.StartsWith("127.0.0.1", (await sandbox.RunAsync("getent", ["hosts", "app.localhost"])).ShouldExit(0).Out);
        Assert.Equal(before, await File.ReadAllTextAsync("/etc/hosts", TestContext.Current.CancellationToken));
    }
}

using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Clients;

/// <summary>What people's shells make of what the program prints for them.</summary>
public sealed class ShellTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("locald serv", "serve service")]
    [InlineData("locald serve --log ''", "off requests debug")]
    [InlineData("locald serve --log = re", "requests")]
    [InlineData("locald serve --log =", "off requests debug")]
    [InlineData("locald config check /etc/os-rel", "/etc/os-release")]
    public async Task Bash_completes_what_locald_tells_it(string line, string expected)
    {
        string words = await RunAsync("bash", $"""
            source <(locald completion bash)
            COMP_WORDS=({line}); COMP_CWORD=$(( ${"{#COMP_WORDS[@]}"} - 1 ))
            _locald
            printf '%s\n' "${"{COMPREPLY[@]}"}"
            """);
        Assert.Equal(expected.Split(' '), words.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("locald serve", "serve:serve names under .localhost over HTTPS")]
    [InlineData("locald serve --log ''", "off", "requests", "debug")]
    [InlineData("locald serve --https=80 --con", "--config:read this locald.json instead of the project's own, or none")]
    public async Task Zsh_completes_what_locald_tells_it(string line, params string[] expected)
    {
        // In the place of zsh's own functions, which want a terminal: one that prints what it was given.
        string words = await RunAsync("zsh", $$"""
            compdef() { :; }
            _describe() { print -rl -- "${(@P)4}"; }
            source <(locald completion zsh)
            words=({{line}}); CURRENT=${#words}
            _locald
            """);
        Assert.Equal(expected, words.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("locald serve", "serve\tserve names under .localhost over HTTPS")]
    [InlineData("locald serve --log ", "debug", "off", "requests")]
    [InlineData("locald serve --log=r", "--log=requests")]
    public async Task Fish_completes_what_locald_tells_it(string line, params string[] expected)
    {
        string words = await RunAsync("fish", $"source (locald completion fish | psub); complete -C '{line}'");
        Assert.Equal(expected, words.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_names_that_are_served_are_completed()
    {
        await using Sandbox sandbox = new();
        await using RunningLocald locald = await sandbox.ServeAsync("app=3000", "app/api=4000", "web=5000");
        Assert.Equal(
            ["app.localhost\tlocalhost:3000", "app.localhost/api\tlocalhost:4000"],
            (await sandbox.LocaldAsync("__complete", "--", "remove", "a")).ShouldExit(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("web.localhost\n", (await sandbox.LocaldAsync("__complete", "--", "cert", "w")).ShouldExit(0).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_manual_page_is_set_without_a_warning()
    {
        string page = await RunAsync("bash", "locald help --man | groff -man -ww -Tutf8 -P-c");
        Assert.Contains("locald - real HTTPS for every name under .localhost", page);
    }

    private static async Task<string> RunAsync(string shell, string script)
    {
        await using Sandbox sandbox = new();
        sandbox.Variables["PATH"] = $"{Path.GetDirectoryName(LocaldBinary.Path)}:{sandbox.Variables["PATH"]}";
        ProcessResult result = await sandbox.RunAsync(shell, ["-c", script]);
        result.ShouldExit(0);

        // Where the warnings of each of them go.
        Assert.Empty(result.Error);
        return result.Out;
    }
}

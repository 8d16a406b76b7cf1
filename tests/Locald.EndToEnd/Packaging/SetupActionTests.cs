using System.Text.RegularExpressions;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Packaging;

/// <summary>The steps of .github/actions/setup-locald, each run as a runner would, with a curl that hands out this release.</summary>
public sealed partial class SetupActionTests
{
    private static readonly string Action = File.ReadAllText(Path.Combine(Release.Source, ".github/actions/setup-locald/action.yml"));

    [Fact(Timeout = 120_000)]
    public async Task A_job_gets_the_program_the_trust_and_the_variables()
    {
        await using Sandbox sandbox = await RunnerAsync();
        Dictionary<string, string> steps = Steps();
        Assert.Equal(["Install locald", "Trust its root"], steps.Keys);
        (await StepAsync(sandbox, steps["Install locald"], ("WANTED", "latest"), ("PREFIX", ""))).ShouldExit(0);
        string program = sandbox.At("runner/locald/bin/locald");
        Assert.Equal($"{Path.GetDirectoryName(program)}\n", File.ReadAllText(sandbox.At("path")));
        Assert.Equal($"path={program}\nversion={Release.Version}\n", File.ReadAllText(sandbox.At("output")));
        Assert.Equal("https://github.com/someone/locald/releases/latest/download/install.sh\n", Asked(sandbox)[0] + "\n");

        (await StepAsync(sandbox, steps["Trust its root"], ("LOCALD", program))).ShouldExit(0);
        (await sandbox.ShellAsync($"openssl verify {sandbox.Root}")).ShouldExit(0);
        Assert.Contains("NODE_EXTRA_CA_CERTS=", File.ReadAllText(sandbox.At("env")));

        // In a later job on the same machine.
        Assert.Contains("already: locald ", (await StepAsync(sandbox, steps["Install locald"], ("WANTED", Release.Version), ("PREFIX", ""))).ShouldExit(0).Error);
        Assert.EndsWith($"/releases/download/v{Release.Version}/install.sh", Asked(sandbox)[^1]);
        (await sandbox.ShellAsync($"{program} untrust")).ShouldExit(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_caller_says_is_never_a_script()
    {
        await using Sandbox sandbox = await RunnerAsync();
        string victim = sandbox.At("victim");
        ProcessResult result = await StepAsync(sandbox, Steps()["Install locald"], ("WANTED", $"$(touch {victim}); touch {victim}"), ("PREFIX", ""));
        result.ShouldExit(1);
        Assert.Contains("latest or a number such as 0.1.0 was expected", result.Out);
        (await StepAsync(sandbox, Steps()["Install locald"], ("WANTED", "latest"), ("PREFIX", sandbox.At($"a $(touch {victim}) b")))).ShouldExit(0);
        Assert.False(File.Exists(victim));
        Assert.All(Steps().Values, script => Assert.DoesNotContain("${{", script));
    }

    /// <summary>The script of each step, by the step's name.</summary>
    private static Dictionary<string, string> Steps() => Step().Matches(Action).ToDictionary(
        step => step.Groups["name"].Value,
        step => string.Join('\n', step.Groups["line"].Captures.Select(line => line.Value.Length > 8 ? line.Value[8..] : "")) + "\n");

    private static async Task<Sandbox> RunnerAsync()
    {
        Sandbox sandbox = await Sandbox.WithPrivateTrustAsync();
        string curl = sandbox.Write("bin/curl", $"""
            #!/bin/sh
            while [ "$1" != -o ]; do shift; done
            echo "$3" >> {sandbox.At("asked")}
            cp "{Release.Folder}/$(basename "$3")" "$2"
            """);
        await sandbox.ShellAsync($"chmod +x {curl}; mkdir {sandbox.At("runner")}");
        sandbox.Variables["PATH"] = $"{Path.GetDirectoryName(curl)}:{sandbox.Variables["PATH"]}";
        sandbox.Variables["GITHUB_SERVER_URL"] = "https://github.com";
        sandbox.Variables["RUNNER_OS"] = "Linux";
        sandbox.Variables["RUNNER_TEMP"] = sandbox.At("runner");
        foreach (string file in new[] { "path", "output", "env" })
        {
            sandbox.Variables[$"GITHUB_{file.ToUpperInvariant()}"] = sandbox.Write(file, "");
        }

        return sandbox;
    }

    private static string[] Asked(Sandbox sandbox) => File.ReadAllLines(sandbox.At("asked"));

    /// <summary>As a runner starts a step whose shell is bash.</summary>
    private static Task<ProcessResult> StepAsync(Sandbox sandbox, string script, params (string Name, string Value)[] variables)
    {
        string file = sandbox.Write("step.sh", script);
        return sandbox.RunAsync("env", [
            "REPOSITORY=someone/locald", .. variables.Select(v => $"{v.Name}={v.Value}"),
            "bash", "--noprofile", "--norc", "-eo", "pipefail", file]);
    }

    [GeneratedRegex(@"    - name: (?<name>.*)\n(?:      .*\n)*?      run: \|\n(?:(?<line>(?:        .*)?)\n)+")]
    private static partial Regex Step();
}

using System.Text.Json;
using System.Text.RegularExpressions;
using Locald.CommandLine;
using Locald.Commands;

namespace Locald.Tests.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> CommandNames => [.. CommandTable.All.Select(c => c.Name)];

    [Fact]
    public async Task Without_a_word_the_program_prints_its_overview_as_data_and_is_done()
    {
        Transcript alone = await Transcript.Of();
        Assert.Equal(ExitCode.Done, alone.Code);
        Assert.Empty(alone.Talk);
        Assert.Equal((await Transcript.Of("help")).Data, alone.Data);
        Assert.Equal((await Transcript.Of("--help")).Data, alone.Data);
        Assert.Equal((await Transcript.Of("-h")).Data, alone.Data);
    }

    [Fact]
    public async Task The_overview_names_every_command_the_variables_and_the_exit_codes()
    {
        string overview = (await Transcript.Of("help")).Data;
        Assert.All(CommandTable.All, c => Assert.Matches($"(?m)^  {c.Name} +{Regex.Escape(c.Summary)}$", overview));
        Assert.Contains("LOCALD_HOME", overview);
        Assert.Contains("NO_COLOR", overview);
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Matches($"(?m)^  {(int)code} ", overview));
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public async Task Every_command_explains_itself_examples_first(string name)
    {
        Transcript help = await Transcript.Of("help", name);
        Assert.Equal(ExitCode.Done, help.Code);
        Assert.StartsWith($"locald {name}: ", help.Data);
        int examples = help.Data.IndexOf("\nExamples:\n", StringComparison.Ordinal);
        Assert.InRange(examples, 0, help.Data.IndexOf("\nOptions:\n", StringComparison.Ordinal));
        Assert.All(help.Data.Split('\n'), line => Assert.InRange(line.Length, 0, 140));
        Assert.Equal(help.Data, (await Transcript.Of(name, "--help")).Data);
        Assert.Equal(help.Data, (await Transcript.Of(name, "-h")).Data);
    }

    [Fact]
    public void Notes_fit_an_ordinary_window() =>
        Assert.All(CommandTable.All.SelectMany(c => c.Notes.Split('\n')), line => Assert.InRange(line.Length, 0, 100));

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void Every_example_is_a_command_line_that_parses(string name)
    {
        foreach (string line in CommandTable.Find(name, nearest => nearest).Examples.Select(e => e.Line))
        {
            // The invocation alone, out of whatever the shell does around it.
            Match own = Regex.Match(line, "locald ([^)|>&]+)");
            Assert.True(own.Success, line);
            string[] words = own.Groups[1].Value.Replace("'", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Arguments.Parse(CommandTable.Find(words[0], nearest => nearest), words.AsSpan(1));
        }
    }

    [Fact]
    public async Task Help_among_other_options_wins_over_their_faults()
    {
        Transcript help = await Transcript.Of("version", "--jsn", "--help");
        Assert.Equal(ExitCode.Done, help.Code);
        Assert.StartsWith("locald version: ", help.Data);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    [InlineData("-V")]
    public async Task The_version_is_a_number_on_a_line(string word)
    {
        Transcript version = await Transcript.Of(word);
        Assert.Equal(ExitCode.Done, version.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+\r?\n$", version.Data);
    }

    [Fact]
    public async Task The_version_as_json_tells_what_a_bug_report_needs()
    {
        using var json = JsonDocument.Parse((await Transcript.Of("version", "--json")).Data);
        Assert.Equal(VersionCommand.Number, json.RootElement.GetProperty("version").GetString());
        Assert.StartsWith(".NET", json.RootElement.GetProperty("runtime").GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("rid").GetString()!);
        Assert.Equal(OperatingSystem.IsLinux(), json.RootElement.TryGetProperty("openssl", out var openssl));
        if (OperatingSystem.IsLinux())
        {
            Assert.Matches(@"^[13]\.\d+\.\d+$", openssl.GetString());
        }
    }
}

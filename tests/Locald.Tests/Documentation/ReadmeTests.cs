using System.Text.RegularExpressions;
using Locald.ClientTrust;
using Locald.CommandLine;
using Locald.Commands;

namespace Locald.Documentation;

/// <summary>The README's tables are facts about the program: each is held against the list in the code that it repeats.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_command_table_lists_every_command_in_the_order_of_help()
    {
        string[] listed = [.. ReadmePage.Rows("Commands").Select(row => FirstCode(row[0]).Split(' ')[1])];
        Assert.Equal(CommandTable.All.Select(c => c.Name), listed);
    }

    [Fact]
    public void The_command_table_says_of_each_command_what_help_says() =>
        Assert.Equal(CommandTable.All.Select(c => c.Summary), ReadmePage.Rows("Commands").Select(row => row[1]));

    [Fact]
    public void The_exit_codes_are_those_of_the_program()
    {
        int[] listed = [.. ReadmePage.Rows("Exit codes").Select(row => int.Parse(row[0]))];
        Assert.Equal(Enum.GetValues<ExitCode>().Select(code => (int)code), listed);
    }

    [Fact]
    public void The_exit_codes_mean_what_help_says()
    {
        string help = HelpPage.Overview(CommandTable.All);
        Assert.All(ReadmePage.Rows("Exit codes"), row => Assert.Matches($"(?m)^  {row[0]} +{Regex.Escape(row[1])}$", help));
    }

    [Fact]
    public void The_variables_for_clients_are_those_that_env_prints() =>
        Assert.Equal(ClientVariable.All.Select(v => v.Name), ReadmePage.Rows("Clients with roots of their own").Select(row => FirstCode(row[0])));

    [Fact]
    public void Every_option_is_mentioned()
    {
        IEnumerable<string> options = CommandTable.All.SelectMany(c => c.Options).Select(o => o.Name).Distinct();
        Assert.All(options, option => Assert.Matches($"{Regex.Escape(option)}(?![a-z-])", ReadmePage.Text));
    }

    [Fact]
    public void Every_command_has_a_section_with_its_real_output()
    {
        string[] sections = [.. ReadmePage.Headings.Where(h => h.StartsWith("locald ", StringComparison.Ordinal)).Select(h => h.Split(' ')[1])];
        Assert.Equal(CommandTable.All.Select(c => c.Name), sections);
        string[] typed = [.. ReadmePage.Blocks.Where(b => b.Language == "console").SelectMany(b => b.Lines).Where(l => l.StartsWith("$ ", StringComparison.Ordinal))];
        Assert.All(sections, name => Assert.Contains(typed, line => Regex.IsMatch(line, $@"\blocald {name}\b")));
    }

    private static string FirstCode(string cell) => Regex.Match(cell, "`([^`]+)`").Groups[1].Value;
}

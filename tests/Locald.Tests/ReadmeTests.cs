using System.Reflection;
using System.Text.RegularExpressions;
using Locald.ClientTrust;
using Locald.CommandLine;
using Locald.Commands;

namespace Locald.Tests;

/// <summary>The README's tables are facts about the program: each is held against the list in the code that it repeats.</summary>
public sealed class ReadmeTests
{
    private static readonly string[] Lines = Read();

    [Fact]
    public void The_command_table_lists_every_command_in_the_order_of_help()
    {
        string[] listed = [.. Rows("Commands").Select(row => FirstCode(row[0]).Split(' ')[1])];
        Assert.Equal(CommandTable.All.Select(c => c.Name), listed);
    }

    [Fact]
    public void The_command_table_says_of_each_command_what_help_says() =>
        Assert.Equal(CommandTable.All.Select(c => c.Summary), Rows("Commands").Select(row => row[1]));

    [Fact]
    public void The_exit_codes_are_those_of_the_program()
    {
        int[] listed = [.. Rows("Exit codes").Select(row => int.Parse(row[0]))];
        Assert.Equal(Enum.GetValues<ExitCode>().Select(code => (int)code), listed);
    }

    [Fact]
    public void The_exit_codes_mean_what_help_says()
    {
        string help = HelpPage.Overview(CommandTable.All);
        Assert.All(Rows("Exit codes"), row => Assert.Matches($"(?m)^  {row[0]} +{Regex.Escape(row[1])}$", help));
    }

    [Fact]
    public void The_variables_for_clients_are_those_that_env_prints() =>
        Assert.Equal(ClientVariable.All.Select(v => v.Name), Rows("Clients with roots of their own").Select(row => FirstCode(row[0])));

    [Fact]
    public void Every_option_is_mentioned()
    {
        string text = string.Join('\n', Lines);
        IEnumerable<string> options = CommandTable.All.SelectMany(c => c.Options).Select(o => o.Name).Distinct();
        Assert.All(options, option => Assert.Matches($"{Regex.Escape(option)}(?![a-z-])", text));
    }

    [Fact]
    public void Every_link_within_the_page_leads_to_a_heading()
    {
        HashSet<string> anchors = [.. Lines.Where(l => l.StartsWith('#')).Select(l => Anchor(l.TrimStart('#').Trim()))];
        string[] links = [.. Regex.Matches(string.Join('\n', Lines), @"\]\(#([^)]+)\)").Select(m => m.Groups[1].Value)];
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.Contains(link, anchors));
    }

    /// <summary>The cells of each row of the first table below a heading, the table's own head left out.</summary>
    private static IReadOnlyList<string[]> Rows(string heading)
    {
        string[][] rows =
        [
            .. Lines.SkipWhile(l => l.TrimStart('#') != $" {heading}").SkipWhile(l => !l.StartsWith('|')).TakeWhile(l => l.StartsWith('|'))
                .Skip(2).Select(l => l.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries)),
        ];
        Assert.NotEmpty(rows);
        return rows;
    }

    private static string FirstCode(string cell) => Regex.Match(cell, "`([^`]+)`").Groups[1].Value;

    private static string Anchor(string heading) => Regex.Replace(heading.ToLowerInvariant(), "[^a-z0-9 -]", "").Replace(' ', '-');

    private static string[] Read()
    {
        using StreamReader reader = new(Assembly.GetExecutingAssembly().GetManifestResourceStream("README.md")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
    }
}

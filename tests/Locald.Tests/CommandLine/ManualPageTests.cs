using Locald.CommandLine;
using Locald.Commands;

namespace Locald.Tests.CommandLine;

public sealed class ManualPageTests
{
    private static readonly string[] Lines = ManualPage.Of(CommandTable.All, "1.2.3").Split('\n');

    [Fact]
    public void The_sections_are_those_of_every_manual() => Assert.Equal(
        [".SH NAME", ".SH SYNOPSIS", ".SH COMMANDS", ".SH ENVIRONMENT", ".SH EXIT STATUS"], Lines.Where(l => l.StartsWith(".SH", StringComparison.Ordinal)));

    [Fact]
    public void Every_command_and_option_is_in_it()
    {
        Assert.All(CommandTable.All, c => Assert.Contains($".SS locald {c.Name}", Lines));
        Assert.All(CommandTable.All.SelectMany(c => c.Options), o => Assert.Contains(Lines, l => l.StartsWith($".B {o.Name.Replace("-", "\\-")}", StringComparison.Ordinal)));
    }

    [Fact]
    public void No_text_of_ours_is_taken_for_a_request_or_an_escape()
    {
        string[] requests = [".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".br", ".nf", ".fi"];
        Assert.All(Lines.Where(l => l.StartsWith('.')), l => Assert.Contains(l.Split(' ')[0], requests));
        Assert.DoesNotContain(Lines, l => l.StartsWith('\''));

        Command odd = new() { Name = "x", Summary = ".dots \\ \"quotes\" -o", Run = (_, _) => Task.FromResult(ExitCode.Done) };
        Assert.Contains("\n\\&.dots \\e \\(dqquotes\\(dq \\-o\n", ManualPage.Of([odd], "1"));
    }
}

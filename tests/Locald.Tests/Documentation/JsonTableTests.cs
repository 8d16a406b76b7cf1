using System.Text.RegularExpressions;
using Locald.Commands;

namespace Locald.Documentation;

/// <summary>README's table of JSON, held against what help says of each command's. Tests of the commands hold help to what is printed.</summary>
public sealed class JsonTableTests
{
    public static TheoryData<string> Commands => [.. CommandTable.All.Where(c => Shape(c.Notes) is not null).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_has_the_members_that_help_tells(string name)
    {
        string row = ReadmePage.Rows("For scripts").First(r => Regex.IsMatch(r[0], $"`{name}\\b"))[1];
        if (row.StartsWith("a line per request", StringComparison.Ordinal))
        {
            row = ReadmePage.Rows("For scripts").First(r => r[0] == "`serve --log requests`")[1];
        }

        Assert.Equal(Outer(Shape(CommandTable.All.Single(c => c.Name == name).Notes)!), Outer(row));
    }

    [Fact]
    public void Every_command_with_json_is_there() =>
        Assert.All(CommandTable.All.Where(c => c.Options.Any(o => o.Name == "--json")),
            command => Assert.Contains(ReadmePage.Rows("For scripts"), row => Regex.IsMatch(row[0], $"`{command.Name}\\b")));

    private static string? Shape(string notes) => notes.IndexOf("JSON: {", StringComparison.Ordinal) is >= 0 and int at ? notes[(at + 6)..] : null;

    /// <summary>The names of the outermost object's members.</summary>
    private static IEnumerable<string> Outer(string shape)
    {
        int depth = 0;
        List<string> names = [];
        foreach (Match token in Regex.Matches(shape[shape.IndexOf('{')..], @"[{\[]|[}\]]|(?<=[{,]\s*)\w+"))
        {
            depth += token.Value is "{" or "[" ? 1 : token.Value is "}" or "]" ? -1 : 0;
            if (depth == 0)
            {
                break;
            }

            if (depth == 1 && char.IsLetter(token.Value[0]))
            {
                names.Add(token.Value);
            }
        }

        return names;
    }
}

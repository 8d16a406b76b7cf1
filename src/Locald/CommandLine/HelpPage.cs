using System.Text;

namespace Locald.CommandLine;

/// <summary>Writes help: what to type first, then what else there is.</summary>
internal static class HelpPage
{
    /// <summary>A left column wider than this puts its meaning on the next line.</summary>
    private const int WidestColumn = 42;

    /// <summary>The commands whose first example opens the overview: the way a newcomer goes.</summary>
    private static readonly string[] FirstSteps = ["trust", "serve", "run", "status", "env", "cert"];

    internal static (string Left, string Right)[] Variables { get; } =
    [
        ("LOCALD_HOME", "the folder of all state, instead of the user's data folder"),
        ("SSL_CERT_FILE", "the roots that https:// targets on other machines are checked against, instead of the system's"),
        ("NO_COLOR", "no colour, also on a terminal"),
    ];

    internal static (string Left, string Right)[] ExitCodes { get; } =
    [
        ("0", "done"),
        ("1", "failed"),
        ("2", "the command line was wrong"),
        ("3", "not trusted"),
        ("4", "port in use"),
        ("5", "permission needed"),
        ("6", "upstream not ready"),
    ];

    /// <summary>The overview: examples, the commands there are, environment variables and exit codes.</summary>
    internal static string Overview(IReadOnlyList<Command> commands)
    {
        StringBuilder page = new("locald gives every name under .localhost real HTTPS\n");
        IEnumerable<Command> shown = FirstSteps.SelectMany(name => commands.Where(c => c.Name == name && c.Examples.Length > 0));
        Section(page, "Examples", [.. shown.Select(c => (c.Examples[0].Line, c.Examples[0].Meaning))]);
        page.Append("\nUsage: locald COMMAND [OPTIONS]\n");
        Section(page, "Commands", [.. commands.Select(c => (c.Name, c.Summary))]);
        page.Append("\n'locald help COMMAND' shows a command's examples and options.\n");
        Section(page, "Environment", Variables);
        Section(page, "Exit codes", ExitCodes);
        return page.ToString();
    }

    /// <summary>One command: examples, usage, options, notes.</summary>
    internal static string Of(Command command)
    {
        StringBuilder page = new($"locald {command.Name}: {command.Summary}\n");
        Section(page, "Examples", [.. command.Examples.Select(e => (e.Line, e.Meaning))]);
        string words = command.Usage.Length > 0 ? $" {command.Usage}" : "";
        page.Append($"\nUsage: locald {command.Name}{words}{(command.Options.Length > 0 ? " [OPTIONS]" : "")}\n");
        Section(page, "Options", [.. command.Options.Select(Line), ("-h, --help", "print this help")]);
        if (command.Notes.Length > 0)
        {
            page.Append('\n').Append(command.Notes).Append('\n');
        }

        return page.ToString();
    }

    private static (string, string) Line(Option option) =>
        (option.Value is null ? option.Name : $"{option.Name} {option.Value}", option.Repeatable ? $"{option.Summary} (repeatable)" : option.Summary);

    private static void Section(StringBuilder page, string title, (string Left, string Right)[] lines)
    {
        if (lines.Length == 0)
        {
            return;
        }

        int column = lines.Where(l => l.Left.Length <= WidestColumn).Select(l => l.Left.Length).DefaultIfEmpty(0).Max() + 2;
        page.Append($"\n{title}:\n");
        foreach ((string left, string right) in lines)
        {
            page.Append("  ").Append(left);
            page.Append(left.Length <= WidestColumn ? new string(' ', column - left.Length) : $"\n{new string(' ', column + 2)}");
            page.Append(right).Append('\n');
        }
    }
}

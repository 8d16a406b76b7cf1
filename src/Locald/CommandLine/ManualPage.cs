using System.Text;

namespace Locald.CommandLine;

/// <summary>The manual as <c>man</c> takes it (man(7) of groff and mandoc), from the same facts as help.</summary>
internal static class ManualPage
{
    internal static string Of(IReadOnlyList<Command> commands, string version)
    {
        StringBuilder page = new();
        page.Append($".TH LOCALD 1 \"\" \"locald {version}\" \"User Commands\"\n");
        Section(page, "NAME", "locald \\- real HTTPS for every name under .localhost");
        page.Append(".SH SYNOPSIS\n");
        foreach (Command command in commands)
        {
            string rest = command.Options.Length > 0 ? $"{command.Usage} [OPTIONS]".TrimStart() : command.Usage;
            page.Append($".B locald {Text(command.Name)}\n{Text(rest)}\n.br\n");
        }

        page.Append(".SH COMMANDS\n");
        foreach (Command command in commands)
        {
            Append(page, command);
        }

        List(page, "ENVIRONMENT", HelpPage.Variables);
        List(page, "EXIT STATUS", HelpPage.ExitCodes);
        return page.ToString();
    }

    private static void Append(StringBuilder page, Command command)
    {
        page.Append($".SS locald {Text(command.Name)}\n{Text(command.Summary)}\n");
        foreach (Example example in command.Examples)
        {
            Item(page, example.Line, example.Meaning);
        }

        if (command.Options.Length > 0)
        {
            page.Append(".PP\nOptions:\n");
        }

        foreach (Option option in command.Options)
        {
            Item(page, option.Value is null ? option.Name : $"{option.Name} {option.Value}", option.Summary);
        }

        if (command.Notes.Length > 0)
        {
            // The lines of notes are set by hand.
            page.Append(".PP\n.nf\n");
            foreach (string line in command.Notes.Split('\n'))
            {
                page.Append(Text(line)).Append('\n');
            }

            page.Append(".fi\n");
        }
    }

    private static void Section(StringBuilder page, string title, string text) => page.Append($".SH {title}\n{text}\n");

    private static void List(StringBuilder page, string title, (string Left, string Right)[] items)
    {
        page.Append($".SH {title}\n");
        foreach ((string left, string right) in items)
        {
            Item(page, left, right);
        }
    }

    private static void Item(StringBuilder page, string left, string right) => page.Append($".TP\n.B {Text(left)}\n{Text(right)}\n");

    /// <summary>Text that roff takes for itself: a minus is a hyphen to it, a backslash an escape, a dot or quote at the start a request.</summary>
    private static string Text(string text)
    {
        string escaped = text.Replace("\\", "\\e").Replace("-", "\\-").Replace("\"", "\\(dq");
        return escaped is ['.' or '\'', ..] ? $"\\&{escaped}" : escaped;
    }
}

using Locald.CommandLine;

namespace Locald.Completion;

/// <summary>Finds what may stand at the end of a command line. The shells' scripts ask it, so that it alone knows the commands.</summary>
internal static class Completer
{
    private static readonly Candidate Help = new("--help", "print this help");

    /// <param name="commands">Those that there are.</param>
    /// <param name="line">What follows the program's name; the last word is the one to complete, and may be empty.</param>
    /// <param name="session">For what only the running instance knows.</param>
    /// <returns>The candidates that begin with what is there.</returns>
    internal static async Task<IReadOnlyList<Candidate>> CompleteAsync(IReadOnlyList<Command> commands, IReadOnlyList<string> line, Session session)
    {
        string[] words = Joined(line);
        string typed = words.LastOrDefault("");
        IEnumerable<Candidate> all = words.Length <= 1
            ? [.. commands.Select(c => new Candidate(c.Name, c.Summary)), Help, new("--version", "print the version")]
            : commands.FirstOrDefault(c => c.Name == words[0]) is { } command ? await OfAsync(command, words[1..^1], typed, session) : [];
        return [.. all.Where(c => c.Text.StartsWith(':') || c.Text.StartsWith(typed, StringComparison.Ordinal)).Distinct()];
    }

    /// <summary>bash breaks words at an equals sign; none of ours is one alone.</summary>
    private static string[] Joined(IReadOnlyList<string> line)
    {
        List<string> words = [];
        bool open = false;
        foreach (string word in line)
        {
            if ((open || word == "=") && words.Count > 0)
            {
                words[^1] += word;
            }
            else
            {
                words.Add(word);
            }

            open = word == "=";
        }

        return [.. words];
    }

    private static async Task<IEnumerable<Candidate>> OfAsync(Command command, string[] before, string typed, Session session)
    {
        int dashes = Array.IndexOf(before, "--");
        if (dashes >= 0)
        {
            return command.RunsWords ? [dashes == before.Length - 1 ? Candidate.Programs : Candidate.Files] : await WordsAsync(command, before, session);
        }

        if (before is [.., var last] && command.Options.FirstOrDefault(o => o.Name == last) is { Value: { } value })
        {
            return Values(value, "");
        }

        if (typed.IndexOf('=') is > 0 and var equals && command.Options.FirstOrDefault(o => o.Name == typed[..equals]) is { Value: { } own })
        {
            return Values(own, typed[..(equals + 1)]);
        }

        return typed.StartsWith('-') ? [.. Options(command, before), Help] : await WordsAsync(command, before, session);
    }

    /// <summary>Those that were not given yet, and those that may be given again.</summary>
    private static IEnumerable<Candidate> Options(Command command, string[] before) => command.Options
        .Where(o => o.Repeatable || !before.Any(w => w == o.Name || w.StartsWith($"{o.Name}=", StringComparison.Ordinal)))
        .Select(o => new Candidate(o.Name, o.Summary));

    /// <summary>What an option takes, from the words that help has for it: <c>off|requests</c> are two words, <c>FILE|off</c> is a path or one.</summary>
    private static IEnumerable<Candidate> Values(string value, string lead)
    {
        string[] choices = value.Split('|');
        IEnumerable<Candidate> literal = choices.Where(c => c.All(char.IsAsciiLetterLower)).Select(c => new Candidate(lead + c));
        return choices.Contains("FILE") ? literal.Append(Candidate.Files) : literal;
    }

    private static async Task<IEnumerable<Candidate>> WordsAsync(Command command, string[] before, Session session)
    {
        int place = 0;
        for (int i = 0; i < before.Length; i++)
        {
            if (!before[i].StartsWith('-'))
            {
                place++;
            }
            else if (command.Options.FirstOrDefault(o => o.Name == before[i]) is { Value: not null })
            {
                i++;
            }
        }

        return command.Words is { } words && place < command.MaxWords ? await words(session, place) : [];
    }
}

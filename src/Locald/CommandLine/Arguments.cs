namespace Locald.CommandLine;

/// <summary>The words and options of one invocation, checked against the command's own <see cref="Option"/> list.</summary>
public sealed class Arguments
{
    private readonly Dictionary<string, List<string>> _values = [];
    private readonly List<string> _words = [];

    private Arguments(Retry retry) => Retry = retry;

    /// <summary>The line that was typed, for a hint that mends it.</summary>
    internal Retry Retry { get; }

    /// <summary>What is not an option, in order.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <exception cref="UserError">Exit code 2: an unknown option (with the nearest known one), a missing value, too many words.</exception>
    public static Arguments Parse(Command command, ReadOnlySpan<string> line)
    {
        Arguments arguments = new(new([command.Name, .. line]));
        bool wordsOnly = false;
        for (int i = 0; i < line.Length; i++)
        {
            string token = line[i];
            if (wordsOnly || !token.StartsWith('-') || token == "-")
            {
                arguments._words.Add(token);

                // What follows the program's name is the program's own, as with sudo and env.
                wordsOnly |= command.RunsWords;
            }
            else if (token == "--")
            {
                wordsOnly = true;
            }
            else
            {
                i = arguments.ReadOption(command, line, i);
            }
        }

        if (arguments._words.Count > command.MaxWords)
        {
            string extra = arguments._words[command.MaxWords];
            throw new UserError(command.Name, $"unexpected argument '{extra}'", ExitCode.Usage, $"locald help {command.Name}");
        }

        return arguments;
    }

    public bool Has(string option) => _values.ContainsKey(option);

    /// <summary>The option's value, or null where it was not given.</summary>
    public string? Value(string option) => _values.TryGetValue(option, out List<string>? values) ? values[^1] : null;

    /// <summary>Every value of a repeatable option, in order; empty where it was not given.</summary>
    public IReadOnlyList<string> Values(string option) => _values.TryGetValue(option, out List<string>? values) ? values : [];

    private int ReadOption(Command command, ReadOnlySpan<string> line, int at)
    {
        string token = line[at];
        int equals = token.IndexOf('=');
        string name = equals < 0 ? token : token[..equals];
        Option? option = Array.Find(command.Options, o => o.Name == name);
        if (option is null)
        {
            string? nearest = Nearest.To(name, command.Options.Select(o => o.Name));
            throw new UserError(command.Name, $"unknown option '{name}'", ExitCode.Usage,
                nearest is null ? $"locald help {command.Name}" : $"{Retry.Replace(at + 1, equals < 0 ? nearest : nearest + token[equals..])}");
        }

        string value = "";
        if (option.Value is null && equals >= 0)
        {
            throw new UserError(command.Name, $"option {name} takes no value", ExitCode.Usage, $"{Retry.Replace(at + 1, name)}");
        }

        if (option.Value is not null)
        {
            if (equals < 0 && at + 1 >= line.Length)
            {
                throw new UserError(command.Name, $"option {name} needs a value", ExitCode.Usage, $"locald help {command.Name}");
            }

            value = equals >= 0 ? token[(equals + 1)..] : line[++at];
        }

        if (!_values.TryGetValue(name, out List<string>? values))
        {
            _values[name] = values = [];
        }
        else if (!option.Repeatable && option.Value is not null)
        {
            throw new UserError(command.Name, $"option {name} was given twice", ExitCode.Usage, $"locald help {command.Name}");
        }

        values.Add(value);
        return at;
    }
}

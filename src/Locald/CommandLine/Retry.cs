using Locald.Trust;

namespace Locald.CommandLine;

/// <summary>The command line that was typed, mended in one place and ready to be pasted: a hint that drops the user's own words is half a hint.</summary>
/// <param name="line">The command and what followed it.</param>
internal sealed class Retry(IReadOnlyList<string> line)
{
    /// <summary>Takes an option that has a value out of the line.</summary>
    internal Retry Without(string option)
    {
        List<string> rest = [];
        int end = Enumerable.Range(0, line.Count).FirstOrDefault(i => line[i] == "--", line.Count);
        for (int i = 0; i < line.Count; i++)
        {
            if (i < end && line[i] == option)
            {
                i++;
            }
            else if (i >= end || !line[i].StartsWith($"{option}=", StringComparison.Ordinal))
            {
                rest.Add(line[i]);
            }
        }

        return new(rest);
    }

    /// <summary>Gives an option this value and no other; right behind the command, since what follows <c>--</c> is no option.</summary>
    internal Retry With(string option, string value) => new([line[0], option, value, .. Without(option).Rest]);

    /// <summary>Gives a switch, right behind the command.</summary>
    internal Retry Switch(string option) => new([line[0], option, .. Rest]);

    /// <summary>Puts a word in another one's place.</summary>
    internal Retry Replace(int at, string word) => new([.. line.Take(at), word, .. line.Skip(at + 1)]);

    private IEnumerable<string> Rest => line.Skip(1);

    /// <summary>As a shell takes it.</summary>
    public override string ToString() => string.Join(' ', line.Prepend("locald").Select(ShellWord.Quote));
}

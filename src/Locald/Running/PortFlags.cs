using System.Buffers;
using System.Globalization;

namespace Locald.Running;

/// <summary>Adds to a command line what makes its development server listen on the port that it was given.</summary>
internal static class PortFlags
{
    /// <summary>Interfaces that an app on this machine may be reached by; the other one is found all the same.</summary>
    internal const string Host = "127.0.0.1";

    /// <summary>What shells act upon: with any of it, what is appended to a script may belong to another command than the first.</summary>
    private static readonly SearchValues<char> ShellCharacters = SearchValues.Create("&|;<>()$`\"'\\*?#~\n");

    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">Where it runs: its <c>package.json</c> tells what a script is.</param>
    /// <param name="port">The port that it shall listen on.</param>
    /// <returns>The command as it was given, and what to append; nothing where no server that ignores <c>PORT</c> is known in it.</returns>
    internal static IReadOnlyList<string> For(IReadOnlyList<string> command, string folder, int port)
    {
        (IReadOnlyList<string> words, bool separate) = PackageRunner.Unwrap(command, script => Script(folder, script));
        if (Find(words) is not { } tool)
        {
            return [];
        }

        string[] flags = [.. Missing(tool, words).Select(f => Fill(f, port))];
        return flags.Length > 0 && separate ? ["--", .. flags] : flags;
    }

    /// <summary>Puts port and host in their places.</summary>
    internal static string Fill(string text, int port) =>
        text.Replace("{port}", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{host}", Host, StringComparison.Ordinal);

    private static PortTool? Find(IReadOnlyList<string> words) => PortTool.All.FirstOrDefault(tool => Serves(tool, words));

    private static bool Serves(PortTool tool, IReadOnlyList<string> words)
    {
        string[] program = tool.Program.Split(' ');
        if (words.Count < program.Length || PackageRunner.ProgramName(words[0]) != program[0]
            || !words.Skip(1).Take(program.Length - 1).SequenceEqual(program.Skip(1)))
        {
            return false;
        }

        string[] rest = [.. words.Skip(program.Length)];
        return (rest is [var verb, ..] && tool.Verbs.Contains(verb)) || (tool.ServesBare && !rest.Intersect(tool.OtherVerbs).Any());
    }

    /// <summary>Where the user says a port, the server is left alone: it is found by its sockets.</summary>
    private static IEnumerable<string> Missing(PortTool tool, IReadOnlyList<string> words)
    {
        string[] given = [.. words.Skip(tool.Program.Split(' ').Length).Where(w => !tool.Verbs.Contains(w))];
        string[] port = tool.Flags[0];
        bool chosen = port is [var positional]
            ? given.Any(w => char.IsAsciiDigit(w.FirstOrDefault()))
            : given.Any(w => Says(w, port[0])) || given.Any(w => tool.Synonyms.Any(s => w.StartsWith(s, StringComparison.Ordinal)));
        return chosen ? [] : tool.Flags.Where(flag => !given.Any(w => Says(w, flag[0]))).SelectMany(flag => flag);
    }

    private static bool Says(string word, string flag) => word == flag || word.StartsWith($"{flag}=", StringComparison.Ordinal);

    /// <summary>The words of a script of the package that the command runs in; null where it is more than one plain command.</summary>
    private static string[]? Script(string folder, string name)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (PackageJson.In(at) is { } package)
            {
                return package.Scripts.TryGetValue(name, out string? script) && !script.AsSpan().ContainsAny(ShellCharacters)
                    ? [.. script.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipWhile(w => w.Contains('='))]
                    : null;
            }
        }

        return null;
    }
}

namespace Locald.Hosts;

/// <summary>
/// The part of a hosts file that is ours, between two marks. Everything outside is kept to the byte: the text is the file's bytes, each
/// as one character.
/// </summary>
internal sealed class HostsBlock
{
    internal const string Begin = "# begin of locald: made by 'locald hosts --apply', gone with 'locald hosts --remove'";
    internal const string End = "# end of locald";

    private const string BeginMark = "# begin of locald";

    private readonly string _before;
    private readonly string _after;
    private readonly string _newLine;

    private HostsBlock(string before, string block, string after, string newLine) => (_before, Block, _after, _newLine) = (before, block, after, newLine);

    /// <summary>Our part as it stands, with its marks and its line ends; empty where there is none.</summary>
    internal string Block { get; }

    /// <summary>Finds our part.</summary>
    /// <returns>Null and the 1-based number of the line that is wrong, where marks are missing or doubled: what was meant is not for us to guess.</returns>
    internal static (HostsBlock? Found, int WrongLine) Parse(string text)
    {
        string newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        int begin = -1;
        int end = -1;
        int number = 0;
        int beginLine = 0;
        for (int at = 0; at < text.Length;)
        {
            number++;
            int stop = text.IndexOf('\n', at) is >= 0 and int found ? found + 1 : text.Length;
            ReadOnlySpan<char> line = text.AsSpan(at, stop - at).Trim();
            if (line.StartsWith(BeginMark))
            {
                if (begin >= 0)
                {
                    return (null, number);
                }

                (begin, beginLine) = (at, number);
            }
            else if (line.SequenceEqual(End))
            {
                if (begin < 0 || end >= 0)
                {
                    return (null, number);
                }

                end = stop;
            }

            at = stop;
        }

        return (begin, end) switch
        {
            (< 0, _) => (new(text, "", "", newLine), 0),
            (_, < 0) => (null, beginLine),
            _ => (new(text[..begin], text[begin..end], text[end..], newLine), 0),
        };
    }

    /// <summary>
    /// Our part for some names. Both addresses for each: a client that asks for IPv6 alone must not be told that there is no such name,
    /// and one without IPv6 passes the line over. A line each: Windows reads nine names of a line.
    /// </summary>
    internal static string Compose(IEnumerable<string> names, string newLine) =>
        string.Concat(new[] { Begin }.Concat(names.SelectMany(n => new[] { $"127.0.0.1 {n}", $"::1 {n}" })).Append(End).Select(l => l + newLine));

    /// <summary>The whole file with our part for these names; without it where there are none.</summary>
    internal string With(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return _before + _after;
        }

        // A last line without an end would swallow our first.
        string gap = Block.Length == 0 && _before.Length > 0 && !_before.EndsWith('\n') ? _newLine : "";
        return _before + gap + Compose(names, _newLine) + _after;
    }
}

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

    /// <summary>Behind the first mark where the line above had no end before us: it has none again when we are gone.</summary>
    private const string EndAbove = ", with the end of the line above";

    private const string Address = "127.0.0.1 ";

    private readonly string _before;
    private readonly string _after;
    private readonly string _newLine;

    private HostsBlock(string before, string block, string after, string newLine)
    {
        (_before, Block, _after) = (before, block, after);
        string first = block[..(block.IndexOf('\n') + 1)];
        _newLine = first.EndsWith("\r\n", StringComparison.Ordinal) ? "\r\n" : first.Length > 0 ? "\n" : newLine;
        HasEndAbove = first.Length > 0 ? first.TrimEnd().EndsWith(EndAbove, StringComparison.Ordinal) : before.Length > 0 && !before.EndsWith('\n');
    }

    /// <summary>Our part as it stands, with its marks and its line ends; empty where there is none.</summary>
    internal string Block { get; }

    /// <summary>For whom it is, in its order, without what is not of us.</summary>
    internal IReadOnlyList<string> Names =>
        [.. Block.Split('\n').Where(l => l.StartsWith(Address, StringComparison.Ordinal)).Select(l => l[Address.Length..].Trim()).Where(HostNames.IsOurs)];

    /// <summary>Whether the end of the line above our part is, or would be, part of it.</summary>
    private bool HasEndAbove { get; }

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
        string.Concat(new[] { Begin }.Concat(names.SelectMany(n => new[] { Address + n, $"::1 {n}" })).Append(End).Select(l => l + newLine));

    /// <summary>The whole file with our part for these names; without it where there are none.</summary>
    internal string With(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            // Where somebody has written on below us, the end above is needed.
            return (HasEndAbove && _after.Length == 0 && _before.EndsWith(_newLine, StringComparison.Ordinal) ? _before[..^_newLine.Length] : _before) + _after;
        }

        if (!HasEndAbove)
        {
            return _before + Compose(names, _newLine) + _after;
        }

        // A last line without an end would swallow our first.
        string end = _before.EndsWith('\n') ? "" : _newLine;
        return _before + end + Begin + EndAbove + Compose(names, _newLine)[Begin.Length..] + _after;
    }
}

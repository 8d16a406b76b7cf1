namespace Locald.Tests.Proxy.Messages;

/// <summary>
/// Reads a message as careless software does, in one of the ways that request smuggling lives on. What this program writes must mean the
/// same to all of them.
/// </summary>
/// <param name="LineFeeds">A bare LF ends a line.</param>
/// <param name="CarriageReturns">So does a bare CR.</param>
/// <param name="Folds">A line that begins with white space continues the one before; else it is a field line of its own.</param>
/// <param name="Trims">White space and controls around names are dropped, and an underscore is a hyphen.</param>
/// <param name="LengthWins">Content-Length counts, whatever Transfer-Encoding says.</param>
/// <param name="LastWins">Of several values the last counts; else the first.</param>
/// <param name="Contains">Anything with <c>chunked</c> in it is chunked; else only the word alone.</param>
internal sealed record SloppyReader(bool LineFeeds, bool CarriageReturns, bool Folds, bool Trims, bool LengthWins, bool LastWins, bool Contains)
{
    private string _rest = "";

    /// <summary>One of each kind, two of the mixed kinds, and one without any fault.</summary>
    public static SloppyReader[] All =>
    [
        new(false, false, false, false, false, false, false),
        new(true, false, false, false, false, false, false),
        new(false, true, false, false, false, false, true),
        new(false, false, true, false, false, true, false),
        new(false, false, false, true, false, false, true),
        new(false, false, false, true, true, false, false),
        new(true, true, true, true, true, true, true),
        new(true, false, true, true, false, true, true),
    ];

    /// <summary>What it makes of a message: its hosts, its body, and what it takes for the next message.</summary>
    public (string Start, string Hosts, string Body, string Left) Read(string message)
    {
        _rest = message;
        string start = Line();
        List<(string Name, string Value)> fields = Fields();
        string hosts = string.Join('|', fields.Where(f => f.Name == "host").Select(f => f.Value));
        string? length = Pick(fields, "content-length"), coding = Pick(fields, "transfer-encoding");
        bool chunked = coding is not null && (Contains ? coding.Contains("chunked", StringComparison.OrdinalIgnoreCase) : coding.Equals("chunked", StringComparison.OrdinalIgnoreCase));
        string body = chunked && !(LengthWins && length is not null) ? Chunks() : Take(Number(length ?? "0", 10));
        return (start, hosts, body, _rest);
    }

    private static int Number(string text, int radix)
    {
        long number = 0;
        foreach (char c in text)
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix || number > int.MaxValue)
            {
                break;
            }

            number = (number * radix) + digit;
        }

        return (int)Math.Min(number, int.MaxValue);
    }

    private string? Pick(List<(string Name, string Value)> fields, string name)
    {
        string[] values = [.. fields.Where(f => f.Name == name).Select(f => f.Value)];
        return values.Length == 0 ? null : LastWins ? values[^1] : values[0];
    }

    private List<(string Name, string Value)> Fields()
    {
        List<(string Name, string Value)> fields = [];
        while (Line() is { Length: > 0 } line)
        {
            if (Folds && line[0] is ' ' or '\t' && fields.Count > 0)
            {
                fields[^1] = (fields[^1].Name, fields[^1].Value + line);
                continue;
            }

            int colon = line.IndexOf(':');
            string name = colon < 0 ? line : line[..colon];
            fields.Add(((Trims ? name.Trim([.. " \t\u000b\f\0\u0085\u00a0"]).Replace('_', '-') : name).ToLowerInvariant(), line[(colon + 1)..].Trim(' ', '\t')));
        }

        return fields;
    }

    private string Chunks()
    {
        string body = "";
        while (Number(Line(), 16) is > 0 and int size)
        {
            body += Take(size);
            Line();
        }

        Fields();
        return body;
    }

    private string Take(int count)
    {
        string taken = _rest[..Math.Min(count, _rest.Length)];
        _rest = _rest[taken.Length..];
        return taken;
    }

    /// <summary>The next line, without its end; empty where nothing is left.</summary>
    private string Line()
    {
        int end = 0;
        while (end < _rest.Length && !(_rest[end] == '\n' && (LineFeeds || (end > 0 && _rest[end - 1] == '\r'))) && !(CarriageReturns && _rest[end] == '\r' && !Next('\n')))
        {
            end++;
        }

        string line = Take(end + 1);
        return line.EndsWith("\r\n", StringComparison.Ordinal) ? line[..^2] : line.Length > 0 && line[^1] is '\r' or '\n' ? line[..^1] : line;

        bool Next(char c) => end + 1 < _rest.Length && _rest[end + 1] == c;
    }
}

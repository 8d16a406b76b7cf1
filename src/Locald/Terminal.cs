using System.Text;
using System.Text.Json;

namespace Locald;

/// <summary>
/// The one place that speaks. Data goes to standard output, talk to standard error, so that a pipe carries facts alone;
/// colour only on a terminal, and never against <c>NO_COLOR</c> (https://no-color.org).
/// </summary>
public sealed class Terminal(TextWriter data, TextWriter talk, bool colour, bool interactive, Stream? bytes = null)
{
    private readonly bool _dataIsOpen = !ReferenceEquals(data, TextWriter.Null);

    /// <summary>Whether a person can be asked something: standard input and standard error are both terminals.</summary>
    public bool Interactive { get; } = interactive;

    /// <summary>Whether standard output may be coloured.</summary>
    public bool ColouredData { get; private init; }

    public static Terminal ForProcess()
    {
        bool colour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
        bool interactive = !Console.IsInputRedirected && !Console.IsErrorRedirected;
        (TextWriter data, TextWriter talk) = OperatingSystem.IsWindows()
            ? (OpenConsole(() => Console.Out), OpenConsole(() => Console.Error)) : (Open(new StandardStream(1)), Open(new StandardStream(2)));
        return new(data, talk, colour && !Console.IsErrorRedirected, interactive)
        {
            ColouredData = colour && !Console.IsOutputRedirected,
        };
    }

    /// <summary>The same terminal with its data as talk, for where standard output belongs to another program.</summary>
    public Terminal TalkingOnly() => new(talk, talk, colour, Interactive, Stream.Null);

    /// <summary>Writes one line of data to standard output.</summary>
    public void Data(string line) => Raw(line + Environment.NewLine);

    /// <summary>Writes a table as data: columns are as wide as their widest text, the last is free.</summary>
    public void Table(string[] head, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. head.Select((title, i) => rows.Select(r => r[i].Length).Append(title.Length).Max())];
        foreach (string[] row in rows.Prepend(head))
        {
            Data(string.Join("  ", row.Select((text, i) => i == row.Length - 1 ? text : text.PadRight(widths[i]))));
        }
    }

    /// <summary>Writes data as it is, without a line end (PEM text, help).</summary>
    /// <exception cref="UserError">It cannot be written. A reader that went away is no error: it has seen enough.</exception>
    public void Raw(string text)
    {
        try
        {
            data.Write(text);
        }
        catch (IOException error)
        {
            Complain(error);
        }
    }

    /// <summary>Standard output, for what writes a stream; on Unix it tells when its reader goes away. The caller closes it.</summary>
    public Stream OpenData() =>
        bytes ?? (!_dataIsOpen ? Stream.Null : OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardStream(1));

    /// <summary>Writes bytes to standard output, where a text would change them.</summary>
    public void Bytes(ReadOnlySpan<byte> content)
    {
        try
        {
            data.Flush();
            using Stream output = OpenData();
            output.Write(content);
        }
        catch (IOException error)
        {
            Complain(error);
        }
    }

    /// <summary>Writes one JSON value, indented, and a line end to standard output.</summary>
    public void Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            write(json);
        }

        Data(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>Writes one JSON object on a line of its own to standard output.</summary>
    public void JsonLine(Action<Utf8JsonWriter> members)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        Data(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>Says one line on standard error.</summary>
    public void Say(string line)
    {
        try
        {
            talk.WriteLine(line);
        }
        catch (IOException)
        {
            // Nobody can be told that nobody can be told.
        }
    }

    /// <summary>Warns, and says which commands help.</summary>
    public void Warn(string line, params ReadOnlySpan<string> hints)
    {
        Say($"{Paint("locald:", 33)} {line}");
        Hint(hints);
    }

    public void Error(UserError error)
    {
        Say($"{Paint("locald:", 31)} {error.Message}");
        Hint([.. error.Hints]);
    }

    private static TextWriter Open(StandardStream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });

    /// <summary>The console of Windows, which knows its code page; where the process was started without it, nowhere.</summary>
    private static TextWriter OpenConsole(Func<TextWriter> console)
    {
        try
        {
            return console();
        }
        catch (UnauthorizedAccessException)
        {
            return TextWriter.Null;
        }
    }

    private static void Complain(IOException error)
    {
        if (OperatingSystem.IsWindows() || error.HResult != StandardStream.BrokenPipe)
        {
            throw Unwritable(error);
        }
    }

    internal static UserError Unwritable(IOException error) =>
        new("writing to standard output", error.Message.TrimEnd('.'), ExitCode.Failed, "df -h");

    private void Hint(ReadOnlySpan<string> hints)
    {
        foreach (string hint in hints)
        {
            Say($"  try: {Paint(hint, 36)}");
        }
    }

    private string Paint(string text, int ansi) => colour ? $"\e[{ansi}m{text}\e[0m" : text;
}

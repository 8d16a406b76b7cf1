using System.Text;
using System.Text.Json;

namespace Locald;

/// <summary>
/// The one place that speaks. Data goes to standard output, talk to standard error, so that a pipe carries facts alone;
/// colour only on a terminal, and never against <c>NO_COLOR</c> (https://no-color.org).
/// </summary>
public sealed class Terminal(TextWriter data, TextWriter talk, bool colour, bool interactive, Stream? bytes = null)
{
    /// <summary>Whether a person can be asked something: standard input and standard error are both terminals.</summary>
    public bool Interactive { get; } = interactive;

    public static Terminal ForProcess()
    {
        bool colour = !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new(Console.Out, Console.Error, colour, !Console.IsInputRedirected && !Console.IsErrorRedirected);
    }

    /// <summary>Writes one line of data to standard output.</summary>
    public void Data(string line) => data.WriteLine(line);

    /// <summary>Writes data as it is, without a line end (PEM text, help).</summary>
    public void Raw(string text) => data.Write(text);

    /// <summary>Writes bytes to standard output, where a text would change them.</summary>
    public void Bytes(ReadOnlySpan<byte> content)
    {
        data.Flush();
        using Stream output = bytes ?? Console.OpenStandardOutput();
        output.Write(content);
    }

    /// <summary>Writes one JSON value, indented, and a line end to standard output.</summary>
    public void Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            write(json);
        }

        data.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
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

        data.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>Says one line on standard error.</summary>
    public void Say(string line) => talk.WriteLine(line);

    public void Warn(string line) => talk.WriteLine($"{Paint("locald:", 33)} {line}");

    public void Error(UserError error)
    {
        talk.WriteLine($"{Paint("locald:", 31)} {error.Message}");
        foreach (string hint in error.Hints)
        {
            talk.WriteLine($"  try: {Paint(hint, 36)}");
        }
    }

    private string Paint(string text, int ansi) => colour ? $"\e[{ansi}m{text}\e[0m" : text;
}

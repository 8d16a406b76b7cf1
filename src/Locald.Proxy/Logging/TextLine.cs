using System.Buffers;
using System.Text;

namespace Locald.Proxy.Logging;

/// <summary>
/// A line for a person: time, status, method, duration, size, and last what has no fixed width:
/// <c>12:01:02.345 200 GET      12.3ms   4.2kB app.localhost/x -> localhost:3000</c>.
/// </summary>
/// <param name="colour">Whether a terminal reads it.</param>
/// <param name="zone">Whose time is shown.</param>
public sealed class TextLine(bool colour, TimeZoneInfo zone)
{
    private const int Dim = 2, Red = 31;

    /// <summary>Appends one line with its end.</summary>
    public void Write(IBufferWriter<byte> output, in LogLine line)
    {
        RequestRecord r = line.Record;
        DateTimeOffset time = TimeZoneInfo.ConvertTime(r.Time, zone);
        string text = line.Event is not null
            ? $"{Paint($"{time:HH:mm:ss.fff}", Dim)} --- {line.Event}: {Printable.Of(line.Detail ?? "")}\n"
            : $"{Paint($"{time:HH:mm:ss.fff}", Dim)} {Painted(r.Status)} {Printable.Of(r.Method),-7} {Brief.Of(r.Duration),8} {Brief.Of(r.ResponseBytes),7} "
                + $"{Printable.Of(r.Host)}{Printable.Of(r.Path)}{Ending(r)}\n";
        Encoding.UTF8.GetBytes(text, output);
    }

    private string Ending(in RequestRecord r) =>
        (r.Upstream is null ? "" : Paint($" -> {r.Upstream}", Dim)) + (r.Fault is null ? "" : Paint($" ({r.Fault})", Red));

    /// <summary>A client that left before it got a status is shown as three dashes.</summary>
    private string Painted(int status)
    {
        string text = status == 0 ? "---" : status.ToString();
        int ansi = status switch { >= 500 => Red, >= 400 => 33, >= 300 => 36, >= 200 => 32, _ => 0 };
        return ansi > 0 ? Paint(text, ansi) : text;
    }

    private string Paint(string text, int ansi) => colour ? $"\e[{ansi}m{text}\e[0m" : text;
}

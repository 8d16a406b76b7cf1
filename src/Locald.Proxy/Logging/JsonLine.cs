using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Locald.Proxy.Logging;

/// <summary>
/// A line as one JSON object. Requests have <c>time method host path status duration_ms request_bytes response_bytes route upstream
/// protocol client fault</c>, always all of them; events have <c>time event detail</c>.
/// </summary>
public static class JsonLine
{
    /// <summary>Appends one line with its end.</summary>
    public static void Write(IBufferWriter<byte> output, in LogLine line)
    {
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            Write(json, line);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes the members into the object that is open.</summary>
    public static void Write(Utf8JsonWriter json, in LogLine line)
    {
        RequestRecord r = line.Record;
        json.WriteString("time", r.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        if (line.Event is not null)
        {
            json.WriteString("event", line.Event);
            json.WriteString("detail", line.Detail);
            return;
        }

        json.WriteString("method", r.Method);
        json.WriteString("host", r.Host);
        json.WriteString("path", r.Path);
        json.WriteNumber("status", r.Status);
        json.WriteNumber("duration_ms", Math.Round(r.Duration.TotalMilliseconds, 3));
        json.WriteNumber("request_bytes", r.RequestBytes);
        json.WriteNumber("response_bytes", r.ResponseBytes);
        json.WriteString("route", r.Route);
        json.WriteString("upstream", r.Upstream);
        json.WriteString("protocol", r.Protocol);
        json.WriteString("client", r.Client);
        json.WriteString("fault", r.Fault);
    }

    /// <summary>Reads what <see cref="Write(IBufferWriter{byte}, in LogLine)"/> wrote, to show it in another form; members of a later version are passed over.</summary>
    /// <param name="line">With or without its end.</param>
    /// <exception cref="JsonException">No such object.</exception>
    public static LogLine Read(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader json = new(line);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("expected an object");
        }

        RequestRecord r = new() { Time = default, Protocol = "", Method = "", Host = "", Path = "", Status = 0, Duration = default };
        (string? name, string? detail) = (null, null);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string member = json.GetString()!;
            json.Read();
            string? text = json.TokenType == JsonTokenType.String ? json.GetString() : null;
            double number = json.TokenType == JsonTokenType.Number && json.TryGetDouble(out double value) ? value : 0;
            json.Skip();
            switch (member)
            {
                case "time":
                    r = r with { Time = text is not null && json.TryGetDateTimeOffset(out DateTimeOffset time) ? time : throw new JsonException("no time") };
                    break;
                case "event":
                    name = text;
                    break;
                case "detail":
                    detail = text;
                    break;
                case "method":
                    r = r with { Method = text ?? "" };
                    break;
                case "host":
                    r = r with { Host = text ?? "" };
                    break;
                case "path":
                    r = r with { Path = text ?? "" };
                    break;
                case "status":
                    r = r with { Status = (int)number };
                    break;
                case "duration_ms":
                    r = r with { Duration = TimeSpan.FromMilliseconds(Math.Clamp(number, 0, int.MaxValue)) };
                    break;
                case "request_bytes":
                    r = r with { RequestBytes = (long)number };
                    break;
                case "response_bytes":
                    r = r with { ResponseBytes = (long)number };
                    break;
                case "route":
                    r = r with { Route = text };
                    break;
                case "upstream":
                    r = r with { Upstream = text };
                    break;
                case "protocol":
                    r = r with { Protocol = text ?? "" };
                    break;
                case "client":
                    r = r with { Client = text };
                    break;
                case "fault":
                    r = r with { Fault = text };
                    break;
            }
        }

        return new(r, name, detail);
    }
}

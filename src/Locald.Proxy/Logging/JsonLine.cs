using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Locald.Proxy.Logging;

/// <summary>
/// A line as one JSON object. Requests have <c>time method host path status duration_ms request_bytes response_bytes route upstream
/// protocol client fault</c>, always all of them; events have <c>time event detail</c>.
/// </summary>
internal static class JsonLine
{
    internal static void Write(ArrayBufferWriter<byte> output, in LogLine line)
    {
        RequestRecord r = line.Record;
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteString("time", r.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        if (line.Event is not null)
        {
            json.WriteString("event", line.Event);
            json.WriteString("detail", line.Detail);
        }
        else
        {
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

        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }
}

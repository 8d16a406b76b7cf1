using System.Buffers;
using System.Text.Json;

namespace Locald.Control;

/// <summary>
/// The control protocol, version 1: a connection carries one request, a JSON object on one line, and one reply of the same form.
/// <code>
/// {"v":1,"verb":"status"}
/// {"v":1,"ok":true,"pid":4242,"version":"0.1.0","since":"…","listens":["https://127.0.0.1:443"],"routes":[{"url":"…","target":"…"}]}
/// {"v":1,"ok":false,"error":"unknown verb 'x'"}
/// </code>
/// </summary>
internal static class ControlMessage
{
    internal const int Version = 1;

    /// <summary>Bytes of a request line.</summary>
    internal const int LongestRequest = 64 * 1024;

    /// <summary>Bytes of a reply line: some ten thousand routes.</summary>
    internal const int LongestReply = 1024 * 1024;

    /// <summary>For a whole exchange; both sides are on one machine.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>One line of JSON with its line end.</summary>
    internal static ReadOnlyMemory<byte> Line(Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> line = new();
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            members(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }

    internal static ReadOnlyMemory<byte> Request(string verb) => Line(json => json.WriteString("verb", verb));

    internal static ReadOnlyMemory<byte> Refusal(string why) => Line(json =>
    {
        json.WriteBoolean("ok", false);
        json.WriteString("error", why);
    });

    internal static ReadOnlyMemory<byte> Reply(InstanceStatus status) => Line(json =>
    {
        json.WriteBoolean("ok", true);
        status.Write(json);
    });

    /// <summary>Reads up to a line end, or the peer's end of sending.</summary>
    /// <returns>The line without its end; null where it is longer than <paramref name="longest"/>.</returns>
    internal static async Task<ReadOnlyMemory<byte>?> ReadLineAsync(Stream stream, int longest, CancellationToken stop)
    {
        byte[] buffer = new byte[1024];
        int length = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), stop);
            int end = buffer.AsSpan(length, read).IndexOf((byte)'\n');
            if (end >= 0 || read == 0)
            {
                return buffer.AsMemory(0, end >= 0 ? length + end : length);
            }

            length += read;
            if (length > longest)
            {
                return null;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    /// <summary>The version and verb of a request.</summary>
    /// <exception cref="JsonException">The line is no such object.</exception>
    internal static (int Version, string Verb) ReadRequest(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader json = new(line);
        (int version, string? verb) = (0, null);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("expected an object");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isVersion = json.ValueTextEquals("v"u8);
            bool isVerb = json.ValueTextEquals("verb"u8);
            json.Read();
            if (isVersion && json.TokenType == JsonTokenType.Number)
            {
                json.TryGetInt32(out version);
            }
            else if (isVerb && json.TokenType == JsonTokenType.String)
            {
                verb = json.GetString();
            }
            else
            {
                json.Skip();
            }
        }

        return (version, verb ?? throw new JsonException("a verb is missing"));
    }

    /// <summary>Why a request was refused; null where it was answered.</summary>
    /// <exception cref="JsonException">The line is no JSON object.</exception>
    internal static string? ReadRefusal(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader json = new(line);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("expected an object");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isError = json.ValueTextEquals("error"u8);
            json.Read();
            if (isError && json.TokenType == JsonTokenType.String)
            {
                return json.GetString();
            }

            json.Skip();
        }

        return null;
    }
}

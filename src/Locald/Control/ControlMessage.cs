using System.Buffers;
using System.Text.Json;

namespace Locald.Control;

/// <summary>
/// The control protocol, version 1: a connection carries one request, a JSON object on one line, and one reply of the same form.
/// <code>
/// {"v":1,"verb":"status"}
/// {"v":1,"ok":true,"pid":4242,"version":"0.1.0","since":"…","listens":["https://127.0.0.1:443"],"routes":[{"url":"…","target":"…",…}]}
/// {"v":1,"verb":"add","name":"app.localhost","target":"localhost:3000","holder":{"pid":77,"since":"…","words":"npm run dev"}}
/// {"v":1,"ok":true,"outcome":"added","route":{"url":"…","target":"…",…}}
/// {"v":1,"verb":"remove","name":"app.localhost"}
/// {"v":1,"ok":false,"outcome":"absent","error":"it is not served","nearest":"api.localhost"}
/// {"v":1,"verb":"logs","follow":true}
/// {"v":1,"ok":true}                              and a line per request after it
/// {"v":1,"verb":"stop"}
/// {"v":1,"ok":true,"pid":4242,…}                 as of status, and then it ends
/// {"v":1,"ok":false,"error":"unknown verb 'x'"}
/// </code>
/// Members that are not known are passed over; a known one of another type is an error.
/// </summary>
internal static class ControlMessage
{
    internal const int Version = 1;

    /// <summary>Bytes of a request line.</summary>
    internal const int LongestRequest = 64 * 1024;

    /// <summary>Bytes of a reply line: the ten thousand routes that a command line may have, and the longest of those that may be added.</summary>
    internal const int LongestReply = 16 * 1024 * 1024;

    /// <summary>Characters of a route's name that is added: a host has 253, and some are for the path.</summary>
    internal const int LongestName = 512;

    /// <summary>Characters of a target that is added: PATH_MAX of Linux.</summary>
    internal const int LongestTarget = 4096;

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

    internal static ReadOnlyMemory<byte> Refusal(string why) => new ControlReply { Error = why }.Line();

    internal static ReadOnlyMemory<byte> Reply(InstanceStatus status) => Line(json =>
    {
        json.WriteBoolean("ok", true);
        status.Write(json);
    });

    /// <summary>Opens the object of a line; its members follow.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    internal static void ReadStart(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("expected an object");
        }
    }

    /// <summary>A member's name, with its value to be read next; null at the object's end.</summary>
    internal static string? NextMember(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        string name = Text(ref json, "a member's name");
        json.Read();
        return name;
    }

    /// <exception cref="JsonException">The member is no text.</exception>
    internal static string Text(ref Utf8JsonReader json, string member)
    {
        try
        {
            return json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? json.GetString()! : throw Mistyped(member, "text");
        }
        catch (InvalidOperationException)
        {
            throw new JsonException($"{member} is not UTF-8");
        }
    }

    /// <exception cref="JsonException">The member is no whole number.</exception>
    internal static int Number(ref Utf8JsonReader json, string member) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt32(out int value) ? value : throw Mistyped(member, "a whole number");

    /// <exception cref="JsonException">The member is neither true nor false.</exception>
    internal static bool Flag(ref Utf8JsonReader json, string member) =>
        json.TokenType is JsonTokenType.True or JsonTokenType.False ? json.GetBoolean() : throw Mistyped(member, "true or false");

    /// <exception cref="JsonException">The member is no time as RFC 3339 writes it.</exception>
    internal static DateTimeOffset Time(ref Utf8JsonReader json, string member) =>
        json.TokenType == JsonTokenType.String && json.TryGetDateTimeOffset(out DateTimeOffset value) ? value : throw Mistyped(member, "a time");

    private static JsonException Mistyped(string member, string expected) => new($"{member} is not {expected}");
}

using System.Text.Json;

namespace Locald.Trust.Policy;

/// <summary>A value of a JSON text and where it stands, so that the text can be edited without touching what is not ours in it.</summary>
internal sealed class JsonValue
{
    private JsonValue(JsonTokenType kind, int start, int end) => (Kind, Start, End) = (kind, start, end);

    /// <summary>The token that it begins with.</summary>
    public JsonTokenType Kind { get; }

    /// <summary>Index of its first byte.</summary>
    public int Start { get; }

    /// <summary>Index after its last byte.</summary>
    public int End { get; }

    public IReadOnlyList<JsonMember> Members { get; private init; } = [];

    public IReadOnlyList<JsonValue> Items { get; private init; } = [];

    /// <summary>A string's text, unescaped; null for other values.</summary>
    public string? Text { get; private init; }

    public bool IsObject => Kind == JsonTokenType.StartObject;

    public bool IsArray => Kind == JsonTokenType.StartArray;

    /// <param name="text">The whole text.</param>
    /// <param name="lenient">Whether comments, trailing commas and a byte order mark are let through: Chromium does, Firefox does not.</param>
    /// <exception cref="JsonException">It is not JSON; the exception knows the place.</exception>
    public static JsonValue Parse(ReadOnlySpan<byte> text, bool lenient)
    {
        int mark = lenient && text.StartsWith("\uFEFF"u8) ? 3 : 0;
        Utf8JsonReader json = new(text[mark..], new JsonReaderOptions
        {
            CommentHandling = lenient ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            AllowTrailingCommas = lenient,
        });
        try
        {
            json.Read();
            JsonValue root = Read(ref json, mark);

            // Whatever follows is an error, too.
            json.Read();
            return root;
        }
        catch (InvalidOperationException e)
        {
            // A string that is no UTF-8, or half of a surrogate pair.
            throw new JsonException(e.Message, null, null, null);
        }
    }

    /// <summary>The member of this name; the last one, as browsers take it. Null where this is no object or has none.</summary>
    public JsonMember? Member(string name) => Members.LastOrDefault(m => m.Name == name);

    private static JsonValue Read(ref Utf8JsonReader json, int mark)
    {
        JsonTokenType kind = json.TokenType;
        int start = (int)json.TokenStartIndex + mark;
        List<JsonMember> members = [];
        List<JsonValue> items = [];
        string? text = kind == JsonTokenType.String ? json.GetString() : null;
        if (kind == JsonTokenType.StartObject)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                int at = (int)json.TokenStartIndex + mark;
                string name = json.GetString()!;
                json.Read();
                members.Add(new(name, at, Read(ref json, mark)));
            }
        }
        else if (kind == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                items.Add(Read(ref json, mark));
            }
        }

        return new(kind, start, (int)json.BytesConsumed + mark) { Members = members, Items = items, Text = text };
    }
}

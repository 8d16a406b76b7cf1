using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Locald.Trust.Policy;

/// <summary>
/// A policy file of a browser: JSON in which an administrator may have written anything. One list of texts in it is ours to add to;
/// the rest goes back as it came. What is no JSON is never written over.
/// </summary>
/// <param name="file">Where it is to be found by this process.</param>
/// <param name="list">The names that lead to the list.</param>
internal sealed class PolicyFile(string file, params string[] list)
{
    /// <summary>A company's policies with their certificates take some 100 KB.</summary>
    private const int Longest = 8 << 20;

    private static readonly JsonWriterOptions s_form = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal bool Exists => File.Exists(file);

    /// <summary>The texts of the list.</summary>
    /// <exception cref="PolicyException">The file is no JSON of the expected shape, or cannot be read.</exception>
    internal IReadOnlyList<string> Read()
    {
        using JsonDocument? document = Parse();
        JsonElement at = document?.RootElement ?? default;
        foreach (string name in list)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return [];
            }
        }

        return at.ValueKind == JsonValueKind.Array ? [.. at.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!)] : [];
    }

    /// <summary>Adds one text to the list, or takes it out. An emptied file goes.</summary>
    /// <exception cref="PolicyException">The file is no JSON of the expected shape.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write it.</exception>
    internal void Change(string text, bool add)
    {
        using JsonDocument? document = Parse();
        ArrayBufferWriter<byte> bytes = new();
        bool anything;
        using (Utf8JsonWriter json = new(bytes, s_form))
        {
            anything = Write(json, null, document?.RootElement, list, text, add);
        }

        if (!anything)
        {
            File.Delete(file);
            return;
        }

        bytes.Write("\n"u8);
        PublicFile.Write(file, bytes.WrittenSpan);
    }

    /// <returns>Whether anything was written: an object or a list that our text alone was in goes with it.</returns>
    private static bool Write(Utf8JsonWriter json, string? name, JsonElement? value, ReadOnlySpan<string> path, string text, bool add)
    {
        JsonProperty[] members = value is { ValueKind: JsonValueKind.Object } o ? [.. o.EnumerateObject()] : [];
        JsonElement[] items = value is { ValueKind: JsonValueKind.Array } a ? [.. a.EnumerateArray().Where(i => i.ValueKind != JsonValueKind.String || i.GetString() != text)] : [];
        if (!add && !(path.IsEmpty ? items.Length > 0 : StaysAfterRemoval(value, path, text)))
        {
            return false;
        }

        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        if (path.IsEmpty)
        {
            json.WriteStartArray();
            items.ToList().ForEach(i => i.WriteTo(json));
            if (add)
            {
                json.WriteStringValue(text);
            }

            json.WriteEndArray();
            return true;
        }

        string next = path[0];
        json.WriteStartObject();
        foreach (JsonProperty member in members.Where(m => m.Name != next))
        {
            member.WriteTo(json);
        }

        JsonElement? inner = value is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(next, out JsonElement found) ? found : null;
        if (add || inner is not null)
        {
            Write(json, next, inner, path[1..], text, add);
        }

        json.WriteEndObject();
        return true;
    }

    private static bool StaysAfterRemoval(JsonElement? value, ReadOnlySpan<string> path, string text)
    {
        if (value is not { } at)
        {
            return false;
        }

        if (path.IsEmpty)
        {
            return at.ValueKind != JsonValueKind.Array || at.EnumerateArray().Any(i => i.ValueKind != JsonValueKind.String || i.GetString() != text);
        }

        if (at.ValueKind != JsonValueKind.Object)
        {
            return true;
        }

        foreach (JsonProperty member in at.EnumerateObject())
        {
            if (member.Name != path[0] || StaysAfterRemoval(member.Value, path[1..], text))
            {
                return true;
            }
        }

        return false;
    }

    private JsonDocument? Parse()
    {
        byte[] bytes;
        try
        {
            FileInfo info = new(file);
            if (!info.Exists)
            {
                return null;
            }

            bytes = info.Length <= Longest ? File.ReadAllBytes(file) : throw new PolicyException($"it is larger than {Longest >> 20} MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PolicyException(e.Message.Split(" : '")[0].TrimEnd('.'));
        }

        try
        {
            JsonDocument document = JsonDocument.Parse(bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0));
            Check(document.RootElement);
            return document;
        }
        catch (JsonException e)
        {
            throw new PolicyException($"it is no JSON, at line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}");
        }
    }

    /// <summary>What leads to the list must be objects, and the list a list: anything else is not ours to replace.</summary>
    private void Check(JsonElement at)
    {
        foreach (string name in list)
        {
            if (at.ValueKind != JsonValueKind.Object)
            {
                throw new PolicyException($"what holds \"{name}\" in it is no object");
            }

            if (!at.TryGetProperty(name, out at))
            {
                return;
            }
        }

        if (at.ValueKind != JsonValueKind.Array)
        {
            throw new PolicyException($"\"{list[^1]}\" in it is no list");
        }
    }
}

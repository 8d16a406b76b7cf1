using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Locald.Trust.Policy;

/// <summary>
/// Adds a string to a list in a JSON text, or takes it out, by cutting at the bytes: the administrator's own indentation, order,
/// numbers and comments stay as they are.
/// </summary>
internal static class JsonEdit
{
    /// <summary>The text with a string at the end of the list at this path. What is missing on the path is made.</summary>
    /// <param name="text">A text that parses.</param>
    /// <param name="lenient">As for <see cref="JsonValue.Parse"/>.</param>
    /// <param name="path">Names of members; nothing on it may be of another kind (<see cref="Obstacle"/>).</param>
    /// <param name="item">What to add, unescaped.</param>
    public static byte[] Add(byte[] text, bool lenient, ReadOnlySpan<string> path, string item)
    {
        JsonValue place = JsonValue.Parse(text, lenient);
        string value = Quote(item);
        while (!path.IsEmpty && place.Member(path[0]) is { } member)
        {
            place = member.Value;
            path = path[1..];
        }

        if (!path.IsEmpty)
        {
            value = path[1..].ToArray().Reverse().Aggregate($"[{value}]", (inner, name) => $"{{{Quote(name)}: {inner}}}");
            value = $"{Quote(path[0])}: {value}";
        }

        // Between neighbours stands what stands before the first of them.
        (int Start, int End)[] before = Children(place);
        if (before.Length == 0)
        {
            return Replace(text, place.Start + 1, place.Start + 1, value);
        }

        string gap = Encoding.UTF8.GetString(text[(place.Start + 1)..before[0].Start]);
        return Replace(text, before[^1].End, before[^1].End, $",{(gap.Length > 0 && string.IsNullOrWhiteSpace(gap) ? gap : " ")}{value}");
    }

    /// <summary>The text without those strings of the list at this path, and without the list and the objects around it where nothing else is left in them.</summary>
    /// <param name="text">A text that parses.</param>
    /// <param name="lenient">As for <see cref="JsonValue.Parse"/>.</param>
    /// <param name="path">Names of members.</param>
    /// <param name="which">Which strings go.</param>
    public static byte[] Remove(byte[] text, bool lenient, ReadOnlySpan<string> path, Func<string, bool> which)
    {
        while (Find(JsonValue.Parse(text, lenient), path) is [.., { IsArray: true } list] chain)
        {
            int index = list.Items.ToList().FindIndex(i => i.Text is { } item && which(item));
            if (index < 0)
            {
                return text;
            }

            // The outermost value that would be left empty goes as a whole; the first object on the path is never ours to delete.
            int depth = chain.Length - 1;
            while (depth > 1 && Children(chain[depth]).Length == 1)
            {
                depth--;
                index = chain[depth].Members.ToList().FindLastIndex(m => m.Value == chain[depth + 1]);
            }

            text = Without(text, chain[depth], index);
        }

        return text;
    }

    /// <summary>The strings of the list at this path; none where it is not there.</summary>
    public static IEnumerable<string> Strings(JsonValue root, ReadOnlySpan<string> path) =>
        Find(root, path) is [.., { IsArray: true } list] ? list.Items.Select(i => i.Text).OfType<string>() : [];

    /// <summary>What on the path is of another kind than a list of strings in objects, for a person: "policies.Certificates is no object". Null where nothing is.</summary>
    public static string? Obstacle(JsonValue root, ReadOnlySpan<string> path)
    {
        JsonValue place = root;
        for (int depth = 0; ; depth++)
        {
            string name = depth == 0 ? "the whole" : string.Join('.', path[..depth].ToArray());
            if (depth == path.Length)
            {
                return place.IsArray ? null : $"{name} is no list";
            }

            if (!place.IsObject)
            {
                return $"{name} is no object";
            }

            if (place.Member(path[depth]) is not { } member)
            {
                return null;
            }

            place = member.Value;
        }
    }

    /// <summary>A string as JSON, with characters of other scripts as they are.</summary>
    public static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <returns>The values along the path, the root first; null where one is missing.</returns>
    private static JsonValue[]? Find(JsonValue root, ReadOnlySpan<string> path)
    {
        List<JsonValue> chain = [root];
        foreach (string name in path)
        {
            if (chain[^1].Member(name) is not { } member)
            {
                return null;
            }

            chain.Add(member.Value);
        }

        return [.. chain];
    }

    private static (int Start, int End)[] Children(JsonValue value) =>
        [.. value.Members.Select(m => (m.Start, m.Value.End)), .. value.Items.Select(i => (i.Start, i.End))];

    private static byte[] Without(byte[] text, JsonValue container, int index)
    {
        (int Start, int End)[] children = Children(container);
        if (index < children.Length - 1)
        {
            return Replace(text, children[index].Start, children[index + 1].Start, "");
        }

        if (index > 0)
        {
            return Replace(text, children[index - 1].End, children[index].End, "");
        }

        // The only one takes its trailing comma along.
        int end = children[0].End;
        int next = end;
        while (" \t\r\n"u8.Contains(text[next]))
        {
            next++;
        }

        return Replace(text, children[0].Start, text[next] == ',' ? next + 1 : end, "");
    }

    private static byte[] Replace(byte[] text, int start, int end, string by) => [.. text[..start], .. Encoding.UTF8.GetBytes(by), .. text[end..]];
}

using System.Text.Json;

namespace Locald.Running;

/// <summary>What a project's <c>package.json</c> tells that concerns us.</summary>
/// <param name="Name">The package's name with its scope; null where it has none.</param>
/// <param name="Scripts">Each script's command line by its name.</param>
internal sealed record PackageJson(string? Name, IReadOnlyDictionary<string, string> Scripts)
{
    /// <summary>Reads the file of a folder.</summary>
    /// <returns>Null where there is none, or it cannot be read: npm will say so itself.</returns>
    internal static PackageJson? In(string folder)
    {
        if (ProjectFile.Read(Path.Combine(folder, "package.json")) is not { } bytes)
        {
            return null;
        }

        try
        {
            return Parse(bytes);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The latter for text that is no Unicode.
            return null;
        }
    }

    private static PackageJson Parse(ReadOnlySpan<byte> bytes)
    {
        Utf8JsonReader json = new(bytes);
        json.Read();
        string? name = null;
        Dictionary<string, string> scripts = [];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string member = json.GetString()!;
            json.Read();
            if (member == "name" && json.TokenType == JsonTokenType.String)
            {
                name = json.GetString();
            }
            else if (member == "scripts" && json.TokenType == JsonTokenType.StartObject)
            {
                ReadScripts(ref json, scripts);
            }
            else
            {
                json.Skip();
            }
        }

        return new(name, scripts);
    }

    private static void ReadScripts(ref Utf8JsonReader json, Dictionary<string, string> scripts)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string script = json.GetString()!;
            json.Read();
            if (json.TokenType == JsonTokenType.String)
            {
                scripts[script] = json.GetString()!;
            }
            else
            {
                json.Skip();
            }
        }
    }
}

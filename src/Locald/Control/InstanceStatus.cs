using System.Text.Json;

namespace Locald.Control;

/// <summary>A name that is served and what answers it.</summary>
/// <param name="Url">As a browser opens it: <c>https://app.localhost:8443</c>.</param>
/// <param name="Target">As <c>http://127.0.0.1:3000</c>, <c>unix:/path</c> or a folder.</param>
public sealed record ServedRoute(string Url, string Target);

/// <summary>What a running instance says of itself.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="Version">Its version, which may differ from the asker's.</param>
/// <param name="Since">When it began to accept, in UTC.</param>
/// <param name="Listens">Where, as <c>https://127.0.0.1:8443</c> or <c>http://[::1]:80</c>.</param>
/// <param name="Routes">In the order in which they were given.</param>
public sealed record InstanceStatus(int Pid, string Version, DateTimeOffset Since, IReadOnlyList<string> Listens, IReadOnlyList<ServedRoute> Routes)
{
    /// <summary>Writes the members into the object that is open.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("pid", Pid);
        json.WriteString("version", Version);
        json.WriteString("since", Since.UtcDateTime);
        json.WriteStartArray("listens");
        foreach (string address in Listens)
        {
            json.WriteStringValue(address);
        }

        json.WriteEndArray();
        json.WriteStartArray("routes");
        foreach (ServedRoute route in Routes)
        {
            json.WriteStartObject();
            json.WriteString("url", route.Url);
            json.WriteString("target", route.Target);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads the members of the object that is open, up to its end; members of a later version are passed over.</summary>
    /// <exception cref="JsonException">A member has another shape, or one is missing.</exception>
    internal static InstanceStatus Read(ref Utf8JsonReader json)
    {
        int? pid = null;
        string? version = null;
        DateTimeOffset? since = null;
        List<string> listens = [];
        List<ServedRoute> routes = [];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            switch (name)
            {
                case "pid" when json.TokenType == JsonTokenType.Number && json.TryGetInt32(out int number):
                    pid = number;
                    break;
                case "version" when json.TokenType == JsonTokenType.String:
                    version = json.GetString();
                    break;
                case "since" when json.TokenType == JsonTokenType.String && json.TryGetDateTimeOffset(out DateTimeOffset time):
                    since = time;
                    break;
                case "listens" when json.TokenType == JsonTokenType.StartArray:
                    while (json.Read() && json.TokenType == JsonTokenType.String)
                    {
                        listens.Add(json.GetString()!);
                    }

                    break;
                case "routes" when json.TokenType == JsonTokenType.StartArray:
                    while (json.Read() && json.TokenType == JsonTokenType.StartObject)
                    {
                        routes.Add(ReadRoute(ref json));
                    }

                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return pid is { } p && version is not null && since is { } s ? new(p, version, s, listens, routes) : throw new JsonException("a member is missing");
    }

    private static ServedRoute ReadRoute(ref Utf8JsonReader json)
    {
        (string url, string target) = ("", "");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.String)
            {
                json.Skip();
            }
            else if (name == "url")
            {
                url = json.GetString()!;
            }
            else if (name == "target")
            {
                target = json.GetString()!;
            }
        }

        return new(url, target);
    }
}

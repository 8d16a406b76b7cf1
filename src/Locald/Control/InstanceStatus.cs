using System.Text.Json;

namespace Locald.Control;

/// <summary>What a running instance says of itself.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="Version">Its version, which may differ from the asker's.</param>
/// <param name="Since">When it began to accept, in UTC.</param>
/// <param name="Listens">Where, as <c>https://127.0.0.1:8443</c> or <c>http://[::1]:80</c>.</param>
/// <param name="Routes">In the order in which they were given.</param>
internal sealed record InstanceStatus(int Pid, string Version, DateTimeOffset Since, IReadOnlyList<string> Listens, IReadOnlyList<ServedRoute> Routes)
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
            route.Write(json);
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
        while (ControlMessage.NextMember(ref json) is { } member)
        {
            switch (member)
            {
                case "pid":
                    pid = ControlMessage.Number(ref json, member);
                    break;
                case "version":
                    version = ControlMessage.Text(ref json, member);
                    break;
                case "since":
                    since = ControlMessage.Time(ref json, member);
                    break;
                case "listens" when json.TokenType == JsonTokenType.StartArray:
                    while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    {
                        listens.Add(ControlMessage.Text(ref json, member));
                    }

                    break;
                case "routes" when json.TokenType == JsonTokenType.StartArray:
                    while (json.Read() && json.TokenType == JsonTokenType.StartObject)
                    {
                        routes.Add(ServedRoute.Read(ref json));
                    }

                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return pid is { } p && version is not null && since is { } s ? new(p, version, s, listens, routes) : throw new JsonException("a member is missing");
    }
}

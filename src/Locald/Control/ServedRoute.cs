using System.Text.Json;
using Locald.Proxy.Routing;
using Locald.Serving;

namespace Locald.Control;

/// <summary>A name that is served and what answers it.</summary>
/// <param name="Url">As a browser opens it: <c>https://app.localhost:8443</c>.</param>
/// <param name="Target">As <c>http://127.0.0.1:3000</c>, <c>unix:/path</c> or a folder.</param>
internal sealed record ServedRoute(string Url, string Target)
{
    /// <summary>As <c>app.localhost/api</c>; empty from an instance that does not tell.</summary>
    public string Name { get; init; } = "";

    /// <summary>The process that it goes with, or that added it to stay; null where it is the instance's own.</summary>
    public Holder? Holder { get; init; }

    /// <summary>Whether it stays when its holder ends.</summary>
    public bool Keep { get; init; }

    /// <summary>Whether its app is still being started.</summary>
    public bool Starting { get; init; }

    /// <summary>Whether it is locald's own page, which is served when nothing else is.</summary>
    internal bool IsBuiltIn => Name == RouteName.Reserved;

    /// <summary>Whose it is, for a person.</summary>
    internal string HeldBy => Keep ? "kept" : Holder?.ToString() ?? "the instance";

    /// <summary>Writes the members into the object that is open.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteString("url", Url);
        json.WriteString("target", Target);
        HolderJson.Write(json, Holder);
        json.WriteBoolean("keep", Keep);
        json.WriteBoolean("starting", Starting);
    }

    /// <summary>Reads the members of the object that is open, up to its end.</summary>
    /// <exception cref="JsonException">A member has another type.</exception>
    internal static ServedRoute Read(ref Utf8JsonReader json)
    {
        ServedRoute route = new("", "");
        while (ControlMessage.NextMember(ref json) is { } member)
        {
            switch (member)
            {
                case "name":
                    route = route with { Name = ControlMessage.Text(ref json, member) };
                    break;
                case "url":
                    route = route with { Url = ControlMessage.Text(ref json, member) };
                    break;
                case "target":
                    route = route with { Target = ControlMessage.Text(ref json, member) };
                    break;
                case "holder":
                    route = route with { Holder = HolderJson.Read(ref json) };
                    break;
                case "keep":
                    route = route with { Keep = ControlMessage.Flag(ref json, member) };
                    break;
                case "starting":
                    route = route with { Starting = ControlMessage.Flag(ref json, member) };
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return route;
    }
}

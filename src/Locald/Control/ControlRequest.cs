using System.Text.Json;
using Locald.Serving;

namespace Locald.Control;

/// <summary>What another command asks of the running instance.</summary>
internal sealed record ControlRequest(string Verb)
{
    public int Version { get; init; } = ControlMessage.Version;

    /// <summary>A route's name, for <c>add</c> and <c>remove</c>.</summary>
    public string? Name { get; init; }

    /// <summary>A route's target, for <c>add</c>; a path in it is absolute, since only the asker knows its own folder.</summary>
    public string? Target { get; init; }

    /// <summary>Of <c>add</c>, whose the route shall be; of <c>remove</c>, whose it must be, or null for anyone's.</summary>
    public Holder? Holder { get; init; }

    /// <summary>Of <c>add</c>: whether the route stays when its holder ends.</summary>
    public bool Keep { get; init; }

    /// <summary>Of <c>add</c>: whether another's is taken.</summary>
    public bool Force { get; init; }

    /// <summary>Of <c>add</c>: whether the route's app is still being started.</summary>
    public bool Starting { get; init; }

    /// <summary>Of <c>logs</c>: whether the requests to come are wanted too.</summary>
    public bool Follow { get; init; }

    /// <summary>As a line of the protocol.</summary>
    internal ReadOnlyMemory<byte> Line() => ControlMessage.Line(json =>
    {
        json.WriteString("verb", Verb);
        if (Name is not null)
        {
            json.WriteString("name", Name);
        }

        if (Target is not null)
        {
            json.WriteString("target", Target);
        }

        if (Holder is not null)
        {
            HolderJson.Write(json, Holder);
        }

        WriteFlag(json, "keep", Keep);
        WriteFlag(json, "force", Force);
        WriteFlag(json, "starting", Starting);
        WriteFlag(json, "follow", Follow);
    });

    /// <exception cref="JsonException">The line is no such object.</exception>
    internal static ControlRequest Read(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader json = new(line);
        ControlMessage.ReadStart(ref json);
        ControlRequest request = new("") { Version = 0 };
        while (ControlMessage.NextMember(ref json) is { } member)
        {
            switch (member)
            {
                case "v":
                    request = request with { Version = ControlMessage.Number(ref json, member) };
                    break;
                case "verb":
                    request = request with { Verb = ControlMessage.Text(ref json, member) };
                    break;
                case "name":
                    request = request with { Name = ControlMessage.Text(ref json, member) };
                    break;
                case "target":
                    request = request with { Target = ControlMessage.Text(ref json, member) };
                    break;
                case "holder":
                    request = request with { Holder = HolderJson.Read(ref json) };
                    break;
                case "keep":
                    request = request with { Keep = ControlMessage.Flag(ref json, member) };
                    break;
                case "force":
                    request = request with { Force = ControlMessage.Flag(ref json, member) };
                    break;
                case "starting":
                    request = request with { Starting = ControlMessage.Flag(ref json, member) };
                    break;
                case "follow":
                    request = request with { Follow = ControlMessage.Flag(ref json, member) };
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        // Whatever follows the object is an error.
        json.Read();
        return request.Verb.Length > 0 ? request : throw new JsonException("a verb is missing");
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, true);
        }
    }
}

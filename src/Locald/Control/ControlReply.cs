using System.Text.Json;
using Locald.Serving;

namespace Locald.Control;

/// <summary>What the running instance says to a wish; what it says of itself is an <see cref="InstanceStatus"/>.</summary>
internal sealed record ControlReply
{
    /// <summary>The version of the protocol that the instance speaks.</summary>
    public int Version { get; init; } = ControlMessage.Version;

    /// <summary>Why not, for a person; null where it was done.</summary>
    public string? Error { get; init; }

    /// <summary>What became of a change; null where none was asked for.</summary>
    public ChangeOutcome? Outcome { get; init; }

    /// <summary>The route that stands now, or was removed.</summary>
    public ServedRoute? Route { get; init; }

    /// <summary>The name that is most like the one that is not there.</summary>
    public string? Nearest { get; init; }

    /// <summary>As a line of the protocol.</summary>
    internal ReadOnlyMemory<byte> Line() => ControlMessage.Line(json =>
    {
        json.WriteBoolean("ok", Error is null);
        WriteText(json, "error", Error);
        WriteText(json, "outcome", Outcome?.ToString().ToLowerInvariant());
        WriteText(json, "nearest", Nearest);
        if (Route is not null)
        {
            json.WriteStartObject("route");
            Route.Write(json);
            json.WriteEndObject();
        }
    });

    /// <exception cref="JsonException">The line is no such object.</exception>
    internal static ControlReply Read(ReadOnlySpan<byte> line)
    {
        Utf8JsonReader json = new(line);
        ControlMessage.ReadStart(ref json);
        ControlReply reply = new() { Version = 0 };
        while (ControlMessage.NextMember(ref json) is { } member)
        {
            switch (member)
            {
                case "v":
                    reply = reply with { Version = ControlMessage.Number(ref json, member) };
                    break;
                case "error":
                    reply = reply with { Error = ControlMessage.Text(ref json, member) };
                    break;
                case "outcome":
                    reply = reply with { Outcome = Enum.TryParse(ControlMessage.Text(ref json, member), ignoreCase: true, out ChangeOutcome outcome) ? outcome : null };
                    break;
                case "nearest":
                    reply = reply with { Nearest = ControlMessage.Text(ref json, member) };
                    break;
                case "route" when json.TokenType == JsonTokenType.StartObject:
                    reply = reply with { Route = ServedRoute.Read(ref json) };
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return reply;
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}

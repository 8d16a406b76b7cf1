using System.Text.Json;
using Locald.Serving;

namespace Locald.Control;

/// <summary>A route's holder as JSON: <c>{pid, since, words}</c>, or null.</summary>
internal static class HolderJson
{
    internal static void Write(Utf8JsonWriter json, Holder? holder)
    {
        if (holder is null)
        {
            json.WriteNull("holder");
            return;
        }

        json.WriteStartObject("holder");
        json.WriteNumber("pid", holder.Process.Pid);
        json.WriteString("since", holder.Process.Since.UtcDateTime);
        json.WriteString("words", holder.Words);
        json.WriteEndObject();
    }

    /// <exception cref="JsonException">It has another shape.</exception>
    internal static Holder? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("holder is not an object");
        }

        (int pid, DateTimeOffset since, string words) = (0, default, "");
        while (ControlMessage.NextMember(ref json) is { } member)
        {
            switch (member)
            {
                case "pid":
                    pid = ControlMessage.Number(ref json, "pid");
                    break;
                case "since":
                    since = ControlMessage.Time(ref json, "since");
                    break;
                case "words":
                    words = ControlMessage.Text(ref json, "words");
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return pid > 0 ? new(new(pid, since), words) : throw new JsonException("the holder has no pid");
    }
}

using System.Buffers;
using System.Text.Json;
using Locald.Proxy.Logging;

namespace Locald.Proxy.Pages.Dashboard;

/// <summary>
/// The dashboard for programs, and what its own script is told:
/// <c>{version, trusted, root: {subject, sha256, notAfter}, stores: [{title, state, counts, detail}], routes: [{name, url, target, health: up|down|starting|unknown,
/// detail, holder}], next: [{why, command}], requests: [...]}</c>. Requests have the members of the log (<see cref="JsonLine"/>).
/// </summary>
internal static class DashboardJson
{
    /// <summary>The whole, for a program.</summary>
    internal static byte[] Write(DashboardState state, IReadOnlyList<RequestRecord> requests)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            WriteMembers(json, state);
            json.WriteStartArray("requests");
            WriteLines(json, requests.Select(r => new LogLine(r, null, null)));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>All but the requests, as an object on one line.</summary>
    internal static byte[] Write(DashboardState state)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            WriteMembers(json, state);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Lines of the log as an array on one line.</summary>
    internal static byte[] Write(IEnumerable<LogLine> lines)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartArray();
            WriteLines(json, lines);
            json.WriteEndArray();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteLines(Utf8JsonWriter json, IEnumerable<LogLine> lines)
    {
        foreach (LogLine line in lines)
        {
            json.WriteStartObject();
            JsonLine.Write(json, line);
            json.WriteEndObject();
        }
    }

    private static void WriteMembers(Utf8JsonWriter json, DashboardState state)
    {
        json.WriteString("version", state.Instance?.Version);
        if (state.Trusted is { } trusted)
        {
            json.WriteBoolean("trusted", trusted);
        }
        else
        {
            json.WriteNull("trusted");
        }

        WriteRoot(json, state.Instance?.Root);
        WriteStores(json, state.Stores);
        json.WriteStartArray("routes");
        foreach (RouteState route in state.Routes)
        {
            json.WriteStartObject();
            json.WriteString("name", route.Name);
            json.WriteString("url", route.Url);
            json.WriteString("target", route.Target);
            json.WriteString("health", Mood.Word(route.Health.Health));
            json.WriteString("detail", route.Health.Detail);
            json.WriteString("holder", route.Holder);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("next");
        foreach (NextStep step in state.Next)
        {
            json.WriteStartObject();
            json.WriteString("why", step.Why);
            json.WriteString("command", step.Command);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRoot(Utf8JsonWriter json, RootFacts? root)
    {
        if (root is null)
        {
            json.WriteNull("root");
            return;
        }

        json.WriteStartObject("root");
        json.WriteString("subject", root.Subject);
        json.WriteString("sha256", root.Sha256);
        json.WriteString("notAfter", root.NotAfter.UtcDateTime);
        json.WriteEndObject();
    }

    private static void WriteStores(Utf8JsonWriter json, IReadOnlyList<StoreFacts>? stores)
    {
        if (stores is null)
        {
            json.WriteNull("stores");
            return;
        }

        json.WriteStartArray("stores");
        foreach (StoreFacts store in stores)
        {
            json.WriteStartObject();
            json.WriteString("title", store.Title);
            json.WriteString("state", store.State);
            json.WriteBoolean("counts", store.Counts);
            json.WriteString("detail", store.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

using System.Text.Json;

namespace Locald.Proxy.Pages;

/// <summary>A page for a program.</summary>
internal static class JsonPage
{
    internal static byte[] Write(PageContent content)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("status", content.Status);
            json.WriteString("kind", content.Kind);
            json.WriteString("title", content.Title);
            json.WriteString("detail", content.Lead);
            if (content.Note is not null)
            {
                json.WriteString("note", content.Note);
            }

            foreach (Fact fact in content.Facts)
            {
                json.WriteString(fact.Label, fact.Exact ?? fact.Value);
            }

            if (content.Entries.Count > 0)
            {
                json.WriteStartArray(content.EntriesKey);
                foreach (Entry entry in content.Entries)
                {
                    WriteEntry(json, entry);
                }

                json.WriteEndArray();
            }

            if (content.Commands.Count > 0)
            {
                json.WriteStartArray("try");
                foreach (string command in content.Commands)
                {
                    json.WriteStringValue(command);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, Entry entry)
    {
        json.WriteStartObject();
        json.WriteString("name", entry.Name);
        if (entry.Url is not null)
        {
            json.WriteString("url", entry.Url);
        }

        if (entry.Detail is not null)
        {
            json.WriteString("detail", entry.Detail);
        }

        json.WriteEndObject();
    }
}

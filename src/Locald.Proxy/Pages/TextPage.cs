using System.Text;

namespace Locald.Proxy.Pages;

/// <summary>A page for a terminal: what curl shows.</summary>
internal static class TextPage
{
    internal static string Write(PageContent content)
    {
        StringBuilder text = new();
        text.Append(content.Status).Append(' ').Append(Printable.Of(content.Title)).Append("\n\n").Append(Printable.Of(content.Lead)).Append('\n');
        if (content.Note is not null)
        {
            text.Append('\n').Append(content.Note).Append('\n');
        }

        if (content.Facts.Count > 0)
        {
            text.Append('\n');
            int width = content.Facts.Max(f => f.Label.Length) + 2;
            foreach (Fact fact in content.Facts)
            {
                text.Append(fact.Label.PadRight(width)).Append(Printable.Of(fact.Value)).Append('\n');
            }
        }

        if (content.Entries.Count > 0)
        {
            text.Append('\n').Append(content.EntriesTitle).Append(":\n");
            int width = content.Entries.Max(e => Address(e).Length) + 2;
            foreach (Entry entry in content.Entries)
            {
                text.Append("  ").Append((Address(entry).PadRight(width) + Printable.Of(entry.Detail ?? "")).TrimEnd()).Append('\n');
            }
        }

        if (content.Commands.Count > 0)
        {
            text.Append('\n').Append(content.CommandsTitle).Append(":\n");
            foreach (string command in content.Commands)
            {
                text.Append("  ").Append(Printable.Of(command)).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Address(Entry entry) => Printable.Of(entry.Url ?? entry.Name);
}

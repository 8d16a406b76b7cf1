namespace Locald.Proxy.Pages;

/// <summary>A page for a person.</summary>
internal static class HtmlPage
{
    /// <summary>The script that a page needs, or null.</summary>
    internal static HtmlText.Asset? Script(PageContent content) => content.Polls ? PageAssets.Waiting : null;

    internal static string Write(PageContent content) => HtmlFrame.Write(content.Kind, content.Title, Script(content), html =>
    {
        html.Append($"<main>\n<p class=\"mark\">{PageAssets.Padlock}locald</p>\n");
        html.Append($"<p class=\"status\">{content.Status}</p>\n<h1>{content.Title}</h1>\n<p class=\"lead\">{content.Lead}</p>\n");
        if (content.Note is not null)
        {
            html.Append($"<p class=\"warning\">{content.Note}</p>\n");
        }

        WriteFacts(html, content);
        WriteEntries(html, content);
        WriteCommands(html, content);
        if (content.Polls)
        {
            html.Append($"<p class=\"live\" id=\"waiting\" role=\"status\">Reload this page when the app is up.</p>\n");
        }

        html.Append($"</main>\n");
    });

    private static void WriteFacts(HtmlText html, PageContent content)
    {
        if (content.Facts.Count == 0)
        {
            return;
        }

        html.Append($"<dl>\n");
        foreach (Fact fact in content.Facts)
        {
            html.Append($"<div><dt>{fact.Label}</dt><dd>");
            WriteName(html, fact.Value, fact.Url);
            html.Append($"</dd></div>\n");
        }

        html.Append($"</dl>\n");
    }

    private static void WriteEntries(HtmlText html, PageContent content)
    {
        if (content.Entries.Count == 0)
        {
            return;
        }

        html.Append($"<h2>{content.EntriesTitle}</h2>\n<ul>\n");
        foreach (Entry entry in content.Entries)
        {
            html.Append($"<li>");
            WriteName(html, entry.Name, entry.Url);
            html.Append($"<span class=\"detail\">{entry.Detail}</span></li>\n");
        }

        html.Append($"</ul>\n");
    }

    /// <summary>A name, as a link where there is something to open.</summary>
    internal static void WriteName(HtmlText html, string name, string? url)
    {
        if (url is null)
        {
            html.Append($"<span class=\"name\">{name}</span>");
        }
        else
        {
            html.Append($"<a class=\"name\" href=\"{url}\">{name}</a>");
        }
    }

    private static void WriteCommands(HtmlText html, PageContent content)
    {
        if (content.Commands.Count == 0)
        {
            return;
        }

        html.Append($"<h2>{content.CommandsTitle}</h2>\n");
        foreach (string command in content.Commands)
        {
            html.Append($"<pre><code>{command}</code></pre>\n");
        }
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Locald.Proxy.Pages;

/// <summary>A page for a person. It needs no other file, and works without its script.</summary>
internal static class HtmlPage
{
    /// <summary>Nothing but the one style and the one script of this page may run, whatever else an answer might be made to hold.</summary>
    internal static string SecurityPolicy { get; } =
        $"default-src 'none'; style-src '{Hash(PageAssets.Style)}'; script-src '{Hash(PageAssets.Script)}'; "
        + "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

    internal static string Write(PageContent content)
    {
        HtmlText html = new();
        html.Append($"""
            <!doctype html>
            <html lang="en" data-page="{content.Kind}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{content.Title}</title>
            <link rel="icon" href="{PageAssets.Icon}">
            <style>{PageAssets.Style}</style>
            </head>
            <body>
            <main>
            <p class="mark">{PageAssets.Padlock}locald</p>

            """);
        if (content.Status >= 300)
        {
            html.Append($"""<p class="status">{content.Status}</p>""");
        }

        html.Append($"<h1>{content.Title}</h1>\n<p class=\"lead\">{content.Lead}</p>\n");
        WriteFacts(html, content);
        WriteEntries(html, content);
        WriteCommands(html, content);
        if (content.Polls)
        {
            html.Append($"""
                <p class="waiting" id="waiting" role="status">Reload this page when the app is up.</p>
                <script>{PageAssets.Script}</script>

                """);
        }

        html.Append($"</main>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void WriteFacts(HtmlText html, PageContent content)
    {
        if (content.Facts.Count == 0)
        {
            return;
        }

        html.Append($"<dl>\n");
        foreach (Fact fact in content.Facts)
        {
            html.Append($"<div><dt>{fact.Label}</dt><dd>{fact.Value}</dd></div>\n");
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
            if (entry.Url is null)
            {
                html.Append($"<li><span class=\"name\">{entry.Name}</span>");
            }
            else
            {
                html.Append($"<li><a class=\"name\" href=\"{entry.Url}\">{entry.Name}</a>");
            }

            html.Append($"<span class=\"detail\">{entry.Detail}</span></li>\n");
        }

        html.Append($"</ul>\n");
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

    private static string Hash(HtmlText.Asset asset) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(asset.Text)));
}

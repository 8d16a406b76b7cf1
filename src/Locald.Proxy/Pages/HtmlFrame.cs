using System.Security.Cryptography;
using System.Text;

namespace Locald.Proxy.Pages;

/// <summary>What every page for a person is made in. It needs no other file, and works without its script.</summary>
internal static class HtmlFrame
{
    /// <summary>Nothing but the one style and the one script of a page may run, whatever else an answer might be made to hold.</summary>
    /// <param name="script">The page's, or null.</param>
    /// <param name="framed">Whether other pages may show it in a frame.</param>
    internal static string SecurityPolicy(HtmlText.Asset? script, bool framed) =>
        $"default-src 'none'; style-src '{Hash(PageAssets.Style)}'; script-src {(script is null ? "'none'" : $"'{Hash(script)}'")}; "
        + $"img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; {(framed ? "" : "frame-ancestors 'none'; ")}require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>A whole document.</summary>
    /// <param name="kind">What the page is in one word.</param>
    /// <param name="title">Its title.</param>
    /// <param name="script">Runs at its end; null for none.</param>
    /// <param name="body">Writes what is in it.</param>
    internal static string Write(string kind, string title, HtmlText.Asset? script, Action<HtmlText> body)
    {
        HtmlText html = new();
        html.Append($"""
            <!doctype html>
            <html lang="en" data-page="{kind}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title}</title>
            <link rel="icon" href="{PageAssets.Icon}">
            <style>{PageAssets.Style}</style>
            </head>
            <body>

            """);
        body(html);
        if (script is not null)
        {
            html.Append($"<script>{script}</script>\n");
        }

        html.Append($"</body>\n</html>\n");
        return html.ToString();
    }

    private static string Hash(HtmlText.Asset asset) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(asset.Text)));
}

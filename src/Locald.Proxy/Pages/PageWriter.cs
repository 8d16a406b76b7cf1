using System.Text;

namespace Locald.Proxy.Pages;

/// <summary>Makes an answer of what a page says, in the format that the request asks for.</summary>
internal static class PageWriter
{
    /// <summary>Names the page's <see cref="PageContent.Kind"/>: programs, and the page's own script, tell locald's answer from the app's by it.</summary>
    private const string KindField = "Locald-Page";

    /// <param name="request">Null where it could not be read: then the page is text.</param>
    /// <param name="content">What to say.</param>
    internal static LocalResponse Write(LocalRequest? request, PageContent content)
    {
        PageFormat format = AcceptField.Choose(request?.Field("accept"));
        LocalResponse response = Make(content.Status, content.Kind, format, HtmlPage.Script(content), format switch
        {
            PageFormat.Html => Encoding.UTF8.GetBytes(HtmlPage.Write(content)),
            PageFormat.Json => JsonPage.Write(content),
            _ => Encoding.UTF8.GetBytes(TextPage.Write(content)),
        });
        if (content.Status is 502 or 503 or 504)
        {
            response.Fields.Add(("Retry-After", "2"));
        }

        return response;
    }

    /// <summary>An answer with the fields that all pages have: never stored, never guessed at, and not for other origins to embed.</summary>
    /// <param name="status">Status code.</param>
    /// <param name="kind">What it is in one word.</param>
    /// <param name="format">What the body is written as.</param>
    /// <param name="script">The script of an HTML body; null for none.</param>
    /// <param name="body">The body.</param>
    /// <param name="framed">Whether other pages may show it in a frame: an app that is down may belong in one.</param>
    internal static LocalResponse Make(int status, string kind, PageFormat format, HtmlText.Asset? script, byte[] body, bool framed = true)
    {
        LocalResponse response = new(status) { Kind = kind, Body = body };
        response.Fields.Add(("Content-Type", format switch
        {
            PageFormat.Html => "text/html; charset=utf-8",
            PageFormat.Json => "application/json",
            _ => "text/plain; charset=utf-8",
        }));
        AddCommon(response, kind);
        if (format == PageFormat.Html)
        {
            response.Fields.Add(("Content-Security-Policy", HtmlFrame.SecurityPolicy(script, framed)));
            response.Fields.Add(("Referrer-Policy", "no-referrer"));
        }

        return response;
    }

    /// <summary>The fields of every answer of our own, whatever it is.</summary>
    internal static void AddCommon(LocalResponse response, string kind)
    {
        response.Fields.Add(("Cache-Control", "no-store"));
        response.Fields.Add(("X-Content-Type-Options", "nosniff"));
        response.Fields.Add(("Cross-Origin-Resource-Policy", "same-origin"));
        response.Fields.Add((KindField, kind));
    }
}

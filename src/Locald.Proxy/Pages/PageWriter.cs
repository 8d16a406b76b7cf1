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
        LocalResponse response = new(content.Status)
        {
            Kind = content.Kind,
            Body = format switch
            {
                PageFormat.Html => Encoding.UTF8.GetBytes(HtmlPage.Write(content)),
                PageFormat.Json => JsonPage.Write(content),
                _ => Encoding.UTF8.GetBytes(TextPage.Write(content)),
            },
        };
        response.Fields.Add(("Content-Type", format switch
        {
            PageFormat.Html => "text/html; charset=utf-8",
            PageFormat.Json => "application/json",
            _ => "text/plain; charset=utf-8",
        }));
        response.Fields.Add(("Cache-Control", "no-store"));
        response.Fields.Add(("X-Content-Type-Options", "nosniff"));
        response.Fields.Add((KindField, content.Kind));
        if (format == PageFormat.Html)
        {
            response.Fields.Add(("Content-Security-Policy", HtmlPage.SecurityPolicy));
            response.Fields.Add(("Referrer-Policy", "no-referrer"));
        }

        if (content.Status is 502 or 503 or 504)
        {
            response.Fields.Add(("Retry-After", "2"));
        }

        return response;
    }
}

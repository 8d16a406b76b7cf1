namespace Locald.Proxy.Pages.Dashboard;

/// <summary>
/// Keeps the dashboard from other origins. Apps under <c>.localhost</c> are other origins as well, though browsers may call them the same
/// site; what they may do is send a person here, by a link.
/// </summary>
internal static class SameOrigin
{
    /// <summary>
    /// Judges by Fetch Metadata (https://www.w3.org/TR/fetch-metadata/), and where a client sends none, by Origin (RFC 6454 §7). A client
    /// that sends neither is no script of another origin: those without CORS get nothing to read.
    /// </summary>
    internal static bool Allows(LocalRequest request)
    {
        if (request.Field("origin") is { } origin && !origin.Equals(Own(request), StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return request.Field("sec-fetch-site") is null or "same-origin" or "none" || IsVisit(request);
    }

    /// <summary>A whole tab goes here: what loads is out of the sender's reach.</summary>
    private static bool IsVisit(LocalRequest request) =>
        request.Path == "/" && request.Field("sec-fetch-mode") == "navigate" && request.Field("sec-fetch-dest") == "document";

    private static string Own(LocalRequest request)
    {
        string host = request.Host.Contains(':') && !request.Host.StartsWith('[') ? $"[{request.Host}]" : request.Host;
        return request.Port == 443 ? $"https://{host}" : $"https://{host}:{request.Port}";
    }
}

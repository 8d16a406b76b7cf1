using Locald.Proxy.Routing;

namespace Locald.Proxy.Pages;

/// <summary>What <c>https://locald.localhost</c> shows: that it works, what is served, and what to do next.</summary>
public static class BuiltInPage
{
    /// <summary>200 at the root; elsewhere 404, and 405 for what is neither GET nor HEAD.</summary>
    public static LocalResponse Respond(LocalRequest request, RouteTable table)
    {
        if (request.Path != "/")
        {
            return ErrorPages.Status(request, 404, "locald's own page is at the root.");
        }

        if (request.Method is not ("GET" or "HEAD"))
        {
            LocalResponse refusal = ErrorPages.Status(request, 405, $"This page is read with GET or HEAD, not with {request.Method}.");
            refusal.Fields.Add(("Allow", "GET, HEAD"));
            return refusal;
        }

        bool empty = table.Routes.Count == 0;
        return PageWriter.Write(request, new(
            200, "locald", "locald is serving HTTPS",
            empty
                ? "Give an app a name, and it is here, with a padlock, as https://app.localhost."
                : "Every name below is this machine's own, with a real certificate.")
        {
            Entries = RouteEntries.Of(table, request.Port),
            EntriesTitle = "Routes",
            CommandsTitle = empty ? "Serve an app that listens on port 3000" : "Serve one more",
            Commands = [ServeLine.With(table, empty ? "app" : "another", empty ? "3000" : "4000")],
        });
    }
}

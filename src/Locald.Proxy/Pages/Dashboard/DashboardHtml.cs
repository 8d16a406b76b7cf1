using System.Globalization;
using Locald.Proxy.Logging;

namespace Locald.Proxy.Pages.Dashboard;

/// <summary>The dashboard for a person. Whole without its script, which keeps it up to date.</summary>
internal static class DashboardHtml
{
    internal static string Write(DashboardState state, IReadOnlyList<RequestRecord> requests) =>
        HtmlFrame.Write(DashboardPage.Kind, "locald", PageAssets.Dashboard, html =>
        {
            html.Append($"""
                <main class="wide">
                <p class="mark">{PageAssets.Padlock}locald <small>{state.Instance?.Version}</small><span class="live" id="live" role="status">Reload this page to see what is new</span></p>
                <h1>locald is serving HTTPS</h1>
                <h2 id="routes-title">Routes</h2>

                """);
            WriteRoutes(html, state);
            WriteRequests(html, requests);
            html.Append($"<div class=\"columns\">\n<section aria-labelledby=\"trust-title\">\n<h2 id=\"trust-title\">Certificates</h2>\n");
            WriteTrust(html, state);
            html.Append($"</section>\n<section aria-labelledby=\"steps-title\">\n<h2 id=\"steps-title\">What to run next</h2>\n<div class=\"steps\" id=\"steps\">\n");
            foreach (NextStep step in state.Next)
            {
                html.Append($"<p>{step.Why}</p>\n<pre><code>{step.Command}</code></pre>\n");
            }

            html.Append($"</div>\n</section>\n</div>\n</main>\n");
        });

    private static void WriteRoutes(HtmlText html, DashboardState state)
    {
        bool any = state.Routes.Count > 0;
        html.Append($"<ul class=\"states\" id=\"routes\" aria-labelledby=\"routes-title\"{Hidden(!any)}>\n");
        foreach (RouteState route in state.Routes)
        {
            WriteItem(html, Mood.Of(route.Health.Health), Mood.Word(route.Health.Health), route.Name, route.Url,
                [route.Target, route.Health.Detail, route.Holder is null ? "" : $"held by {route.Holder}"]);
        }

        html.Append($"</ul>\n<div class=\"card\" id=\"no-routes\"{Hidden(any)}><p>Give an app a name, and it is here, with a padlock, as https://app.localhost.</p></div>\n");
    }

    private static void WriteItem(HtmlText html, string mood, string word, string name, string? url, ReadOnlySpan<string> details)
    {
        html.Append($"<li><span class=\"state {mood}\">{word}</span>");
        HtmlPage.WriteName(html, name, url);
        foreach (string detail in details)
        {
            if (detail.Length > 0)
            {
                html.Append($"<span class=\"detail\">{detail}</span>");
            }
        }

        html.Append($"</li>\n");
    }

    private static void WriteRequests(HtmlText html, IReadOnlyList<RequestRecord> requests)
    {
        bool any = requests.Count > 0;
        html.Append($"""
            <h2 id="requests-title">Requests</h2>
            <div class="tools" id="tools" hidden>
            <label class="find">Filter <input type="search" id="filter" placeholder="name, path, method or status" autocomplete="off" spellcheck="false"></label>
            <label><input type="checkbox" id="failed"> Failed only</label>
            <button type="button" id="pause" aria-pressed="false">Pause</button>
            <button type="button" id="clear">Clear</button>
            <span id="shown"></span><span class="said" id="said" role="status"></span>
            </div>
            <div class="card">
            <p id="empty"{Hidden(any)}>No request yet. Open one of the names above, and it shows here.</p>
            <table id="table"{Hidden(!any)}>
            <caption>The latest requests, newest first</caption>
            <thead><tr><th scope="col" class="time">Time</th><th scope="col">Status</th><th scope="col">Method</th><th scope="col">Address</th><th scope="col" class="number">Duration</th><th scope="col" class="number size">Size</th></tr></thead>
            <tbody id="requests">

            """);
        foreach (RequestRecord request in requests.Reverse())
        {
            WriteRequest(html, request);
        }

        html.Append($"</tbody>\n</table>\n</div>\n");
    }

    private static void WriteRequest(HtmlText html, in RequestRecord r)
    {
        string local = r.Time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        string status = r.Status == 0 ? "none" : r.Status.ToString(CultureInfo.InvariantCulture);
        html.Append($"""
            <tr><td class="time soft"><time datetime="{Ago.Exact(r.Time)}">{local}</time></td><td class="s{r.Status / 100}">{status}</td><td>{r.Method}</td><td class="where"><span class="host">{r.Host}</span><span>{r.Path}</span>
            """);
        if (r.Fault is not null)
        {
            html.Append($"<span class=\"fault\">{r.Fault}</span>");
        }

        html.Append($"</td><td class=\"number\">{Brief.Of(r.Duration, " ")}</td><td class=\"number size\">{Brief.Of(r.ResponseBytes, " ")}</td></tr>\n");
    }

    private static void WriteTrust(HtmlText html, DashboardState state)
    {
        if (state.Instance is { Root: var root })
        {
            html.Append($"<dl class=\"root\"><div><dt>Root</dt><dd>{root.Subject}</dd></div><div><dt>Expires</dt><dd>{root.NotAfter.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}</dd></div><div><dt>SHA-256</dt><dd>{root.Sha256}</dd></div></dl>\n");
        }

        html.Append($"<ul class=\"states\" id=\"stores\" aria-label=\"Trust stores\">\n");
        foreach (StoreFacts store in state.Stores ?? [])
        {
            WriteItem(html, Mood.Of(store), store.State.ToLowerInvariant(), store.Title, null, [store.Detail]);
        }

        if (state.Stores is null)
        {
            html.Append($"<li><span class=\"detail\">The trust stores have not answered yet.</span></li>\n");
        }

        html.Append($"</ul>\n");
    }

    private static HtmlText.Asset Hidden(bool hidden) => new(hidden ? " hidden" : "");
}

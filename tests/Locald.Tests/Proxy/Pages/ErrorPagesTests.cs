using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Locald.CommandLine;
using Locald.Proxy;
using Locald.Proxy.Listening;
using Locald.Proxy.Pages;
using Locald.Proxy.Routing;
using Locald.Proxy.Upstream;

namespace Locald.Tests.Proxy.Pages;

public sealed class ErrorPagesTests
{
    private static readonly RouteTable Table = RouteTable.Create(
        ((string[])["app=3000", "app/api=http://127.0.0.1:4000/v1", "*.shop=3001"]).Select(r => Route.Parse(r, "/")));

    private static readonly PortOwner[] Vite =
        [new(IPAddress.Loopback, 5173, 1000, 4242, "node vite"), new(IPAddress.Any, 8080)];

    private static LocalResponse Down(UpstreamFault fault, string method = "GET", string accept = "*/*", string detail = "connection refused",
        PortOwner[]? listening = null, DateTimeOffset? since = null)
    {
        Route route = Table.Routes[0];
        return ErrorPages.UpstreamDown(LocalRequests.Make(method, "app.localhost", "/", $"accept: {accept}"), Table, route, fault, detail, since,
            FaultText.Of(fault, (UpstreamTarget)route.Target), listening ?? Vite);
    }

    [Fact]
    public void A_refused_connection_names_route_target_error_and_what_listens()
    {
        LocalResponse response = Down(UpstreamFault.Refused);
        Assert.Equal(502, response.Status);
        Assert.Equal("no-store", response.Field("Cache-Control"));
        Assert.Equal("2", response.Field("Retry-After"));
        Assert.Equal("upstream-refused", response.Field("Locald-Page"));
        Assert.Equal("text/plain; charset=utf-8", response.Field("Content-Type"));
        Assert.Equal("""
            502 Nothing listens on localhost:3000

            The app is not running, or it listens somewhere else.

            route   app.localhost
            target  localhost:3000
            error   connection refused

            What listens on this machine:
              127.0.0.1:5173  node vite (pid 4242)
              0.0.0.0:8080

            If the app is on port 5173:
              locald add --force app=5173

            """, response.Text());
    }

    [Fact]
    public void A_port_that_another_route_leads_to_is_not_suggested()
    {
        string text = Down(UpstreamFault.Refused, listening: [new(IPAddress.Loopback, 3001, 1000, 4242, "node shop")]).Text();
        Assert.Contains("127.0.0.1:3001  node shop", text);
        Assert.DoesNotContain("locald add", text);
    }

    [Fact]
    public void A_program_gets_the_same_as_json()
    {
        LocalResponse response = Down(UpstreamFault.Refused, accept: "application/json");
        Assert.Equal("application/json", response.Field("Content-Type"));
        using JsonDocument json = JsonDocument.Parse(response.Text());
        JsonElement root = json.RootElement;
        Assert.Equal(502, root.GetProperty("status").GetInt32());
        Assert.Equal("upstream-refused", root.GetProperty("kind").GetString());
        Assert.Equal("app.localhost", root.GetProperty("route").GetString());
        Assert.Equal("node vite (pid 4242)", root.GetProperty("listening")[0].GetProperty("detail").GetString());
        Assert.Equal("locald add --force app=5173", root.GetProperty("try")[0].GetString());
    }

    [Theory]
    [InlineData(UpstreamFault.Refused, "GET", true)]
    [InlineData(UpstreamFault.SocketMissing, "GET", true)]
    [InlineData(UpstreamFault.Refused, "POST", false)]
    [InlineData(UpstreamFault.ClosedEarly, "GET", false)]
    [InlineData(UpstreamFault.ResponseTimeout, "GET", false)]
    public void Only_a_page_that_may_be_loaded_again_waits_for_the_app(UpstreamFault fault, string method, bool waits) =>
        Assert.Equal(waits, Down(fault, method, LocalRequests.Browser).Text().Contains("<script>", StringComparison.Ordinal));

    [Fact]
    public void Every_fault_has_a_page_and_a_word_of_its_own()
    {
        UpstreamFault[] faults = Enum.GetValues<UpstreamFault>();
        Assert.Equal(faults.Length, faults.Select(f => f.Word()).Distinct().Count());
        foreach (UpstreamFault fault in faults)
        {
            using LocalResponse response = Down(fault);
            int status = fault switch { UpstreamFault.ConnectTimeout or UpstreamFault.ResponseTimeout => 504, UpstreamFault.NoDescriptor => 503, _ => 502 };
            Assert.Equal(status, response.Status);
        }
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("POST", false)]
    public void An_app_that_boots_has_a_page_that_waits_where_it_may(string method, bool waits)
    {
        LocalResponse response = ErrorPages.Starting(LocalRequests.Make(method, "app.localhost", "/", $"accept: {LocalRequests.Browser}"), Table.Routes[0]);
        Assert.Equal((503, "starting", "2"), (response.Status, response.Field("Locald-Page"), response.Field("Retry-After")));
        string html = response.Text();
        Assert.Contains("app.localhost is starting", html);
        Assert.Equal(waits, html.Contains("<script>", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_name_lists_the_routes_and_the_command_that_adds_it()
    {
        LocalResponse response = ErrorPages.UnknownName(LocalRequests.Make("GET", "web.localhost", "/"), Table);
        Assert.Equal(404, response.Status);
        string text = response.Text();
        Assert.Contains("https://app.localhost:8443/api", text);
        Assert.Contains("*.shop.localhost", text);
        Assert.Contains("  locald add web=3000\n", text);
    }

    [Theory]
    [InlineData("x;reboot.localhost")]
    [InlineData("$(reboot).localhost")]
    [InlineData("")]
    [InlineData("locald.localhost")]
    public void A_name_that_no_route_may_have_makes_no_command(string host) =>
        Assert.DoesNotContain("locald add ", ErrorPages.UnknownName(LocalRequests.Make("GET", host, "/"), Table).Text());

    [Theory]
    [InlineData("ap.localhost", "app.localhost")]
    [InlineData("apps.app.localhost", null)]
    [InlineData("nothing.localhost", null)]
    public void An_unknown_name_is_told_the_nearest_there_is(string host, string? nearest)
    {
        string body = ErrorPages.UnknownName(LocalRequests.Make("GET", host, "/", "accept: application/json"), Table, Nearest.To).Text();
        using JsonDocument json = JsonDocument.Parse(body);
        Assert.Equal(nearest, json.RootElement.TryGetProperty("nearest", out JsonElement found) ? found.GetString() : null);
    }

    [Fact]
    public void The_nearest_name_is_a_link() => Assert.Contains("<dt>nearest</dt><dd><a class=\"name\" href=\"https://app.localhost:8443/\">app.localhost</a></dd>",
        ErrorPages.UnknownName(LocalRequests.Make("GET", "ap.localhost", "/", $"accept: {LocalRequests.Browser}"), Table, Nearest.To).Text());

    [Fact]
    public void An_app_that_is_down_has_been_so_since_it_was_first_found_so()
    {
        DateTimeOffset since = DateTimeOffset.UtcNow.AddMinutes(-7);
        Assert.Contains("7 minutes ago", Down(UpstreamFault.Refused, since: since).Text());
        using JsonDocument json = JsonDocument.Parse(Down(UpstreamFault.Refused, accept: "application/json", since: since).Text());
        Assert.Equal(since.ToUnixTimeMilliseconds(), json.RootElement.GetProperty("since").GetDateTimeOffset().ToUnixTimeMilliseconds());
    }

    [Theory]
    [InlineData(UpstreamFault.Refused, "POST", "did not reach the app")]
    [InlineData(UpstreamFault.ClosedEarly, "POST", "may have acted on it")]
    [InlineData(UpstreamFault.Refused, "GET", null)]
    public void What_sending_a_form_again_would_do_is_said_before_anyone_does(UpstreamFault fault, string method, string? note)
    {
        using JsonDocument json = JsonDocument.Parse(Down(fault, method, "application/json").Text());
        Assert.Equal(note is not null, json.RootElement.TryGetProperty("note", out JsonElement said));
        Assert.Contains(note ?? "", note is null ? "" : said.GetString());
        Assert.Equal(note is not null, Down(fault, method, LocalRequests.Browser).Text().Contains("class=\"warning\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 0, "12:04:00, just now")]
    [InlineData(0, 5, "12:03:55, 5 seconds ago")]
    [InlineData(2, 60, "14:03:00, 60 seconds ago")]
    [InlineData(0, 9 * 3600, "03:04:00, 9 hours ago")]
    [InlineData(0, 72 * 3600, "2025-12-30 12:04:00, 3 days ago")]
    public void A_time_is_told_as_a_person_would(int zone, int seconds, string words)
    {
        DateTimeOffset now = new(2026, 1, 2, 12, 4, 0, TimeSpan.Zero);
        Assert.Equal(words, Ago.Of(now.AddSeconds(-seconds), now.ToOffset(TimeSpan.FromHours(zone))));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"onload=\"alert(1)")]
    [InlineData("'><img src=x>")]
    public void Hostile_text_stays_text(string hostile)
    {
        string html = ErrorPages.UnknownPath(LocalRequests.Make("GET", "app.localhost", "/" + hostile, $"accept: {LocalRequests.Browser}"), Table).Text()
            + ErrorPages.UnknownName(LocalRequests.Make("GET", hostile, "/", $"accept: {LocalRequests.Browser}"), Table).Text()
            + ErrorPages.Misdirected(LocalRequests.Make("GET", hostile, "/", $"accept: {LocalRequests.Browser}"), hostile).Text()
            + Down(UpstreamFault.BadResponse, accept: LocalRequests.Browser, detail: hostile).Text();
        Assert.DoesNotContain(hostile, html);
        Assert.Contains(WebUtility.HtmlEncode(hostile), html);
    }

    [Fact]
    public void Text_pages_send_nothing_to_the_terminal()
    {
        string text = ErrorPages.UnknownPath(LocalRequests.Make("GET", "app.localhost", "/\u001b[2J\u009b"), Table).Text();
        Assert.DoesNotContain(text, c => c != '\n' && char.IsControl(c));
    }

    [Fact]
    public void The_policy_allows_the_pages_own_style_and_script_and_nothing_else()
    {
        LocalResponse response = Down(UpstreamFault.Refused, accept: LocalRequests.Browser);
        string policy = response.Field("Content-Security-Policy")!;
        string html = response.Text();
        Assert.StartsWith("default-src 'none'; ", policy);
        Assert.DoesNotContain("unsafe", policy);
        foreach (string element in (string[])["style", "script"])
        {
            string content = Regex.Match(html, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline).Groups[1].Value;
            string hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));
            Assert.Contains($"{element}-src 'sha256-{hash}'", policy);
        }

        // No other file, and no style or script outside those two elements.
        Assert.DoesNotContain("src=", html);
        Assert.DoesNotContain("style=", html);
        Assert.DoesNotMatch("href=\"(?!data:)http", html);
    }

    [Fact]
    public void A_misdirected_request_names_both_names()
    {
        string text = ErrorPages.Misdirected(LocalRequests.Make("GET", "b.localhost", "/"), "a.localhost").Text();
        Assert.StartsWith("421 ", text);
        Assert.Contains("b.localhost", text);
        Assert.Contains("a.localhost", text);
    }

    [Theory]
    [InlineData(400, "bad-request")]
    [InlineData(408, "request-timeout")]
    [InlineData(413, "content-too-large")]
    [InlineData(414, "uri-too-long")]
    [InlineData(417, "expectation-failed")]
    [InlineData(431, "fields-too-large")]
    [InlineData(508, "loop-detected")]
    [InlineData(501, "not-implemented")]
    [InlineData(503, "unavailable")]
    [InlineData(505, "version-not-supported")]
    public void A_request_that_could_not_be_read_is_answered_in_text(int status, string kind)
    {
        LocalResponse response = ErrorPages.Status(null, status, "the reason");
        Assert.Equal((status, kind), (response.Status, response.Field("Locald-Page")));
        string text = response.Text();
        Assert.StartsWith($"{status} ", text);
        Assert.EndsWith("\n\nThe reason.\n", text);
    }

    [Fact]
    public void No_field_holds_what_would_end_it()
    {
        foreach (LocalResponse response in (LocalResponse[])[
            Down(UpstreamFault.Refused, accept: LocalRequests.Browser, detail: "a\r\nSet-Cookie: x"),
            ErrorPages.UnknownName(LocalRequests.Make("GET", "a\r\nb", "/\r\n", $"accept: {LocalRequests.Browser}"), Table)])
        {
            Assert.All(response.Fields, f => Assert.DoesNotContain(f.Value, char.IsControl));
        }
    }
}

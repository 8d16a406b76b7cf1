using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Locald.Proxy;
using Locald.Proxy.Http2;
using Locald.Proxy.Pages.Dashboard;
using Locald.Proxy.Routing;
using Locald.Tests.Proxy.Http2;
using Locald.Tests.Proxy.Serving;

namespace Locald.Tests.Proxy.Pages;

public sealed class DashboardTests
{
    private const int Limit = 30_000;
    private const string Host = "locald.localhost";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static Task<Answer> Get(RawClient client, string path = "/", string accept = LocalRequests.Browser, string fields = "") =>
        client.GetAsync(path, Host, $"Accept: {accept}\r\n{fields}");

    private static string Section(string html, string id) => Regex.Match(html, $"id=\"{id}\".*?</(ul|div|tbody)>", RegexOptions.Singleline).Value;

    [Fact(Timeout = Limit)]
    public async Task A_newcomer_is_told_what_to_run_next()
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync(Host);
        Answer answer = await Get(client);
        Assert.Equal((200, "locald"), (answer.Status, answer.Field("locald-page")));
        Assert.Contains("<code>locald add app=3000</code>", answer.Body);
        Assert.Contains("<code>locald run -- npm run dev</code>", answer.Body);
        Assert.Contains("No request yet.", answer.Body);
    }

    [Fact(Timeout = Limit)]
    public async Task Routes_are_shown_with_what_listens_there_and_whose_they_are()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        FixedFacts facts = new() { Holders = new Dictionary<RouteName, string> { [RouteName.Parse("app")] = "pid 42 (npm run dev)" } };
        await using TestServer server = new(facts, $"app={upstream.Port}", "down=1", "*.shop=1", "docs=/proc");
        await using RawClient client = await server.ConnectAsync(Host);
        string routes = Section((await Get(client)).Body, "routes");
        Assert.Matches($"state good\">up</span><a class=\"name\" href=\"https://app.localhost/\">app.localhost</a><span class=\"detail\">localhost:{upstream.Port}</span>.*held by pid 42 \\(npm run dev\\)", routes);
        Assert.Matches("state bad\">down</span><a [^>]*>down.localhost</a><span class=\"detail\">localhost:1</span><span class=\"detail\">connection refused</span>", routes);
        Assert.Contains("<span class=\"name\">*.shop.localhost</span>", routes);
        Assert.Matches("state good\">up</span><a [^>]*>docs.localhost</a>", routes);
    }

    [Fact(Timeout = Limit)]
    public async Task An_app_that_is_being_started_is_neither_up_nor_down()
    {
        await using TestServer server = new();
        server.Proxy.Routes = RouteTable.Create([Route.Parse("app=1", "/") with { Boot = new() }]);
        await using RawClient client = await server.ConnectAsync(Host);
        Assert.Contains("state odd\">starting</span>", (await Get(client)).Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_target_that_does_not_say_holds_the_page_up_for_no_longer_than_a_moment()
    {
        // TEST-NET-1 (RFC 5737): nobody answers there.
        await using TestServer server = new(Enumerable.Range(1, 100).Select(i => $"a{i}=192.0.2.{i}:80").ToArray());
        await using RawClient client = await server.ConnectAsync(Host);
        Answer answer = await Get(client, accept: "application/json");
        using JsonDocument json = JsonDocument.Parse(answer.Body);
        Assert.Equal(100, json.RootElement.GetProperty("routes").GetArrayLength());
        Assert.DoesNotContain("\"up\"", answer.Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_gets_the_same_as_json_or_text()
    {
        FixedFacts facts = new() { Stores = [new("the system store", "MISSING", false, true, "no root"), new("Java", "MISSING", false, false, "no root")] };
        await using TestServer server = new(facts, "app=1");
        await using RawClient client = await server.ConnectAsync("");
        Assert.Equal(404, (await client.GetAsync("/x", "nobody.localhost")).Status);
        await TestServer.Until(() => server.Proxy.Feed.Latest().Count > 0);
        Answer answer = await Get(client, accept: "application/json");
        Assert.Equal("application/json", answer.Field("content-type"));
        using JsonDocument json = JsonDocument.Parse(answer.Body);
        JsonElement root = json.RootElement;
        Assert.Equal(["version", "trusted", "root", "stores", "routes", "next", "requests"], root.EnumerateObject().Select(p => p.Name));
        Assert.False(root.GetProperty("trusted").GetBoolean());
        Assert.Equal("locald trust", root.GetProperty("next")[0].GetProperty("command").GetString());
        Assert.Equal(("app.localhost", "down"), (root.GetProperty("routes")[0].GetProperty("name").GetString(), root.GetProperty("routes")[0].GetProperty("health").GetString()));
        Assert.Equal("unknown-name", root.GetProperty("requests")[0].GetProperty("fault").GetString());
        string text = (await Get(client, accept: "*/*")).Body;
        Assert.Contains("  down      https://app.localhost/  localhost:1  connection refused\n", text);
        Assert.Matches("404 GET .* nobody.localhost/x \\(unknown-name\\)\n", text);
    }

    [Fact(Timeout = Limit)]
    public async Task Trust_is_unknown_until_the_stores_have_answered()
    {
        await using TestServer server = new(new FixedFacts());
        await using RawClient client = await server.ConnectAsync(Host);
        string html = (await Get(client)).Body;
        Assert.Contains("The trust stores have not answered yet.", html);
        Assert.Contains("CN=root", html);
        Assert.DoesNotContain("locald trust", html);
    }

    [Theory(Timeout = Limit)]
    [InlineData("GET", "/favicon.ico", 404)]
    [InlineData("POST", "/", 405)]
    [InlineData("DELETE", "/events", 405)]
    [InlineData("HEAD", "/", 200)]
    [InlineData("HEAD", "/events", 200)]
    public async Task It_is_only_to_be_read(string method, string path, int status)
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync(Host);
        Answer answer = await client.AskAsync($"{method} {path} HTTP/1.1\r\nHost: {Host}\r\n\r\n", bodyless: method == "HEAD");
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 405 ? "GET, HEAD" : null, answer.Field("allow"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("/", "", 200)]
    [InlineData("/", "Origin: https://locald.localhost\r\n", 200)]
    [InlineData("/", "Origin: https://app.localhost\r\n", 403)]
    [InlineData("/", "Origin: null\r\n", 403)]
    [InlineData("/", "Origin: http://locald.localhost\r\n", 403)]
    [InlineData("/", "Origin: https://locald.localhost:444\r\n", 403)]
    [InlineData("/", "Sec-Fetch-Site: same-origin\r\n", 200)]
    [InlineData("/", "Sec-Fetch-Site: none\r\n", 200)]
    [InlineData("/", "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n", 403)]
    [InlineData("/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n", 403)]
    [InlineData("/", "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n", 200)]
    [InlineData("/", "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n", 403)]
    [InlineData("/events", "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n", 403)]
    [InlineData("/events", "Origin: https://app.localhost\r\nSec-Fetch-Site: same-site\r\n", 403)]
    public async Task Other_origins_cannot_read_it(string path, string fields, int status)
    {
        await using TestServer server = new("app=1");
        await using RawClient client = await server.ConnectAsync(Host);
        Answer answer = await client.AskAsync($"HEAD {path} HTTP/1.1\r\nHost: {Host}\r\n{fields}\r\n", bodyless: true);
        Assert.Equal(status, answer.Status);
        Assert.Equal("same-origin", answer.Field("cross-origin-resource-policy"));
        Assert.DoesNotContain("access-control", answer.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory(Timeout = Limit)]
    [InlineData("192.168.1.5", 403)]
    [InlineData("2001:db8::1", 403)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("::1", 200)]
    [InlineData("::ffff:127.0.0.1", 200)]
    public async Task Other_machines_cannot_read_it(string client, int status)
    {
        await using TestServer server = new();
        foreach (string path in (string[])["/", "/events"])
        {
            using LocalResponse response = await server.Proxy.Dashboard.RespondAsync(LocalRequests.Make("GET", Host, path), IPAddress.Parse(client));
            Assert.Equal(status, response.Status);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task It_is_in_no_frame_and_its_policy_names_all_that_may_run()
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync(Host);
        Answer answer = await Get(client);
        Assert.Equal(("DENY", "same-origin"), (answer.Field("x-frame-options"), answer.Field("cross-origin-opener-policy")));
        string policy = answer.Field("content-security-policy")!;
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        foreach (string element in (string[])["style", "script"])
        {
            string content = Regex.Match(answer.Body, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline).Groups[1].Value;
            string hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(content)));
            Assert.Contains($"{element}-src 'sha256-{hash}'", policy);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Hostile_requests_are_shown_as_text()
    {
        const string Hostile = "/<img/src=x/onerror=alert(1)>?\"'><script>alert(1)</script>";
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync("");
        await client.GetAsync(Hostile, "nobody.localhost");
        await TestServer.Until(() => server.Proxy.Feed.Latest().Count > 0);
        string html = (await Get(client)).Body;
        Assert.DoesNotContain("<img", html);
        Assert.Contains(WebUtility.HtmlEncode(Hostile), html);
        await client.SendAsync($"GET /events HTTP/1.1\r\nHost: {Host}\r\n\r\n");
        string events = await Until(client, "event: state");
        Assert.DoesNotContain("<img", events);
        Assert.Contains("\\u003Cimg", events);
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_shows_while_it_is_looked_at_over_either_version_of_http()
    {
        await using ScriptedUpstream upstream = ScriptedUpstream.Answering(Ok);
        await using TestServer server = new($"app={upstream.Port}");
        await using RawClient one = await server.ConnectAsync(Host);
        await one.SendAsync($"GET /events HTTP/1.1\r\nHost: {Host}\r\n\r\n");
        string head = await Until(one, "event: state");
        Assert.Contains("content-type: text/event-stream\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("event: latest\ndata: []\n\n", head);
        await using Http2Client two = await Http2Client.ConnectAsync(server, Host);
        await two.AskAsync(1, Http2Peer.Request(host: Host, path: "/events"));
        await Until(two, "event: state");
        await using RawClient app = await server.ConnectAsync();
        await app.GetAsync("/seen");
        Assert.Contains("\"path\":\"/seen\"", await Until(one, "event: requests\ndata: [{") + await Until(one, "\n\n"));
        Assert.Contains("\"path\":\"/seen\"", await Until(two, "\"/seen\""));
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_of_the_first_version_gets_events_until_the_connection_ends()
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync(Host);
        await client.SendAsync($"GET /events HTTP/1.0\r\nHost: {Host}\r\n\r\n");
        string head = await Until(client, "\r\n\r\n");
        Assert.DoesNotContain("transfer-encoding", head, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("event: latest\n", await Until(client, "event: state"));
    }

    [Fact(Timeout = Limit)]
    public async Task Routes_that_change_show_while_they_are_looked_at()
    {
        await using TestServer server = new();
        await using RawClient client = await server.ConnectAsync(Host);
        await client.SendAsync($"GET /events HTTP/1.1\r\nHost: {Host}\r\n\r\n");
        await Until(client, "\"routes\":[]");
        server.Proxy.Routes = TestServer.Table("new=1");
        await Until(client, "\"name\":\"new.localhost\"");
    }

    [Fact(Timeout = Limit)]
    public async Task Stopping_does_not_wait_for_whoever_looks()
    {
        await using TestServer server = new();
        await using RawClient one = await server.ConnectAsync(Host);
        await one.SendAsync($"GET /events HTTP/1.1\r\nHost: {Host}\r\n\r\n");
        await Until(one, "event: state");
        Http2Client two = await Http2Client.ConnectAsync(server, Host);
        await two.AskAsync(1, Http2Peer.Request(host: Host, path: "/events"));
        await Until(two, "event: state");

        // The grace is longer than this test may take.
        Task stopping = server.Proxy.StopAsync(TimeSpan.FromMinutes(5));
        await Until(one, "0\r\n\r\n");
        while (await two.NextAsync(1) is { } frame)
        {
            Assert.NotEqual(FrameType.RstStream, frame.Type);
        }

        await two.DisposeAsync();
        await stopping;
    }

    [Fact(Timeout = Limit)]
    public async Task Whoever_leaves_makes_room_for_another()
    {
        await using TestServer server = new();
        for (int i = 0; i < Limits.Followers + 2; i++)
        {
            await using RawClient client = await server.ConnectAsync(Host);
            await client.SendAsync($"GET /events HTTP/1.1\r\nHost: {Host}\r\n\r\n");
            await Until(client, "event: state");
            client.Reset();
            await TestServer.Until(() => Pass(server));
        }

        Assert.NotNull(server.Proxy.Feed.Follow());

        static bool Pass(TestServer server)
        {
            server.Pass(1100);
            return server.Proxy.OpenConnections == 0;
        }
    }

    [Fact(Timeout = Limit)]
    public async Task One_dashboard_too_many_is_told_so()
    {
        await using TestServer server = new();
        List<IDisposable> all = [];
        while (server.Proxy.Feed.Follow() is { } follower)
        {
            all.Add(follower);
        }

        await using RawClient client = await server.ConnectAsync(Host);
        Answer answer = await Get(client, "/events");
        Assert.Equal(503, answer.Status);
        all[0].Dispose();
        await client.SendAsync($"GET /events HTTP/1.1\r\nHost: {Host}\r\n\r\n");
        await Until(client, "event: state");
    }

    /// <summary>Up to and including the mark, which must come.</summary>
    private static async Task<string> Until(RawClient client, string mark)
    {
        string text = await client.ReadThroughAsync(mark);
        Assert.EndsWith(mark, text);
        return text;
    }

    /// <summary>The data of the first stream until the mark has come.</summary>
    private static async Task<string> Until(Http2Client client, string mark)
    {
        StringBuilder data = new();
        while (!data.ToString().Contains(mark, StringComparison.Ordinal))
        {
            Http2Frame frame = Assert.IsType<Http2Frame>(await client.NextAsync(1));
            data.Append(frame.Type == FrameType.Data ? Encoding.UTF8.GetString(frame.Payload) : "");
        }

        return data.ToString();
    }

    private sealed class FixedFacts : IInstanceFacts
    {
        public string Version => "1.2.3";

        public RootFacts Root => new("CN=root", "00ff", DateTimeOffset.UnixEpoch, false);

        public IReadOnlyList<StoreFacts>? Stores { get; init; }

        public IReadOnlyDictionary<RouteName, string> Holders { get; init; } = new Dictionary<RouteName, string>();
    }
}

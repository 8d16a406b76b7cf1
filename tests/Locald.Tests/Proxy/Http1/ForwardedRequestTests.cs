using System.Net;
using Locald.Proxy.Http1;
using Locald.Proxy.Messages;
using Locald.Proxy.Routing;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http1;

public sealed class ForwardedRequestTests
{
    private const string Ours = "Via: 1.1 locald\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n"
        + "Forwarded: for=127.0.0.1;proto=https;host=\"app.localhost\"\r\nX-Forwarded-Host: app.localhost\r\nX-Forwarded-Port: 443\r\n";

    private static readonly UpstreamTarget Plain = (UpstreamTarget)Target.Parse("3000", "/");

    private static string Forward(string head, UpstreamTarget? target = null, int prefixLength = 0, string client = "127.0.0.1") =>
        Heads.Written(output => HeadWriter.AppendRequest(
            output, Heads.Request(head), target ?? Plain, prefixLength, ForwardedFields.For(IPAddress.Parse(client))));

    /// <summary>What is sent between the Host line and our own fields.</summary>
    private static string Passed(string head)
    {
        string sent = Forward(head);
        int start = sent.IndexOf("Host: app.localhost\r\n", StringComparison.Ordinal) + "Host: app.localhost\r\n".Length;
        Assert.EndsWith(Ours + "\r\n", sent);
        return sent[start..^(Ours.Length + 2)];
    }

    [Fact]
    public void A_request_is_written_anew_byte_for_byte() => Assert.Equal(
        "GET /a?b HTTP/1.1\r\nHost: app.localhost\r\nX-One: 1\r\ncookie: a=b; c=d\r\n" + Ours + "\r\n",
        Forward(Heads.Lines("GET /a?b HTTP/1.1", "X-One:1", "hOST:app.localhost ", "cookie: \ta=b; c=d\t")));

    [Fact]
    public void Order_case_repetition_and_bytes_above_127_of_fields_are_kept() =>
        Assert.Equal("b: 1\r\nA: 2\r\nb: 3\r\nA:\u0020\r\nZ: \u00fc\u0080\r\n", Passed(Heads.Get("b: 1", "A: 2", "b: 3", "A:", "Z: \u00fc\u0080")));

    [Fact]
    public void A_request_of_1_0_goes_on_as_1_1() =>
        Assert.StartsWith("GET / HTTP/1.1\r\nHost: app.localhost\r\nX: y\r\nVia", Forward(Heads.Lines("GET / HTTP/1.0", "Host: app.localhost", "Connection: keep-alive", "X: y")));

    [Theory]
    [InlineData("http://app.localhost/a?b", "GET /a?b HTTP/1.1\r\nHost: app.localhost\r\n")]
    [InlineData("https://app.localhost", "GET / HTTP/1.1\r\nHost: app.localhost\r\n")]
    [InlineData("https://app.localhost?b", "GET /?b HTTP/1.1\r\nHost: app.localhost\r\n")]
    public void The_absolute_form_goes_on_in_origin_form(string target, string start) =>
        Assert.StartsWith(start, Forward(Heads.Lines($"GET {target} HTTP/1.1", "Host: app.localhost")));

    [Theory]
    [InlineData("Content-Length: 5", "Content-Length: 5\r\n")]
    [InlineData("Content-Length: 005", "Content-Length: 5\r\n")]
    [InlineData("Content-Length: 5, 5", "Content-Length: 5\r\n")]
    [InlineData("Content-Length: 5\r\ncontent-length: 5", "Content-Length: 5\r\n")]
    [InlineData("Content-Length: 0", "Content-Length: 0\r\n")]
    [InlineData("Transfer-Encoding: CHUNKED", "Transfer-Encoding: chunked\r\n")]
    [InlineData("X: y", "X: y\r\n")]
    public void Framing_is_said_once_and_plainly(string lines, string framing) => Assert.Equal(framing, Passed(Heads.Post(lines)));

    [Theory]
    [InlineData("Connection: close")]
    [InlineData("Connection: keep-alive")]
    [InlineData("Keep-Alive: timeout=5")]
    [InlineData("Keep_Alive: timeout=5")]
    [InlineData("Proxy-Connection: keep-alive")]
    [InlineData("Proxy_Connection: keep-alive")]
    [InlineData("Proxy-Authorization: Basic eDp5")]
    [InlineData("Proxy-Authenticate: Basic")]
    [InlineData("TE: gzip")]
    [InlineData("Upgrade: websocket")]
    [InlineData("HTTP2-Settings: AAMAAABkAAQAAP__")]
    [InlineData("Transfer_Encoding: chunked")]
    [InlineData("Content_Length: 7")]
    [InlineData("Content_length: 7")]
    public void Fields_of_this_hop_alone_go_no_further(string line) => Assert.Equal("A: 1\r\nB: 2\r\n", Passed(Heads.Get("A: 1", line, "B: 2")));

    [Theory]
    [InlineData("Forwarded: for=1.2.3.4")]
    [InlineData("X-Forwarded-For: 1.2.3.4")]
    [InlineData("x-forwarded-for: 1.2.3.4")]
    [InlineData("X_Forwarded_For: 1.2.3.4")]
    [InlineData("X-Forwarded_For: 1.2.3.4")]
    [InlineData("x_forwarded-PROTO: http")]
    [InlineData("X-Forwarded-Proto: http")]
    [InlineData("X-Forwarded-Host: evil.example")]
    [InlineData("X-Forwarded-Port: 1")]
    [InlineData("X-Forwarded-Server: evil.example")]
    [InlineData("X-Forwarded-Prefix: /x")]
    [InlineData("X-Forwarded-Anything: x")]
    [InlineData("X-Real-IP: 1.2.3.4")]
    [InlineData("X_REAL_IP: 1.2.3.4")]
    public void A_clients_word_on_where_it_comes_from_is_dropped(string line) => Assert.Equal("A: 1\r\n", Passed(Heads.Get(line, "A: 1", line)));

    [Theory]
    [InlineData("X-Forwarded")]
    [InlineData("X-Forwarded-")]
    [InlineData("XX-Forwarded-For")]
    [InlineData("Date")]
    [InlineData("Trailer")]
    [InlineData("Max-Forwards")]
    [InlineData("Authorization")]
    [InlineData("Sec-WebSocket-Key")]
    public void Other_fields_pass(string name) => Assert.Equal($"{name}: x\r\n", Passed(Heads.Get($"{name}: x")));

    [Theory]
    [InlineData("Connection: x-secret", "X-Secret: 1", "")]
    [InlineData("Connection: close, X-SECRET", "x-secret: 1", "")]
    [InlineData("Connection: x-other,,x-secret,", "X-Secret: 1\r\nX-Secret: 2", "")]
    [InlineData("Connection: x-other", "X-Secret: 1", "X-Secret: 1\r\n")]
    [InlineData("Connection: x-secre", "X-Secret: 1", "X-Secret: 1\r\n")]
    [InlineData("Connection: \"x-secret\"", "X-Secret: 1", "X-Secret: 1\r\n")]
    [InlineData("Connection: x-secret\r\nConnection: y", "X-Secret: 1\r\nY: 2", "")]
    [InlineData("Connection: via", "Via: 1.1 other", "")]
    [InlineData("Connection: content-length", "Content-Length: 5", "Content-Length: 5\r\n")]
    [InlineData("Connection: transfer-encoding", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked\r\n")]
    [InlineData("Connection: expect", "Expect: 100-continue\r\nContent-Length: 5", "Content-Length: 5\r\nExpect: 100-continue\r\n")]
    [InlineData("Connection: connection, close", "A: 1", "A: 1\r\n")]
    [InlineData("Connection: x-forwarded-for, x-forwarded-host, forwarded", "A: 1", "A: 1\r\n")]
    public void What_Connection_names_is_dropped_but_not_what_routing_and_framing_stand_on(string connection, string lines, string passed)
    {
        Assert.Equal(passed, Passed(Heads.Post(connection, lines)));
        Assert.Equal(passed, Passed(Heads.Post(lines, connection)));
    }

    [Fact]
    public void Connection_cannot_make_the_Host_disappear() =>
        Assert.Equal("A: 1\r\n", Passed(Heads.Get("Connection: host, close", "A: 1")));

    [Theory]
    [InlineData("upgrade", "websocket", "websocket")]
    [InlineData("Upgrade", "WebSocket", "WebSocket")]
    [InlineData("keep-alive, Upgrade", "websocket", "websocket")]
    [InlineData("upgrade", "SPDY/3.1", "SPDY/3.1")]
    [InlineData("upgrade", "foo, bar", "foo, bar")]
    [InlineData("upgrade", "h2c", null)]
    [InlineData("upgrade", "H2C", null)]
    [InlineData("upgrade", "h2c/1", null)]
    [InlineData("upgrade", "h2", null)]
    [InlineData("upgrade", "HTTP/2.0", null)]
    [InlineData("upgrade", "websocket, h2c", null)]
    [InlineData("upgrade", "h2c,websocket", null)]
    [InlineData("upgrade, http2-settings", "h2c", null)]
    [InlineData("upgrade", "", null)]
    [InlineData("upgrade", ",", null)]
    [InlineData("keep-alive", "websocket", null)]
    [InlineData("upgraded", "websocket", null)]
    public void An_upgrade_passes_unless_it_leads_to_HTTP_2(string connection, string upgrade, string? passed)
    {
        string head = Heads.Get($"Connection: {connection}", $"Upgrade: {upgrade}", "HTTP2-Settings: x", "A: 1");
        Assert.Equal(passed is not null, Heads.Request(head).WantsUpgrade);
        Assert.Equal(passed is null ? "A: 1\r\n" : $"A: 1\r\nConnection: upgrade\r\nUpgrade: {passed}\r\n", Passed(head));
    }

    [Fact]
    public void Of_two_Upgrade_lines_one_passes_and_never_one_to_HTTP_2()
    {
        Assert.Equal("", Passed(Heads.Get("Connection: upgrade", "Upgrade: websocket", "Upgrade: h2c")));
        Assert.Equal("Connection: upgrade\r\nUpgrade: websocket\r\n", Passed(Heads.Get("Connection: upgrade", "Upgrade: h2c", "Upgrade: websocket")));
    }

    [Fact]
    public void HTTP_1_0_cannot_upgrade() =>
        Assert.Equal("", Passed(Heads.Lines("GET / HTTP/1.0", "Host: app.localhost", "Connection: upgrade", "Upgrade: websocket")));

    [Theory]
    [InlineData("trailers", true)]
    [InlineData("Trailers", true)]
    [InlineData("gzip;q=0.5, trailers", true)]
    [InlineData("gzip", false)]
    [InlineData("trailers;q=0", false)]
    [InlineData("", false)]
    public void Of_TE_only_trailers_pass(string te, bool passes)
    {
        Assert.Equal(passes ? "Connection: te\r\nTE: trailers\r\n" : "", Passed(Heads.Get("Connection: TE", $"TE: {te}")));
        Assert.Equal(passes ? "Connection: te\r\nTE: trailers\r\n" : "", Passed(Heads.Get($"TE: {te}")));
    }

    [Theory]
    [InlineData("100-continue")]
    [InlineData("100-Continue")]
    public void Expect_passes_with_a_body_and_only_then(string expect)
    {
        Assert.Equal("Content-Length: 5\r\nExpect: 100-continue\r\n", Passed(Heads.Post($"Expect: {expect}", "Content-Length: 5")));
        Assert.Equal("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n", Passed(Heads.Post($"Expect: {expect}", "Transfer-Encoding: chunked")));
        Assert.Equal("Content-Length: 0\r\n", Passed(Heads.Post($"Expect: {expect}", "Content-Length: 0")));
        Assert.Equal("", Passed(Heads.Post($"Expect: {expect}")));
    }

    [Fact]
    public void Expect_in_1_0_is_ignored()
    {
        string head = Heads.Lines("POST / HTTP/1.0", "Host: app.localhost", "Expect: 100-continue", "Content-Length: 5");
        Assert.False(Heads.Request(head).ExpectContinue);
        Assert.Equal("Content-Length: 5\r\n", Passed(head));
    }

    [Theory]
    [InlineData("")]
    [InlineData("200-ok")]
    [InlineData("100-continue, 100-continue")]
    [InlineData("100-continue, x")]
    [InlineData("100-continue;x")]
    public void Another_expectation_is_417(string expect)
    {
        HeadFault fault = Heads.Judge(Heads.Post($"Expect: {expect}", "Content-Length: 5"));
        Assert.Equal(HeadFault.Expectation, fault);
        Assert.Equal(417, fault.Status());
        Assert.Equal(HeadFault.Expectation, Heads.Judge(Heads.Post("Expect: 100-continue", $"Expect: {expect}", "Content-Length: 5")));
    }

    [Fact]
    public void Via_of_others_is_kept_before_ours() => Assert.Equal("Via: 1.0 a, 1.1 b\r\n", Passed(Heads.Get("Via: 1.0 a, 1.1 b")));

    [Theory]
    [InlineData("1.1 locald", 1)]
    [InlineData("1.1 locald, 1.1 locald,1.1 locald", 3)]
    [InlineData("1.1 other, 2.0 locald", 1)]
    [InlineData("1.1 notlocald, 1.1 localdx, locald", 0)]
    public void Via_tells_how_often_a_request_came_through_here(string via, int times)
    {
        Assert.Equal(times, Heads.Request(Heads.Get($"Via: {via}")).Fields.ViaUs);
        Assert.Equal(times + 1, Heads.Request(Heads.Get($"Via: {via}", "via: 1.1 locald")).Fields.ViaUs);
    }

    [Fact]
    public void A_request_that_goes_in_circles_is_counted_at_each_turn()
    {
        string head = Heads.Get();
        for (int turn = 0; turn < 6; turn++)
        {
            Assert.Equal(turn, Heads.Request(head).Fields.ViaUs);
            head = Forward(head);
        }
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", "127.0.0.1")]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1", "\"[::1]\"")]
    [InlineData("fe80::1%3", "fe80::1", "\"[fe80::1]\"")]
    public void The_upstream_is_told_who_asks(string client, string address, string node)
    {
        string sent = Forward(Heads.Get(), client: client);
        Assert.Contains($"\r\nX-Forwarded-For: {address}\r\n", sent);
        Assert.Contains($"\r\nForwarded: for={node};proto=https;host=\"app.localhost\"\r\n", sent);
    }

    [Theory]
    [InlineData("app.localhost", "443")]
    [InlineData("APP.localhost:8443", "8443")]
    [InlineData("app.localhost:", "443")]
    [InlineData("[::1]", "443")]
    [InlineData("[::1]:8443", "8443")]
    public void The_upstream_is_told_what_was_asked_for(string host, string port)
    {
        string sent = Forward(Heads.Lines("GET / HTTP/1.1", $"Host: {host}"));
        Assert.StartsWith($"GET / HTTP/1.1\r\nHost: {host}\r\n", sent);
        Assert.Contains($";proto=https;host=\"{host}\"\r\nX-Forwarded-Host: {host}\r\nX-Forwarded-Port: {port}\r\n\r\n", sent);
    }

    [Theory]
    [InlineData("http://x/v1", "/api/users?a=b", 4, "/v1/users?a=b")]
    [InlineData("http://x/v1", "/api", 4, "/v1")]
    [InlineData("http://x/v1", "/api?q", 4, "/v1?q")]
    [InlineData("http://x/v1", "/api/", 4, "/v1/")]
    [InlineData("http://x/v1", "/%61pi/x", 6, "/v1/x")]
    [InlineData("http://x/v1/", "/api/users", 4, "/v1/users")]
    [InlineData("http://x/v1/", "/api", 4, "/v1/")]
    [InlineData("http://x/", "/api/users", 4, "/users")]
    [InlineData("http://x/", "/api", 4, "/")]
    [InlineData("http://x/", "/api?q=/api/", 4, "/?q=/api/")]
    [InlineData("http://x/v1", "/", 0, "/v1/")]
    [InlineData("http://x/v1", "/a?b", 0, "/v1/a?b")]
    [InlineData("http://x", "/api/users?a", 4, "/api/users?a")]
    [InlineData("http://x", "/api?", 4, "/api?")]
    public void A_prefix_is_kept_unless_the_target_has_a_path(string target, string request, int prefixLength, string sent)
    {
        UpstreamTarget upstream = (UpstreamTarget)Target.Parse(target, "/");
        Assert.StartsWith($"GET {sent} HTTP/1.1\r\n", Forward(Heads.Lines($"GET {request} HTTP/1.1", "Host: app.localhost"), upstream, prefixLength));
        Assert.StartsWith(
            $"GET {sent} HTTP/1.1\r\n",
            Forward(Heads.Lines($"GET https://app.localhost{request} HTTP/1.1", "Host: app.localhost"), upstream, prefixLength));
    }

    [Fact]
    public void A_query_behind_the_bare_host_goes_to_the_targets_path() => Assert.StartsWith(
        "GET /v1/?q HTTP/1.1\r\n",
        Forward(Heads.Lines("GET https://app.localhost?q HTTP/1.1", "Host: app.localhost"), (UpstreamTarget)Target.Parse("http://x/v1", "/")));

    [Fact]
    public void OPTIONS_on_the_server_as_a_whole_stays_that_or_becomes_the_targets_path()
    {
        string head = Heads.Lines("OPTIONS * HTTP/1.1", "Host: app.localhost");
        Assert.StartsWith("OPTIONS * HTTP/1.1\r\n", Forward(head));
        Assert.StartsWith("OPTIONS /v1 HTTP/1.1\r\n", Forward(head, (UpstreamTarget)Target.Parse("http://x/v1", "/")));
    }
}

using Locald.Proxy;
using Locald.Proxy.Messages;

namespace Locald.Tests.Proxy.Messages;

public sealed class RequestLineTests
{
    private static HeadFault JudgeLine(string line) => Heads.Judge(Heads.Lines(line, "Host: app.localhost"));

    [Theory]
    [InlineData("GET / HTTP/1.1", "GET", "/")]
    [InlineData("POST /a/b?c=d HTTP/1.1", "POST", "/a/b?c=d")]
    [InlineData("PROPFIND / HTTP/1.1", "PROPFIND", "/")]
    [InlineData("get / HTTP/1.1", "get", "/")]
    [InlineData("X!#$%&'*+-.^_`|~1 / HTTP/1.1", "X!#$%&'*+-.^_`|~1", "/")]
    [InlineData("GET //x//y HTTP/1.1", "GET", "//x//y")]
    [InlineData("GET /? HTTP/1.1", "GET", "/?")]
    [InlineData("GET /?a=/b?c HTTP/1.1", "GET", "/?a=/b?c")]
    [InlineData("GET /%00%zz/..;/|{}\"<>\\^` HTTP/1.1", "GET", "/%00%zz/..;/|{}\"<>\\^`")]
    [InlineData("OPTIONS * HTTP/1.1", "OPTIONS", "*")]
    [InlineData("OPTIONS /x HTTP/1.1", "OPTIONS", "/x")]
    public void A_request_line_is_read_as_it_came(string line, string method, string target)
    {
        RequestHead head = Heads.Request(Heads.Lines(line, "Host: app.localhost"));
        Assert.Equal(method, Heads.Text(head.Method));
        Assert.Equal(target, Heads.Text(head.Target));
        Assert.Equal(target.Split('?')[0], Heads.Text(head.Path));
    }

    [Theory]
    [InlineData("http://app.localhost/a?b", "/a?b")]
    [InlineData("https://app.localhost/", "/")]
    [InlineData("HtTpS://APP.localhost/A", "/A")]
    [InlineData("https://app.localhost", "/")]
    [InlineData("https://app.localhost?", "/?")]
    [InlineData("https://app.localhost?a=/b", "/?a=/b")]
    [InlineData("http://app.localhost?a?b", "/?a?b")]
    [InlineData("http://app.localhost//b", "//b")]
    public void The_absolute_form_is_taken_apart_into_host_and_path(string target, string path)
    {
        RequestHead head = Heads.Request(Heads.Lines($"GET {target} HTTP/1.1", "Host: app.localhost", "X: y"));
        Assert.Equal(path, Heads.Text(head.Target));
        Assert.Equal("app.localhost", Heads.Text(head.Host));
        Assert.Equal("app.localhost", Heads.Text(head.Authority), ignoreCase: true);
        Assert.Equal("y", head.Find("x"));
    }

    [Theory]
    [InlineData("OPTIONS http://app.localhost HTTP/1.1", "*")]
    [InlineData("OPTIONS http://app.localhost/ HTTP/1.1", "/")]
    [InlineData("OPTIONS http://app.localhost?x HTTP/1.1", "/?x")]
    public void OPTIONS_in_absolute_form_without_a_path_means_the_server_as_a_whole(string line, string target) =>
        Assert.Equal(target, Heads.Text(Heads.Request(Heads.Lines(line, "Host: app.localhost")).Target));

    [Theory]
    [InlineData("ftp://app.localhost/")]
    [InlineData("http:/app.localhost/")]
    [InlineData("http:app.localhost")]
    [InlineData("http://")]
    [InlineData("https://")]
    [InlineData("https:///x")]
    [InlineData("https://?x")]
    [InlineData("http://user@app.localhost/")]
    [InlineData("http://user:pw@app.localhost/")]
    [InlineData("https:\\\\app.localhost\\")]
    [InlineData("//")]
    public void An_absolute_form_that_names_no_host_of_ours_is_refused(string target)
    {
        HeadFault fault = JudgeLine($"GET {target} HTTP/1.1");
        Assert.Equal(target == "//" ? HeadFault.None : HeadFault.Target, fault);
    }

    [Theory]
    [InlineData("GET * HTTP/1.1")]
    [InlineData("GET ** HTTP/1.1")]
    [InlineData("OPTIONS ** HTTP/1.1")]
    [InlineData("GET app.localhost:443 HTTP/1.1")]
    [InlineData("GET x HTTP/1.1")]
    [InlineData("GET ?x HTTP/1.1")]
    [InlineData("GET \\x HTTP/1.1")]
    [InlineData("GET %2f HTTP/1.1")]
    [InlineData("GET /x#y HTTP/1.1")]
    [InlineData("GET /x\u0000 HTTP/1.1")]
    [InlineData("GET /x\u007f HTTP/1.1")]
    [InlineData("GET /x\ty HTTP/1.1")]
    [InlineData("GET /x\ry HTTP/1.1")]
    [InlineData("GET /\u00fc HTTP/1.1")]
    [InlineData("GET /\u00a0 HTTP/1.1")]
    [InlineData("GET /a b HTTP/1.1")]
    [InlineData("GET  / HTTP/1.1")]
    [InlineData("GET /  HTTP/1.1")]
    [InlineData("GET / HTTP/1.1 HTTP/1.1")]
    public void A_target_of_no_known_form_is_refused(string line) => Assert.Equal(HeadFault.Target, JudgeLine(line));

    [Theory]
    [InlineData("CONNECT app.localhost:443 HTTP/1.1")]
    [InlineData("CONNECT / HTTP/1.1")]
    [InlineData("TRACE / HTTP/1.1")]
    public void CONNECT_and_TRACE_are_not_served(string line)
    {
        HeadFault fault = JudgeLine(line);
        Assert.Equal(HeadFault.MethodNotAllowed, fault);
        Assert.Equal(405, fault.Status());
    }

    [Theory]
    [InlineData("HTTP/1.0", true)]
    [InlineData("HTTP/1.1", false)]
    [InlineData("HTTP/1.2", false)]
    [InlineData("HTTP/1.9", false)]
    public void Every_minor_version_above_zero_is_read_as_1_1(string version, bool http10)
    {
        Assert.Equal(HeadFault.None, Heads.Judge(Heads.Lines($"GET / {version}", "Host: app.localhost"), out RequestHead head));
        Assert.Equal(http10, head.IsHttp10);
    }

    [Theory]
    [InlineData("HTTP/2.0")]
    [InlineData("HTTP/0.9")]
    [InlineData("HTTP/3.1")]
    [InlineData("HTTP/9.9")]
    public void Another_major_version_is_told_so_with_505(string version)
    {
        HeadFault fault = JudgeLine($"GET / {version}");
        Assert.Equal(HeadFault.VersionNotSupported, fault);
        Assert.Equal(505, fault.Status());
    }

    [Theory]
    [InlineData("http/1.1")]
    [InlineData("HTTP/1")]
    [InlineData("HTTP/1.")]
    [InlineData("HTTP/1.10")]
    [InlineData("HTTP/11.1")]
    [InlineData("HTTP/1,1")]
    [InlineData("HTTP/1.x")]
    [InlineData("HTTP/x.1")]
    [InlineData("HTTP/+1.1")]
    [InlineData("HTTP /1.1")]
    [InlineData("HTTPS/1.1")]
    [InlineData("ICY/1.1")]
    [InlineData("HTTP/1.1\t")]
    [InlineData("HTTP/1.1\r")]
    [InlineData("HTTP/1.1 ")]
    [InlineData("")]
    public void A_malformed_version_is_refused(string version)
    {
        HeadFault fault = JudgeLine($"GET / {version}");
        Assert.Equal(HeadFault.Version, fault);
        Assert.Equal(400, fault.Status());
    }

    [Theory]
    [InlineData("GET /", HeadFault.StartLine)]
    [InlineData("GET", HeadFault.StartLine)]
    [InlineData(" GET / HTTP/1.1", HeadFault.StartLine)]
    [InlineData("GET\t/\tHTTP/1.1", HeadFault.StartLine)]
    [InlineData("GET\u000b/\u000bHTTP/1.1", HeadFault.StartLine)]
    [InlineData("", HeadFault.StartLine)]
    [InlineData("G(T / HTTP/1.1", HeadFault.Method)]
    [InlineData("G:T / HTTP/1.1", HeadFault.Method)]
    [InlineData("GET\t / HTTP/1.1", HeadFault.Method)]
    [InlineData("\tGET / HTTP/1.1", HeadFault.Method)]
    [InlineData("\rGET / HTTP/1.1", HeadFault.Method)]
    [InlineData("G\u00c9T / HTTP/1.1", HeadFault.Method)]
    [InlineData("GET\u0000 / HTTP/1.1", HeadFault.Method)]
    [InlineData("GET,POST / HTTP/1.1", HeadFault.Method)]
    [InlineData("\u0016\u0003\u0001\u0002 / HTTP/1.1", HeadFault.Method)]
    public void A_malformed_start_line_is_refused(string line, HeadFault fault) => Assert.Equal(fault, JudgeLine(line));

    [Fact]
    public void The_preface_of_HTTP_2_is_told_that_the_version_is_not_spoken() =>
        Assert.Equal(HeadFault.VersionNotSupported, Heads.Judge("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));

    [Fact]
    public void A_target_of_16_KiB_is_read_and_one_byte_more_is_414()
    {
        string target = "/" + new string('a', Limits.Target - 1);
        Assert.Equal(HeadFault.None, JudgeLine($"GET {target} HTTP/1.1"));
        HeadFault fault = JudgeLine($"GET {target}a HTTP/1.1");
        Assert.Equal(HeadFault.TargetTooLong, fault);
        Assert.Equal(414, fault.Status());
    }

    [Fact]
    public void The_longest_absolute_form_is_read_whole()
    {
        string path = "/" + new string('a', Limits.Target - 1 - "https://app.localhost".Length);
        RequestHead head = Heads.Request(Heads.Lines($"GET https://app.localhost{path} HTTP/1.1", "Host: app.localhost"));
        Assert.Equal(path, Heads.Text(head.Target));
    }

    [Fact]
    public void A_refused_HEAD_request_is_still_known_as_HEAD()
    {
        // Its refusal may have no body either (RFC 9110 §9.3.2).
        Heads.Judge("HEAD / HTTP/1.1\r\n\r\n", out RequestHead noHost);
        Assert.True(noHost.IsHead);
        Heads.Judge(Heads.Lines("HEAD /\u007f HTTP/1.1", "Host: app.localhost"), out RequestHead badTarget);
        Assert.True(badTarget.IsHead);
    }

    [Fact]
    public void After_a_refusal_nothing_of_the_request_before_is_left()
    {
        RequestHead head = Heads.Request(Heads.Lines("HEAD /secret HTTP/1.0", "Host: app.localhost", "Connection: keep-alive, upgrade", "Upgrade: x", "Cookie: a=b"));
        Assert.Equal(HeadFault.StartLine, head.Parse(Heads.Bytes("bad\r\n\r\n")));
        Assert.True(head.Target.IsEmpty && head.Host.IsEmpty && head.Authority.IsEmpty && head.Method.IsEmpty);
        Assert.False(head.IsHead || head.IsHttp10 || head.IsReplayable || head.WantsUpgrade);
        Assert.Null(head.Find("cookie"));
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("OPTIONS", true)]
    [InlineData("PUT", true)]
    [InlineData("DELETE", true)]
    [InlineData("POST", false)]
    [InlineData("PATCH", false)]
    [InlineData("get", false)]
    [InlineData("LOCK", false)]
    public void Only_idempotent_requests_without_a_body_are_tried_twice(string method, bool replayable)
    {
        Assert.Equal(replayable, Heads.Request(Heads.Lines($"{method} / HTTP/1.1", "Host: app.localhost")).IsReplayable);
        Assert.False(Heads.Request(Heads.Lines($"{method} / HTTP/1.1", "Host: app.localhost", "Content-Length: 1")).IsReplayable);
        Assert.False(Heads.Request(Heads.Lines($"{method} / HTTP/1.1", "Host: app.localhost", "Transfer-Encoding: chunked")).IsReplayable);
    }

    [Theory]
    [InlineData("HTTP/1.1", "", true)]
    [InlineData("HTTP/1.1", "close", false)]
    [InlineData("HTTP/1.1", "x, Close , y", false)]
    [InlineData("HTTP/1.1", "keep-alive, close", false)]
    [InlineData("HTTP/1.1", "closed", true)]
    [InlineData("HTTP/1.0", "", false)]
    [InlineData("HTTP/1.0", "Keep-Alive", true)]
    [InlineData("HTTP/1.0", "keep-alive, close", false)]
    public void Whether_the_connection_persists_follows_version_and_options(string version, string connection, bool keepAlive) =>
        Assert.Equal(keepAlive, Heads.Request(Heads.Lines($"GET / {version}", "Host: app.localhost", $"Connection: {connection}")).KeepAlive);
}

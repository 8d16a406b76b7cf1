using System.Text;
using Locald.Proxy;
using Locald.Proxy.Messages;
using LocalRequestsOf = Locald.Proxy.Serving.LocalRequests;

namespace Locald.Tests.Proxy.Messages;

public sealed class HostTests
{
    [Theory]
    [InlineData("app.localhost", "app.localhost", 443)]
    [InlineData("APP.LocalHost:8443", "app.localhost", 8443)]
    [InlineData("app.localhost.", "app.localhost", 443)]
    [InlineData("app.localhost.:8443", "app.localhost", 8443)]
    [InlineData("app.localhost:", "app.localhost", 443)]
    [InlineData("app.localhost:0", "app.localhost", 0)]
    [InlineData("app.localhost:65535", "app.localhost", 65535)]
    [InlineData("app.localhost:00080", "app.localhost", 80)]
    [InlineData("my_app-1.localhost", "my_app-1.localhost", 443)]
    [InlineData("127.0.0.1:3000", "127.0.0.1", 3000)]
    [InlineData("[::1]", "[::1]", 443)]
    [InlineData("[::1]:8443", "[::1]", 8443)]
    [InlineData("[::FFFF:127.0.0.1]:8443", "[::ffff:127.0.0.1]", 8443)]
    [InlineData("example.com", "example.com", 443)]
    public void A_host_is_read_in_lower_case_without_port_and_final_dot(string field, string host, int port)
    {
        RequestHead head = Heads.Request(Heads.Lines("GET / HTTP/1.1", $"Host: {field}"));
        Assert.Equal(host, Heads.Text(head.Host));
        Assert.Equal(field, Heads.Text(head.Authority));
        Assert.Equal((host, port), (LocalRequestsOf.From(head).Host, LocalRequestsOf.From(head).Port));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".localhost")]
    [InlineData("app..localhost")]
    [InlineData("app.localhost..")]
    [InlineData(":443")]
    [InlineData(".:443")]
    [InlineData("app.localhost:x")]
    [InlineData("app.localhost:+1")]
    [InlineData("app.localhost:-1")]
    [InlineData("app.localhost: 1")]
    [InlineData("app.localhost:65536")]
    [InlineData("app.localhost:99999")]
    [InlineData("app.localhost:000443")]
    [InlineData("app.localhost:4294967739")]
    [InlineData("app.localhost:443:443")]
    [InlineData("app localhost")]
    [InlineData("app.localhost, other.localhost")]
    [InlineData("app.localhost,other.localhost")]
    [InlineData("app.localhost/x")]
    [InlineData("app.localhost?x")]
    [InlineData("app.localhost#x")]
    [InlineData("app.localhost\\x")]
    [InlineData("user@app.localhost")]
    [InlineData("http://app.localhost")]
    [InlineData("app%2elocalhost")]
    [InlineData("app.localhost%00")]
    [InlineData("\u00fc.localhost")]
    [InlineData("app*.localhost")]
    [InlineData("\"app.localhost\"")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[]")]
    [InlineData("[:]")]
    [InlineData("[...]")]
    [InlineData("[::1]x")]
    [InlineData("[::1]]")]
    [InlineData("[[::1]]")]
    [InlineData("[::1%25lo]")]
    [InlineData("[::1%lo]")]
    [InlineData("[127.0.0.1]")]
    [InlineData("[1::2::3]")]
    [InlineData("[::12345]")]
    [InlineData("[v1.x]")]
    [InlineData("[app.localhost]")]
    [InlineData("[::1].localhost")]
    [InlineData("[::1]:x")]
    public void A_host_that_is_none_is_refused(string field)
    {
        Assert.Equal(HeadFault.Host, Heads.Judge(Heads.Lines("GET / HTTP/1.1", $"Host: {field}")));
        Assert.Equal(HeadFault.Host, Heads.Judge(Heads.Lines("GET / HTTP/1.0", $"Host: {field}")));
    }

    [Fact]
    public void A_host_of_every_byte_is_refused_but_for_those_a_name_has()
    {
        for (int c = ' '; c < 256; c++)
        {
            bool named = c < 128 && (char.IsAsciiLetterOrDigit((char)c) || c is '-' or '_' or '.');
            Assert.Equal(named, HostSyntax.TryRead([(byte)'a', (byte)c, (byte)'b'], out _));
        }
    }

    [Fact]
    public void The_longest_name_with_final_dot_and_port_fits()
    {
        string name = string.Concat(Enumerable.Repeat("abcdefg.", 30)) + "abc.localhost";
        Assert.Equal(253, name.Length);
        Assert.Equal(name, Heads.Text(Heads.Request(Heads.Lines("GET / HTTP/1.1", $"Host: {name}.:65535")).Host));
        Assert.Equal(HeadFault.Host, Heads.Judge(Heads.Lines("GET / HTTP/1.1", $"Host: {new string('a', Limits.Authority + 1)}")));
    }

    [Fact]
    public void A_request_without_Host_is_refused_in_1_1_and_read_in_1_0()
    {
        Assert.Equal(HeadFault.HostMissing, Heads.Judge("GET / HTTP/1.1\r\n\r\n"));
        Assert.Equal(HeadFault.HostMissing, Heads.Judge("GET https://app.localhost/ HTTP/1.1\r\n\r\n"));
        Assert.True(Heads.Request("GET / HTTP/1.0\r\n\r\n").Host.IsEmpty);
        Assert.Equal("app.localhost", Heads.Text(Heads.Request("GET https://app.localhost/ HTTP/1.0\r\n\r\n").Host));
    }

    [Theory]
    [InlineData("Host: app.localhost", "Host: other.localhost")]
    [InlineData("Host: app.localhost", "Host: app.localhost")]
    [InlineData("Host: app.localhost", "hOST: app.localhost")]
    [InlineData("Host: app.localhost", "Host:")]
    [InlineData("Host:", "Host: app.localhost")]
    public void Two_Host_lines_are_refused_even_if_they_agree(string one, string two) =>
        Assert.Equal(HeadFault.HostRepeated, Heads.Judge(Heads.Lines("GET / HTTP/1.1", one, "X: y", two)));

    [Theory]
    [InlineData("https://app.localhost/", "other.localhost")]
    [InlineData("https://app.localhost:8443/", "app.localhost")]
    [InlineData("https://app.localhost/", "app.localhost:8443")]
    [InlineData("https://app.localhost/", "app.localhost.")]
    [InlineData("https://app.localhost?x", "app.localhos")]
    [InlineData("https://app.localhost/", "")]
    public void A_Host_that_contradicts_the_absolute_form_is_refused(string target, string host) =>
        Assert.Equal(HeadFault.HostAgainstTarget, Heads.Judge(Heads.Lines($"GET {target} HTTP/1.1", $"Host: {host}")));

    [Theory]
    [InlineData("https://bad host/")]
    [InlineData("https://a\u00fc.localhost/")]
    public void A_target_with_a_host_outside_of_ASCII_or_with_a_space_is_refused(string target) =>
        Assert.Equal(HeadFault.Target, Heads.Judge(Heads.Lines($"GET {target} HTTP/1.1", "Host: app.localhost")));

    [Theory]
    [InlineData("https://app.localhost:x/")]
    [InlineData("https://app.localhost\\@evil/")]
    [InlineData("https://[::1/")]
    [InlineData("https://app..localhost/")]
    public void The_host_of_an_absolute_form_is_held_to_the_same_rules(string target)
    {
        HeadFault fault = Heads.Judge(Heads.Lines($"GET {target} HTTP/1.0"));
        Assert.True(fault is HeadFault.Host or HeadFault.Target, fault.ToString());
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("app.localhost", true)]
    [InlineData("a.b.localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.255.255.254", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::2]", false)]
    [InlineData("[fe80::1]", false)]
    [InlineData("128.0.0.1", false)]
    [InlineData("127.0.0.1.example.com", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("localhost.example.com", false)]
    [InlineData("notlocalhost", false)]
    [InlineData("app-localhost", false)]
    [InlineData("example.com", false)]
    [InlineData("", false)]
    public void Only_localhost_what_lies_under_it_and_loopback_is_served(string host, bool served) =>
        Assert.Equal(served, HostScope.Covers(Encoding.ASCII.GetBytes(host)));

    [Theory]
    [InlineData("app.localhost", "app.localhost", true)]
    [InlineData("app.localhost", "APP.localhost.", true)]
    [InlineData("app.localhost", null, true)]
    [InlineData("app.localhost", "", true)]
    [InlineData("app.localhost", "other.localhost", false)]
    [InlineData("b.app.localhost", "app.localhost", false)]
    [InlineData("app.localhost", "app.localhostx", false)]
    [InlineData("localhost", "app.localhost", false)]
    public void The_host_must_be_the_name_of_the_handshake_where_there_was_one(string host, string? serverName, bool agrees) =>
        Assert.Equal(agrees, HostScope.Agrees(Encoding.ASCII.GetBytes(host), serverName));
}

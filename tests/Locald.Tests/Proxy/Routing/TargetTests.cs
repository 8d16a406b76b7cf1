using System.Net;
using System.Text;
using Locald.Proxy.Routing;

namespace Locald.Tests.Proxy.Routing;

public sealed class TargetTests
{
    private static UpstreamTarget Upstream(string text) => Assert.IsType<UpstreamTarget>(Target.Parse(text, "/base"));

    [Theory]
    [InlineData("3000", "localhost:3000")]
    [InlineData(":3000", "localhost:3000")]
    [InlineData("65535", "localhost:65535")]
    [InlineData("localhost:3000", "localhost:3000")]
    [InlineData("Web_1:80", "web_1:80")]
    [InlineData("127.0.0.1:3000", "127.0.0.1:3000")]
    [InlineData("[::1]:3000", "[::1]:3000")]
    [InlineData("[0:0:0:0:0:0:0:1]:3000", "[::1]:3000")]
    [InlineData("http://web", "web:80")]
    [InlineData("HTTP://web:3000", "web:3000")]
    [InlineData("http://web:3000/", "http://web:3000/")]
    [InlineData("http://web:3000/v1/%20x", "http://web:3000/v1/%20x")]
    [InlineData("https://web", "https://web:443")]
    [InlineData("h2c://web", "h2c://web:80")]
    [InlineData("H2C://127.0.0.1:50051/v1", "h2c://127.0.0.1:50051/v1")]
    [InlineData("https://[::1]:5001/a", "https://[::1]:5001/a")]
    public void An_upstream_is_read_and_written_in_its_shortest_form(string text, string shortest) =>
        Assert.Equal(shortest, Upstream(text).ToString());

    [Theory]
    [InlineData("unix:/run/app.sock", "/run/app.sock")]
    [InlineData("unix:///run/app.sock", "/run/app.sock")]
    [InlineData("unix:app.sock", "/base/app.sock")]
    public void A_socket_is_an_absolute_path(string text, string path) => Assert.Equal(Path.GetFullPath(path), Upstream(text).UnixPath);

    [Theory]
    [InlineData("3000", "127.0.0.1 ::1")]
    [InlineData("localhost:3000", "127.0.0.1 ::1")]
    [InlineData("http://api.localhost:3000", "127.0.0.1 ::1")]
    [InlineData("127.0.0.1:3000", "127.0.0.1 ::1")]
    [InlineData("0.0.0.0:3000", "127.0.0.1 ::1")]
    [InlineData("[::1]:3000", "::1 127.0.0.1")]
    [InlineData("[::]:3000", "::1 127.0.0.1")]
    [InlineData("127.0.0.2:3000", "127.0.0.2")]
    [InlineData("192.0.2.7:3000", "192.0.2.7")]
    [InlineData("web:3000", "")]
    public void Loopback_is_dialled_by_literal_address_in_both_families(string text, string addresses) =>
        Assert.Equal(addresses, string.Join(' ', Upstream(text).Addresses.Select(a => a.ToString())));

    [Fact]
    public void Loopback_is_told_from_the_network()
    {
        Assert.True(Upstream("3000").IsLoopback);
        Assert.True(Upstream("127.0.0.2:1").IsLoopback);
        Assert.True(Upstream("unix:/x").IsLoopback);
        Assert.False(Upstream("web:3000").IsLoopback);
        Assert.False(Upstream("192.0.2.7:3000").IsLoopback);
        Assert.Equal(IPAddress.Loopback, Upstream("3000").Addresses[0]);
    }

    [Theory]
    [InlineData("http://h/v1", "/x", "/v1/x")]
    [InlineData("http://h/v1", "", "/v1")]
    [InlineData("http://h/v1/", "", "/v1/")]
    [InlineData("http://h/v1/", "/x", "/v1/x")]
    [InlineData("http://h/", "", "/")]
    [InlineData("http://h/", "/x", "/x")]
    [InlineData("http://h/", "/", "/")]
    public void The_targets_path_takes_the_prefixs_place(string target, string rest, string forwarded) =>
        Assert.Equal(forwarded, Encoding.ASCII.GetString(Upstream(target).Lead(Encoding.ASCII.GetBytes(rest))) + rest);

    [Theory]
    [InlineData("", "missing")]
    [InlineData("0", "1 to 65535")]
    [InlineData("65536", "1 to 65535")]
    [InlineData("99999999999999999999", "1 to 65535")]
    [InlineData("web", "expected a port")]
    [InlineData("web:", "1 to 65535")]
    [InlineData("web:x", "1 to 65535")]
    [InlineData("web:-1", "1 to 65535")]
    [InlineData("http://", "host is missing")]
    [InlineData("http:///x", "host is missing")]
    [InlineData("http://user:pw@web", "password")]
    [InlineData("http://web?x", "query")]
    [InlineData("http://web/#x", "fragment")]
    [InlineData("http://web/a b", "percent-encoding")]
    [InlineData("http://web/%zz", "percent-encoding")]
    [InlineData("http://web/%00", "percent-encoding")]
    [InlineData("http://web/ü", "percent-encoding")]
    [InlineData("http://web/a/../b", "dot segments")]
    [InlineData("http://we b", "not a host name")]
    [InlineData("http://127.1", "not an IPv4 address")]
    [InlineData("http://0177.0.0.1", "not an IPv4 address")]
    [InlineData("256.0.0.1:80", "not an IPv4 address")]
    [InlineData("::1:3000", "brackets")]
    [InlineData("[::1%eth0]:3000", "brackets")]
    [InlineData("[127.0.0.1]:3000", "brackets")]
    [InlineData("grpc://web:3000", "gRPC travels over h2c://")]
    [InlineData("grpcs://web:3000", "gRPC travels over h2c://")]
    [InlineData("h2://web:3000", "expected http, https or h2c")]
    [InlineData("wss://web:3000", "WebSockets")]
    [InlineData("ftp://web", "'ftp' is not a scheme")]
    [InlineData("unix:", "path is missing")]
    [InlineData("~/site", "did not expand")]
    [InlineData("./no-such-folder", "no folder")]
    [InlineData("web\r\n:80", "control character")]
    public void What_is_no_target_is_refused_with_the_reason(string text, string reason)
    {
        RouteFormatException e = Assert.Throws<RouteFormatException>(() => Target.Parse(text, Path.GetTempPath()));
        Assert.Contains(reason, e.Message);
        Assert.StartsWith("app=", e.Example);
    }

    [Fact]
    public void A_socket_path_longer_than_the_kernel_takes_is_refused() =>
        Assert.Contains("bytes", Assert.Throws<RouteFormatException>(() => Target.Parse("unix:/" + new string('x', 110), "/")).Message);

    [Fact]
    public void A_folder_is_absolute_and_a_file_is_none()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("locald-target-");
        try
        {
            folder.CreateSubdirectory("site");
            string file = Path.Combine(folder.FullName, "index.html");
            File.WriteAllText(file, "");

            Assert.Equal(new FolderTarget(Path.Combine(folder.FullName, "site")), Target.Parse("./site/", folder.FullName));
            Assert.Equal(new FolderTarget(folder.FullName), Target.Parse(folder.FullName, "/"));
            Assert.Contains("a file", Assert.Throws<RouteFormatException>(() => Target.Parse("./index.html", folder.FullName)).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Random_text_is_a_target_or_a_clear_refusal()
    {
        Random random = new(20261);
        const string Alphabet = "a0:/.[]%@?#~-_*= \\ü\u0000http://unix:";
        for (int i = 0; i < 20_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(12)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            try
            {
                Target target = Target.Parse(text, "/base");
                if (target is UpstreamTarget)
                {
                    Assert.Equal(target, Target.Parse(target.ToString(), "/base"));
                }
            }
            catch (RouteFormatException e)
            {
                Assert.NotEmpty(e.Message);
            }

            try
            {
                RouteName name = RouteName.Parse(text);
                Assert.Equal(name, RouteName.Parse(name.ToString()));
            }
            catch (RouteFormatException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }
}

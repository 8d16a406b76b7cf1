using System.Text;
using Locald.Proxy.Routing;

namespace Locald.Tests.Proxy.Routing;

public sealed class RouteTableTests
{
    private static RouteTable Table(params string[] routes) => RouteTable.Create(routes.Select(r => Route.Parse(r, "/")));

    private static RouteMatch Find(RouteTable table, string host, string path) =>
        table.Find(Encoding.ASCII.GetBytes(host), Encoding.ASCII.GetBytes(path));

    private static string Answer(RouteTable table, string host, string path)
    {
        RouteMatch match = Find(table, host, path);
        return match.Outcome == RouteOutcome.Found ? $"{match.Route!.Target} {match.PrefixLength}" : match.Outcome.ToString();
    }

    [Theory]
    [InlineData("app.localhost", "/", "localhost:1 0")]
    [InlineData("app.localhost", "/api", "localhost:2 4")]
    [InlineData("app.localhost", "/api/", "localhost:2 4")]
    [InlineData("app.localhost", "/api/x", "localhost:2 4")]
    [InlineData("app.localhost", "/apix", "localhost:1 0")]
    [InlineData("app.localhost", "/api/v2/x", "localhost:3 7")]
    [InlineData("app.localhost", "/api/v2x", "localhost:2 4")]
    [InlineData("app.localhost", "/API", "localhost:1 0")]
    [InlineData("app.localhost", "*", "localhost:1 0")]
    [InlineData("a.app.localhost", "/", "localhost:4 0")]
    [InlineData("x.y.app.localhost", "/", "localhost:4 0")]
    [InlineData("x.b.app.localhost", "/", "localhost:5 0")]
    [InlineData("b.app.localhost", "/", "localhost:4 0")]
    [InlineData("xapp.localhost", "/", "NoSuchName")]
    [InlineData("other.localhost", "/", "NoSuchName")]
    [InlineData("only.localhost", "/path/x", "localhost:6 5")]
    [InlineData("only.localhost", "/", "NoSuchPath")]
    [InlineData("locald.localhost", "/api", "built-in page 0")]
    [InlineData("localhost", "/", "built-in page 0")]
    [InlineData("127.0.0.1", "/x", "built-in page 0")]
    [InlineData("127.9.9.9", "/", "built-in page 0")]
    [InlineData("[::1]", "/", "built-in page 0")]
    [InlineData("127.0.0.1.evil", "/", "NoSuchName")]
    [InlineData("", "/", "NoSuchName")]
    [InlineData(".", "/", "NoSuchName")]
    public void The_most_specific_route_wins(string host, string path, string answer) =>
        Assert.Equal(answer, Answer(Table("app=1", "app/api=2", "app/api/v2=3", "*.app=4", "*.b.app=5", "only/path=6"), host, path));

    [Fact]
    public void The_order_in_which_routes_are_given_does_not_matter()
    {
        string[] routes = ["app=1", "app/api=2", "*.app=3", "*=4", "a.app/x=5"];
        for (int turn = 0; turn < routes.Length; turn++)
        {
            RouteTable table = Table([.. routes.Skip(turn), .. routes.Take(turn)]);
            Assert.Equal("localhost:1 0", Answer(table, "app.localhost", "/"));
            Assert.Equal("localhost:2 4", Answer(table, "app.localhost", "/api"));
            Assert.Equal("localhost:5 2", Answer(table, "a.app.localhost", "/x"));
            Assert.Equal("localhost:3 0", Answer(table, "a.app.localhost", "/"));
            Assert.Equal("localhost:4 0", Answer(table, "other.localhost", "/"));
        }
    }

    [Fact]
    public void A_catch_all_serves_every_name_but_localds_own_and_localhost_itself()
    {
        RouteTable table = Table("*=1");
        Assert.Equal("localhost:1 0", Answer(table, "a.b.c.localhost", "/"));
        Assert.Equal("built-in page 0", Answer(table, "locald.localhost", "/"));
        Assert.Equal("built-in page 0", Answer(table, "localhost", "/"));
    }

    [Fact]
    public void Addresses_are_answered_by_the_route_for_localhost()
    {
        RouteTable table = Table("localhost=1");
        Assert.Equal("localhost:1 0", Answer(table, "localhost", "/"));
        Assert.Equal("localhost:1 0", Answer(table, "127.0.0.1", "/"));
        Assert.Equal("localhost:1 0", Answer(table, "::1", "/"));
        Assert.Equal("NoSuchPath", Answer(Table("localhost/api=1"), "[::1]", "/"));
        Assert.Equal("NoSuchPath", Answer(Table("localhost/api=1"), "localhost", "/"));
    }

    [Fact]
    public void A_table_without_routes_serves_the_built_in_page_alone()
    {
        Assert.Equal("built-in page 0", Answer(RouteTable.Empty, "locald.localhost", "/"));
        Assert.Equal("NoSuchName", Answer(RouteTable.Empty, "app.localhost", "/"));
        Assert.Empty(RouteTable.Empty.Routes);
    }

    [Theory]
    [InlineData("/%61pi/x", "localhost:2 6")]
    [InlineData("/%61%70%69", "localhost:2 10")]
    [InlineData("/api%2Fx", "localhost:1 0")]
    [InlineData("/%2fapi", "localhost:1 0")]
    [InlineData("/api%", "localhost:1 0")]
    [InlineData("/ap%6", "localhost:1 0")]
    [InlineData("/@scope%2fname", "localhost:1 0")]
    [InlineData("/a.b/..c/...", "localhost:1 0")]
    [InlineData("/api/../admin", "AmbiguousPath")]
    [InlineData("/x/%2e%2E/api", "AmbiguousPath")]
    [InlineData("/x/.%2e", "AmbiguousPath")]
    [InlineData("/./api", "AmbiguousPath")]
    [InlineData("/x/..%2fapi", "AmbiguousPath")]
    [InlineData("/x\\..\\api", "AmbiguousPath")]
    [InlineData("/x%5c..%5capi", "AmbiguousPath")]
    public void A_prefix_is_not_fooled_by_encoding_or_dots(string path, string answer) =>
        Assert.Equal(answer, Answer(Table("app=1", "app/api=2"), "app.localhost", path));

    [Fact]
    public void Where_no_prefix_decides_the_path_is_the_upstreams_own_affair()
    {
        Assert.Equal("localhost:1 0", Answer(Table("app=1"), "app.localhost", "/a/../b"));
        Assert.Equal("AmbiguousPath", Answer(Table("app=http://127.0.0.1:1/base"), "app.localhost", "/../b"));
    }

    [Fact]
    public void The_same_name_twice_is_refused_and_both_targets_are_named()
    {
        RouteFormatException e = Assert.Throws<RouteFormatException>(() => Table("app=1", "APP.localhost=2"));
        Assert.Contains("localhost:1", e.Message);
        Assert.Contains("localhost:2", e.Message);
    }

    [Theory]
    [InlineData("3000", "app=3000")]
    [InlineData("app", "app=3000")]
    [InlineData("", "app=3000")]
    public void A_route_without_an_equals_sign_is_explained(string text, string example)
    {
        RouteFormatException e = Assert.Throws<RouteFormatException>(() => Route.Parse(text, "/"));
        Assert.Contains("NAME=TARGET", e.Message);
        Assert.Equal(example, e.Example);
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        RouteTable table = Table([.. Enumerable.Range(1, 500).Select(i => $"app{i}={i}"), "*.wild=1", "*.a.wild/api=2"]);
        byte[] host = "x.y.a.wild.localhost"u8.ToArray();
        byte[] path = "/%61pi/x"u8.ToArray();
        Assert.Equal(6, table.Find(host, path).PrefixLength);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            table.Find(host, path);
            table.Find("app250.localhost"u8, "/"u8);
            table.Find("none.localhost"u8, "/"u8);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Random_requests_find_what_a_plain_reading_of_the_rules_finds()
    {
        Random random = new(20265);
        string[] names = ["a", "b.a", "*.a", "*.b.a", "*", "localhost"];
        string[] prefixes = ["", "/x", "/x/y", "/x/y/z"];
        string[] hosts = ["a.localhost", "b.a.localhost", "c.b.a.localhost", "d.localhost", "localhost", "a.localhos", "xa.localhost"];
        string[] pieces = ["/", "x", "y", "z", "/x", "/x/y", "%78", "%2F", "%", "xx"];
        for (int turn = 0; turn < 300; turn++)
        {
            Route[] routes =
            [
                .. names.SelectMany(n => prefixes.Select(p => n + p)).Where(_ => random.Next(3) == 0).Select((n, i) => Route.Parse($"{n}={i + 1}", "/")),
            ];
            RouteTable table = RouteTable.Create(routes);
            for (int i = 0; i < 100; i++)
            {
                string host = hosts[random.Next(hosts.Length)];
                string path = "/" + string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => pieces[random.Next(pieces.Length)]));
                string read = path.Replace("%78", "x", StringComparison.Ordinal);
                Route? expected = routes
                    .Where(r => r.Name.IsWildcard ? host.EndsWith("." + r.Name.Host, StringComparison.Ordinal) : host == r.Name.Host)
                    .Where(r => read == r.Name.Prefix || read.StartsWith(r.Name.Prefix + "/", StringComparison.Ordinal))
                    .OrderBy(r => r.Name.IsWildcard)
                    .ThenByDescending(r => r.Name.Host.Length)
                    .ThenByDescending(r => r.Name.Prefix.Length)
                    .FirstOrDefault();

                RouteMatch match = Find(table, host, path);
                if (host == "localhost" && expected is null)
                {
                    Assert.NotEqual(RouteOutcome.NoSuchName, match.Outcome);
                    continue;
                }

                Assert.Same(expected, match.Route);
                if (expected is not null)
                {
                    Assert.Equal(expected.Name.Prefix, path[..match.PrefixLength].Replace("%78", "x", StringComparison.Ordinal));
                }
            }
        }
    }
}

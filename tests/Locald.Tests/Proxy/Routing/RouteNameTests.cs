using Locald.Proxy.Routing;

namespace Locald.Tests.Proxy.Routing;

public sealed class RouteNameTests
{
    [Theory]
    [InlineData("app", "app.localhost")]
    [InlineData("App.LOCALHOST", "app.localhost")]
    [InlineData("app.localhost.", "app.localhost")]
    [InlineData("a.b", "a.b.localhost")]
    [InlineData("localhost", "localhost")]
    [InlineData("*.app", "*.app.localhost")]
    [InlineData("*", "*.localhost")]
    [InlineData("*.localhost", "*.localhost")]
    [InlineData("app/api", "app.localhost/api")]
    [InlineData("app/API/v1/", "app.localhost/API/v1")]
    [InlineData("app/", "app.localhost")]
    [InlineData("*.app/@scope", "*.app.localhost/@scope")]
    [InlineData("xn--bcher-kva", "xn--bcher-kva.localhost")]
    [InlineData("1.2.3", "1.2.3.localhost")]
    [InlineData("x.locald", "x.locald.localhost")]
    public void A_name_is_read_and_written_in_full(string text, string full) => Assert.Equal(full, RouteName.Parse(text).ToString());

    [Theory]
    [InlineData("", "missing")]
    [InlineData("/api", "missing")]
    [InlineData(".", "missing")]
    [InlineData("https://app.localhost", "scheme")]
    [InlineData("app:3000", "port")]
    [InlineData("app..b", "dots")]
    [InlineData("-app", "letters, digits")]
    [InlineData("my_app", "letters, digits")]
    [InlineData("my app", "letters, digits")]
    [InlineData("a.*.b", "star")]
    [InlineData("*app", "star")]
    [InlineData("bücher", "xn--")]
    [InlineData("127.0.0.1", "address")]
    [InlineData("[::1]", "port")]
    [InlineData("locald", "own page")]
    [InlineData("LOCALD.localhost/x", "own page")]
    [InlineData("app//x", "segments")]
    [InlineData("app/../x", "segments")]
    [InlineData("app/a%20b", "plain text")]
    [InlineData("app/a?b", "plain text")]
    [InlineData("app/a\\b", "plain text")]
    public void What_is_no_name_is_refused_with_the_reason_and_an_example(string text, string reason)
    {
        RouteFormatException e = Assert.Throws<RouteFormatException>(() => RouteName.Parse(text));
        Assert.Contains(reason, e.Message);
        Assert.StartsWith($"'{text}'", e.Message);
        string[] example = e.Example.Split('=');
        Assert.NotNull(RouteName.Parse(example[0]));
    }

    [Theory]
    [InlineData("my_app", "my-app")]
    [InlineData("My App", "my-app")]
    [InlineData("-app-", "app")]
    [InlineData("api.my_app.localhost", "api.my-app")]
    [InlineData("bücher", "xn--bcher-kva")]
    [InlineData("my_äpp", "my-pp")]
    [InlineData("___", "app")]
    [InlineData("locald_", "app")]
    public void The_example_is_the_name_that_was_meant(string text, string meant) =>
        Assert.Equal($"{meant}=3000", Assert.Throws<RouteFormatException>(() => RouteName.Parse(text)).Example);

    [Fact]
    public void Labels_and_names_have_the_lengths_of_dns()
    {
        string label = new('a', 63);
        Assert.Equal($"{label}.localhost", RouteName.Parse(label).ToString());
        Assert.Throws<RouteFormatException>(() => RouteName.Parse(label + "a"));

        string longest = $"{label}.{label}.{label}.{new string('b', 253 - (3 * 64) - 10)}";
        Assert.Equal(253, RouteName.Parse(longest).Host.Length);
        Assert.Throws<RouteFormatException>(() => RouteName.Parse(longest + "b"));
    }

    [Fact]
    public void The_address_to_open_names_the_port_only_where_it_is_not_the_default()
    {
        Assert.Equal("https://app.localhost/", RouteName.Parse("app").Url(443));
        Assert.Equal("https://app.localhost:8443/api", RouteName.Parse("app/api").Url(8443));
    }

    [Fact]
    public void Two_spellings_of_one_name_are_equal() =>
        Assert.Equal(RouteName.Parse("App.localhost./api/"), RouteName.Parse("app/api"));
}

using Locald.Proxy;
using Locald.Proxy.Pages;
using Locald.Proxy.Routing;

namespace Locald.Tests.Proxy.Pages;

public sealed class BuiltInPageTests
{
    private static LocalResponse Respond(string method, string path, params string[] routes) => BuiltInPage.Respond(
        LocalRequests.Make(method, "locald.localhost", path, $"accept: {LocalRequests.Browser}"), RouteTable.Create(routes.Select(r => Route.Parse(r, "/"))));

    [Fact]
    public void A_newcomer_is_told_what_to_run_next()
    {
        LocalResponse response = Respond("GET", "/");
        Assert.Equal(200, response.Status);
        Assert.Null(response.Field("Retry-After"));
        Assert.Contains("<code>locald serve app=3000</code>", response.Text());
    }

    [Fact]
    public void What_is_served_is_listed_with_addresses_to_open()
    {
        string html = Respond("GET", "/", "app=3000", "*.shop=3001").Text();
        Assert.Contains("<a class=\"name\" href=\"https://app.localhost:8443/\">app.localhost</a>", html);
        Assert.Contains("<span class=\"name\">*.shop.localhost</span>", html);
        Assert.Contains("localhost:3001", html);
    }

    [Theory]
    [InlineData("GET", "/favicon.ico", 404)]
    [InlineData("POST", "/", 405)]
    [InlineData("HEAD", "/", 200)]
    public void It_is_one_page_to_be_read(string method, string path, int status) => Assert.Equal(status, Respond(method, path).Status);
}

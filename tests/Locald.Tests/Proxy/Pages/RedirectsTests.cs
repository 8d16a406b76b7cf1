using Locald.Proxy;
using Locald.Proxy.Pages;

namespace Locald.Tests.Proxy.Pages;

public sealed class RedirectsTests
{
    [Theory]
    [InlineData("app.localhost", "/a/b?c=d", 443, "https://app.localhost/a/b?c=d")]
    [InlineData("app.localhost", "/", 8443, "https://app.localhost:8443/")]
    [InlineData("localhost", "*", 443, "https://localhost/")]
    [InlineData("[::1]", "/", 8443, "https://[::1]:8443/")]
    [InlineData("::1", "/", 443, "https://[::1]/")]
    [InlineData("127.0.0.1", "//evil.example/x", 443, "https://127.0.0.1//evil.example/x")]
    [InlineData("app.localhost", "/\r\nSet-Cookie: x\u00fc", 443, "https://app.localhost/%0D%0ASet-Cookie:%20x%FC")]
    public void Plain_http_is_sent_to_https_for_once(string host, string path, int port, string location)
    {
        LocalResponse response = Redirects.ToHttps(LocalRequests.Make("POST", host, path), port);
        Assert.Equal(307, response.Status);
        Assert.Equal(location, response.Field("Location"));
        Assert.Equal("no-store", response.Field("Cache-Control"));
        Assert.Null(response.Field("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evillocalhost")]
    [InlineData("")]
    public void No_redirect_leads_away_from_this_machine(string host)
    {
        LocalResponse response = Redirects.ToHttps(LocalRequests.Make("GET", host, "/"), 443);
        Assert.Equal(421, response.Status);
        Assert.Null(response.Field("Location"));
    }
}

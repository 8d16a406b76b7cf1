using Locald.Proxy.Routing;

namespace Locald.Tests.Proxy.Routing;

public sealed class HostLabelTests
{
    [Theory]
    [InlineData("My_App 🚀", "my-app")]
    [InlineData("feat/login", "feat-login")]
    [InlineData("My.Company.Web", "my-company-web")]
    [InlineData("--a--b--", "a-b")]
    [InlineData("app", "app")]
    [InlineData("2048", "2048")]
    [InlineData("ÄÖ", null)]
    [InlineData("🚀", null)]
    [InlineData("", null)]
    public void Any_text_becomes_a_label_or_nothing(string text, string? label) => Assert.Equal(label, HostLabel.Mend(text));

    [Fact]
    public void A_label_is_cut_where_dns_ends_it_and_never_behind_a_hyphen()
    {
        Assert.Equal(new string('a', 63), HostLabel.Mend(new string('a', 100)));
        Assert.Equal(new string('a', 62), HostLabel.Mend(new string('a', 62) + "_b"));
        Assert.Equal(new string('a', 61) + "-b", HostLabel.Mend(new string('a', 61) + "_bc"));
    }

    [Theory]
    [InlineData("API.My_App", "api.my-app")]
    [InlineData("a..b.", "a.b")]
    [InlineData("._.", null)]
    public void The_dots_of_a_name_stay(string name, string? mended) => Assert.Equal(mended, HostLabel.MendAll(name));
}

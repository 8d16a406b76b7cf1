using Locald.Certificates;

namespace Locald.Tests.Certificates;

public sealed class ServerNameTests
{
    private static readonly string Label63 = new('a', 63);

    public static TheoryData<string> Longest { get; } =
    [
        $"{Label63}.localhost",
        $"{Label63}.{Label63}.{Label63}.{new string('b', 51)}.localhost",
    ];

    [Theory]
    [InlineData("localhost", "localhost")]
    [InlineData("app.localhost", "app.localhost")]
    [InlineData("APP.LocalHost", "app.localhost")]
    [InlineData("a.b.c.localhost", "a.b.c.localhost")]
    [InlineData("3000.localhost", "3000.localhost")]
    [InlineData("my-app.localhost", "my-app.localhost")]
    [InlineData("xn--caf-dma.localhost", "xn--caf-dma.localhost")]
    [InlineData("localhost.localhost", "localhost.localhost")]
    public void A_name_under_localhost_is_read_in_lower_case(string text, string expected) =>
        Assert.Equal((NameFault.None, expected), Parse(text));

    [Theory]
    [MemberData(nameof(Longest))]
    public void The_longest_names_are_read(string text) => Assert.Equal((NameFault.None, text), Parse(text));

    [Theory]
    [InlineData("", NameFault.Empty)]
    [InlineData("example.com", NameFault.NotLocal)]
    [InlineData("app.localhost.com", NameFault.NotLocal)]
    [InlineData("notlocalhost", NameFault.NotLocal)]
    [InlineData("app", NameFault.NotLocal)]
    [InlineData("192.168.0.1", NameFault.NotLocal)]
    [InlineData("app.localhost.", NameFault.EmptyLabel)]
    [InlineData(".localhost", NameFault.EmptyLabel)]
    [InlineData("a..localhost", NameFault.EmptyLabel)]
    [InlineData(".", NameFault.EmptyLabel)]
    [InlineData("-a.localhost", NameFault.NotLdh)]
    [InlineData("a-.localhost", NameFault.NotLdh)]
    [InlineData("a.localhost-", NameFault.NotLdh)]
    [InlineData("my_app.localhost", NameFault.NotLdh)]
    [InlineData("*.app.localhost", NameFault.NotLdh)]
    [InlineData("a b.localhost", NameFault.NotLdh)]
    [InlineData("a\0.localhost", NameFault.NotLdh)]
    [InlineData("a\n.localhost", NameFault.NotLdh)]
    [InlineData("../app.localhost", NameFault.EmptyLabel)]
    [InlineData("app.localhost/", NameFault.NotLdh)]
    [InlineData("app.localhost:443", NameFault.NotLdh)]
    [InlineData("caf\u00e9.localhost", NameFault.NotLdh)]
    [InlineData("app.\u212Aocalhost", NameFault.NotLdh)]
    [InlineData("app.local\u017Fhost", NameFault.NotLdh)]
    public void Anything_else_is_refused_with_its_reason(string text, NameFault fault) => Assert.Equal((fault, ""), Parse(text));

    [Fact]
    public void A_label_of_64_characters_or_a_name_of_254_is_too_long()
    {
        Assert.Equal((NameFault.TooLong, ""), Parse($"a{Label63}.localhost"));
        Assert.Equal((NameFault.TooLong, ""), Parse($"{Label63}.{Label63}.{Label63}.{new string('b', 52)}.localhost"));
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.9.8.7", "127.9.8.7")]
    [InlineData("::1", "::1")]
    [InlineData("0:0:0:0:0:0:0:1", "::1")]
    [InlineData("LOCALHOST", "localhost")]
    [InlineData("*.App.localhost", "*.app.localhost")]
    [InlineData("Caf\u00e9.localhost", "xn--caf-dma.localhost")]
    public void What_a_certificate_can_name_is_given_its_form(string text, string expected) => Assert.Equal(expected, ServerName.Canonical(text));

    [Theory]
    [InlineData("*.localhost", NameFault.TopLevelWildcard)]
    [InlineData("*", NameFault.PartialWildcard)]
    [InlineData("a*.app.localhost", NameFault.PartialWildcard)]
    [InlineData("a.*.localhost", NameFault.PartialWildcard)]
    [InlineData("*.*.app.localhost", NameFault.PartialWildcard)]
    [InlineData("*.example.com", NameFault.NotLocal)]
    [InlineData("10.0.0.1", NameFault.NotLocal)]
    [InlineData("::2", NameFault.NotLdh)]
    [InlineData("::ffff:127.0.0.1", NameFault.NotLdh)]
    [InlineData("caf\u00e9..localhost", NameFault.NotLdh)]
    [InlineData("my_caf\u00e9.localhost", NameFault.NotLdh)]
    public void What_it_must_not_name_is_refused(string text, NameFault fault) =>
        Assert.Equal(fault, Assert.Throws<NameException>(() => ServerName.Canonical(text)).Fault);

    private static (NameFault Fault, string Name) Parse(string text)
    {
        char[] lower = new char[253];
        NameFault fault = ServerName.Parse(text, lower, out int length);
        return (fault, new string(lower, 0, length));
    }
}

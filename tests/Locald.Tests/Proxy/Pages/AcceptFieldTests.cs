using Locald.Proxy.Pages;

namespace Locald.Tests.Proxy.Pages;

public sealed class AcceptFieldTests
{
    [Theory]
    [InlineData(null, "Text")]
    [InlineData("", "Text")]
    [InlineData("*/*", "Text")]
    [InlineData("text/*", "Text")]
    [InlineData("image/png", "Text")]
    [InlineData(LocalRequests.Browser, "Html")]
    [InlineData("TEXT/HTML", "Html")]
    [InlineData("text/html;q=0", "Text")]
    [InlineData("application/json, text/plain, */*", "Json")]
    [InlineData("application/json;q=0.5, text/html;q=0.6", "Html")]
    [InlineData("application/json;q=0.6, text/html;q=0.5", "Json")]
    [InlineData("text/plain;q=0.9, application/json;q=0.9", "Text")]
    [InlineData("text/html ; level=1 ; Q=0.1, application/json;q=0.2", "Json")]
    [InlineData("text/html;q=2, application/json;q=x", "Text")]
    [InlineData("text/html;q=-1", "Text")]
    [InlineData(",,;,;q=", "Text")]
    public void The_format_that_is_named_with_the_highest_weight_is_chosen(string? accept, string format) =>
        Assert.Equal(format, AcceptField.Choose(accept).ToString());

    [Fact]
    public void Random_text_gives_some_format()
    {
        Random random = new(20264);
        const string Alphabet = "texhml/*;q=0.1, apjson\0\u00ff";
        for (int i = 0; i < 20_000; i++)
        {
            string accept = new([.. Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            Assert.True(Enum.IsDefined(AcceptField.Choose(accept)));
        }
    }
}

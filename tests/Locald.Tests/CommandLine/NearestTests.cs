using Locald.CommandLine;

namespace Locald.Tests.CommandLine;

public sealed class NearestTests
{
    [Theory]
    [InlineData("turst", "trust")]
    [InlineData("serv", "serve")]
    [InlineData("staus", "status")]
    public void A_mistyped_command_finds_the_one_that_was_meant(string typed, string meant) =>
        Assert.Equal(meant, Nearest.To(typed, ["trust", "untrust", "serve", "status"]));

    [Fact]
    public void A_word_like_nothing_finds_nothing() => Assert.Null(Nearest.To("zzzzzz", ["trust", "serve"]));
}

using Locald.Configuration;

namespace Locald.Tests.Configuration;

public sealed class CommandWordsTests
{
    [Theory]
    [InlineData("npm run dev", new[] { "npm", "run", "dev" })]
    [InlineData("  npm\t run  ", new[] { "npm", "run" })]
    [InlineData("a 'b c' \"d e\"", new[] { "a", "b c", "d e" })]
    [InlineData("a ''", new[] { "a", "" })]
    [InlineData("a\\ b 'c\\d' \"e\\\"f\"", new[] { "a b", "c\\d", "e\"f" })]
    [InlineData("a'b'c", new[] { "abc" })]
    [InlineData("a '$x|&' \"*\"", new[] { "a", "$x|&", "*" })]
    public void Words_are_split_as_a_shell_splits_them(string text, string[] words) => Assert.Equal(words, CommandWords.Split(text).Words);

    [Theory]
    [InlineData("", "the program is missing")]
    [InlineData("  ", "the program is missing")]
    [InlineData("'' a", "the program is missing")]
    [InlineData("a 'b", "a quote is open: '")]
    [InlineData("a \"b", "a quote is open: \"")]
    [InlineData("a | b", "'|' needs a shell: [\"sh\", \"-c\", \"...\"]")]
    [InlineData("a $HOME", "'$' needs a shell: [\"sh\", \"-c\", \"...\"]")]
    [InlineData("a\nb", "'\\n' needs a shell: [\"sh\", \"-c\", \"...\"]")]
    public void What_only_a_shell_understands_is_refused(string text, string why)
    {
        (IReadOnlyList<string>? words, string? reason) = CommandWords.Split(text);
        Assert.Null(words);
        Assert.Equal(why, reason);
    }
}

using System.Diagnostics;
using Locald.ClientTrust;

namespace Locald.Tests.ClientTrust;

public sealed class ShellSyntaxTests
{
    public static TheoryData<string> Values { get; } =
    [
        "/home/ana/.local/share/locald/ca/bundle.pem",
        "/Users/ana/Library/Application Support/locald",
        "it's",
        "a'b\"c",
        "$HOME `id` \\ ! # ; & | * ? ~ <>",
        "two\nlines",
        "caf\u00e9 \u2019",
        "-n",
        "a=b",
        "",
    ];

    [Theory]
    [MemberData(nameof(Values))]
    public void Sh_reads_back_the_value(string value)
    {
        string line = ShellSyntax.Line(ShellKind.Sh, "X", value)!;
        using Process process = Process.Start(new ProcessStartInfo("sh", ["-c", $"{line}\nprintenv X"]) { RedirectStandardOutput = true })!;
        Assert.Equal(value + "\n", process.StandardOutput.ReadToEnd());
    }

    // fish(1) "Quotes": between single quotes only \' and \\ are escapes.
    [Theory]
    [InlineData("/a/b", "set -gx X /a/b")]
    [InlineData("a b", "set -gx X 'a b'")]
    [InlineData("it's \\", "set -gx X 'it\\'s \\\\'")]
    [InlineData("$HOME", "set -gx X '$HOME'")]
    public void Fish_is_given_single_quotes_with_two_escapes(string value, string line) => Assert.Equal(line, ShellSyntax.Line(ShellKind.Fish, "X", value));

    // about_Quoting_Rules: a quote is doubled; the typographic ones are quotes too.
    [Theory]
    [InlineData("C:\\Users\\ana", "$env:X = 'C:\\Users\\ana'")]
    [InlineData("it's $x", "$env:X = 'it''s $x'")]
    [InlineData("ana\u2019s", "$env:X = 'ana\u2019\u2019s'")]
    public void PowerShell_is_given_single_quotes_with_quotes_doubled(string value, string line) =>
        Assert.Equal(line, ShellSyntax.Line(ShellKind.PowerShell, "X", value));

    [Theory]
    [InlineData("a b'c\"", "X=a b'c\"")]
    [InlineData("a\nb", null)]
    public void GitHub_is_given_the_value_as_it_is_if_that_is_one_line(string value, string? line) =>
        Assert.Equal(line, ShellSyntax.Line(ShellKind.GitHub, "X", value));

    [Theory]
    [InlineData("/a/b", "X=/a/b")]
    [InlineData("a b", "X='a b'")]
    [InlineData("$HOME \"", "X='$HOME \"'")]
    [InlineData("it's", "X=\"it's\"")]
    [InlineData("it's $HOME", null)]
    [InlineData("a\nb", null)]
    public void A_dotenv_file_is_given_only_what_all_its_readers_agree_on(string value, string? line) =>
        Assert.Equal(line, ShellSyntax.Line(ShellKind.DotEnv, "X", value));
}

namespace Locald.Tests.Commands;

public sealed class BadCommandLineTests
{
    [Theory]
    [InlineData("versoin", "'versoin' failed: there is no such command", "locald version")]
    [InlineData("hlep", "'hlep' failed: there is no such command", "locald help")]
    [InlineData("frobnicate", "'frobnicate' failed: there is no such command", "locald help")]
    [InlineData("", "'' failed: there is no such command", "locald help")]
    [InlineData("--json", "'--json' failed: options follow a command", "locald help")]
    [InlineData("help frobnicate", "'frobnicate' failed: there is no such command", "locald help")]
    [InlineData("help version help", "help failed: unexpected argument 'help'", "locald help help")]
    [InlineData("version 2", "version failed: unexpected argument '2'", "locald help version")]
    [InlineData("version --jsno", "version failed: unknown option '--jsno'", "locald version --json")]
    [InlineData("version --frobnicate", "version failed: unknown option '--frobnicate'", "locald help version")]
    [InlineData("version --json=yes", "version failed: option --json takes no value", "locald version --json")]
    public async Task A_wrong_command_line_says_why_and_what_to_type_instead(string line, string error, string hint)
    {
        Transcript transcript = await Transcript.Of(line.Split(' '));
        Assert.Equal(ExitCode.Usage, transcript.Code);
        Assert.Empty(transcript.Data);
        Assert.Equal($"locald: {error}{Environment.NewLine}  try: {hint}{Environment.NewLine}", transcript.Talk);
    }
}

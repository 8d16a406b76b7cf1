using Locald.CommandLine;
using Locald.Completion;
using Locald.Tests.Certificates;

namespace Locald.Tests.Completion;

public sealed class CompleterTests : IDisposable
{
    private static readonly Command[] Commands =
    [
        new()
        {
            Name = "serve",
            Summary = "serve names",
            Options = [new("--log", "off|requests", "what to say"), new("--config", "FILE|off", "which file"), new("--https", "ADDR:PORT", "where", Repeatable: true), new("--wait", null, "wait")],
            MaxWords = 1,
            Words = (_, place) => Task.FromResult<IEnumerable<Candidate>>([new($"word{place}")]),
            Run = (_, _) => Task.FromResult(ExitCode.Done),
        },
        new() { Name = "run", Summary = "run it", RunsWords = true, Run = (_, _) => Task.FromResult(ExitCode.Done) },
    ];

    private readonly TemporaryFolder _home = new();

    [Theory]
    [InlineData("", "serve run --help --version")]
    [InlineData("s", "serve")]
    [InlineData("--v", "--version")]
    [InlineData("x", "")]
    [InlineData("nonsense ", "")]
    [InlineData("serve ", "word0")]
    [InlineData("serve a=1 ", "")]
    [InlineData("serve --https 1 --wait ", "word0")]
    [InlineData("serve -", "--log --config --https --wait --help")]
    [InlineData("serve --wait --log=off --https 1 --", "--config --https --help")]
    [InlineData("serve --log ", "off requests")]
    [InlineData("serve --log r", "requests")]
    [InlineData("serve --log=", "--log=off --log=requests")]
    [InlineData("serve --log = r", "--log=requests")]
    [InlineData("serve --log =", "--log=off --log=requests")]
    [InlineData("serve --config ", "off :files")]
    [InlineData("serve --config /et", ":files")]
    [InlineData("serve --https ", "")]
    [InlineData("serve -- w", "word0")]
    [InlineData("run -- ", ":programs")]
    [InlineData("run -- np", ":programs")]
    [InlineData("run -- npm ru", ":files")]
    public async Task What_may_stand_at_the_cursor_is_found(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', (await Complete(line.Split(' '))).Select(c => c.Text)));

    [Fact]
    public async Task Without_any_word_every_command_is_one() => Assert.Equal(4, (await Complete([])).Count);

    [Fact]
    public async Task Each_candidate_says_what_it_means() => Assert.Equal("serve names", Assert.Single(await Complete(["ser"])).Meaning);

    public void Dispose() => _home.Dispose();

    private Task<IReadOnlyList<Candidate>> Complete(string[] words) => Completer.CompleteAsync(Commands, words, new Session
    {
        Terminal = new(TextWriter.Null, TextWriter.Null, colour: false, interactive: false),
        Variable = _ => null,
        State = new StateFolder(_home.Path),
    });
}

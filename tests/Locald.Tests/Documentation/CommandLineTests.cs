using Locald.CommandLine;
using Locald.ClientTrust;
using Locald.Commands;
using Locald.Proxy.Routing;
using Locald.Running;
using Locald.Serving;

namespace Locald.Documentation;

/// <summary>Every locald command line of README, those of its recipes too, is one that the program takes.</summary>
public sealed class CommandLineTests : IDisposable
{
    /// <summary>Where the lines are typed: a project's folder, with the folder of files in it that some of them serve.</summary>
    private readonly string _folder = Directory.CreateTempSubdirectory("locald-readme-").FullName;

    public CommandLineTests() => Directory.CreateDirectory(Path.Combine(_folder, "site"));

    public static TheoryData<string, string> Lines =>
        [.. CommandLines.All().Select(l => (string.Join('\u001f', l.Words), l.Where)).DistinctBy(l => l.Item1).Select(l => new TheoryDataRow<string, string>(l.Item1, l.Where))];

    /// <summary>Those that show what an error looks like.</summary>
    private static readonly string[] s_wrong = ["sevre app=3000"];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_command_line_of_the_page_can_be_read(string line, string where)
    {
        string[] words = line.Split('\u001f');
        if (s_wrong.Contains(string.Join(' ', words)))
        {
            Assert.Throws<UserError>(() => Read(words));
            return;
        }

        Exception? fault = Record.Exception(() => Read(words));
        Assert.True(fault is null, $"{where}: locald {string.Join(' ', words)}: {fault?.Message}");
    }

    [Fact]
    public void The_recipes_for_CI_are_among_them()
    {
        string[] all = [.. CommandLines.All().Select(l => string.Join(' ', l.Words))];
        Assert.Contains("env", all);
        Assert.Contains("serve app=http://web:3000 --config off --http off", all);
        Assert.Contains("run --name app --https 8443 -- npm run dev", all);
        Assert.True(all.Length > 100, $"only {all.Length} were found");
    }

    [Theory]
    [InlineData("locald serve app=3000 --htp off")]
    [InlineData("locald trust now")]
    [InlineData("locald add app=30O0")]
    [InlineData("locald env --shell csh")]
    public void A_wrong_one_would_be_found(string line) => Assert.NotNull(Record.Exception(() => Read(CommandLines.Split(line).Single())));

    [Fact]
    public void The_words_are_those_of_a_shell()
    {
        Assert.Equal([["cert", "app", "*.app"]], CommandLines.Split("locald cert app '*.app' > x # locald help"));
        Assert.Equal([["env"]], CommandLines.Split("eval \"$(locald env)\""));
        Assert.Equal([["serve", "app=3000"], ["stop"]], CommandLines.Split("locald serve app=3000 & locald stop"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Reads a line as the program does, and stops before anything is done.</summary>
    private void Read(string[] words)
    {
        Command command = CommandTable.Find(words[0], nearest => nearest);
        Arguments arguments = Arguments.Parse(command, words.AsSpan(1));
        switch (command.Name)
        {
            case "serve" when !arguments.Words.Contains("NAME=TARGET"):
                ServeOptions.Parse(arguments, _folder);
                break;
            case "run" when arguments.Words.Count > 0:
                RunOptions.Parse(arguments, _folder);
                break;
            case "add":
                Assert.All(arguments.Words, word => Route.Parse(word, _folder));
                break;
            case "env" when arguments.Value("--shell") is { } shell:
                Assert.Contains(shell, ShellSyntax.Names.Keys);
                break;
            case "help" when arguments.Words is [string name] && name != "COMMAND":
                CommandTable.Find(name, nearest => nearest);
                break;
        }
    }
}

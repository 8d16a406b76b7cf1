using Locald.CommandLine;
using Locald.Commands;
using Locald.Running;

namespace Locald.Tests.Running;

public sealed class RunOptionsTests : IDisposable
{
    private readonly ProjectFolder _project = new();

    public void Dispose() => _project.Dispose();

    private RunOptions Parse(params string[] line) => RunOptions.Parse(Arguments.Parse(RunCommand.Definition, line), _project.Path);

    [Fact]
    public void Options_end_at_the_program()
    {
        using RunOptions options = Parse("--name", "shop", "npm", "run", "--force", "--", "--name", "x");
        Assert.Equal(["npm", "run", "--force", "--", "--name", "x"], options.Command);
        Assert.Equal(("shop.localhost", false), (options.Name.ToString(), options.Force));
    }

    [Fact]
    public void The_projects_file_says_what_the_command_line_does_not()
    {
        _project.Write("locald.json", """{ "name": "Shop", "command": "npm start", "ports": { "app": 4321, "https": 9443 }, "routes": { "shop": 1, "docs": 2 } }""");
        using RunOptions options = Parse();
        Assert.Equal(["npm", "start"], options.Command);
        Assert.Equal(("shop.localhost", 4321, 9443), (options.Name.ToString(), options.Port, Assert.Single(options.Listen.Https).Port));
        Assert.Equal("docs.localhost", Assert.Single(options.Others).Name.ToString());
        using RunOptions given = Parse("--name", "other", "--https", "9444", "--", "true");
        Assert.Equal(("other.localhost", 9444, "true"), (given.Name.ToString(), Assert.Single(given.Listen.Https).Port, Assert.Single(given.Command)));
    }

    [Theory]
    [InlineData("a command is missing")]
    [InlineData("a command is missing", "--name", "app", "--")]
    [InlineData("--wait-url takes a path, not 'health'", "--wait-url", "health", "--", "true")]
    [InlineData("--wait-url takes a path", "--wait-url", "/a b", "--", "true")]
    public void What_cannot_be_meant_is_a_usage_error(string why, params string[] line)
    {
        UserError error = Assert.Throws<UserError>(() => Parse(line));
        Assert.Equal(ExitCode.Usage, error.Code);
        Assert.Contains(why, error.Message);
    }
}

using Locald.CommandLine;
using Locald.Commands;
using Locald.Serving;
using Locald.Tests.Certificates;

namespace Locald.Tests.Serving;

public sealed class ServeOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_project_s_file_adds_its_routes_to_those_that_are_typed()
    {
        Write("""{"routes":{"app":1,"docs":2}}""");
        ServeOptions options = Parse("app=3000", "mail=8025");
        Assert.Equal(
            ["app.localhost -> localhost:3000", "mail.localhost -> localhost:8025", "docs.localhost -> localhost:2"],
            options.Routes.Routes.Select(r => r.ToString()));
        Assert.Equal(_folder["locald.json"], options.Config!.Path);
    }

    [Fact]
    public void Ports_that_are_typed_come_before_those_of_the_file()
    {
        Write("""{"ports":{"https":9443,"http":"off"}}""");
        Assert.Equal(9443, Assert.Single(Parse().Listen.Https).Port);
        Assert.True(Parse().Listen.HttpOff);
        ServeOptions typed = Parse("--https", "8443", "--http", "8080");
        Assert.Equal(8443, Assert.Single(typed.Listen.Https).Port);
        Assert.Equal(8080, Assert.Single(typed.Listen.Http).Port);
        Assert.False(typed.Listen.HttpOff);
    }

    [Fact]
    public void The_file_can_be_another_one_or_none()
    {
        Write("""{"routes":{"app":1}}""");
        File.WriteAllText(_folder["other.json"], """{"routes":{"other":1}}""");
        Assert.Equal("other.localhost", Assert.Single(Parse("--config", "other.json").Routes.Routes).Name.Host);
        Assert.Empty(Parse("--config", "off").Routes.Routes);
    }

    [Fact]
    public void A_bad_file_or_a_missing_one_is_told_and_nothing_is_served()
    {
        Write("""{"routs":{}}""");
        Assert.Contains("line 1, column 2: unknown key 'routs'", Assert.Throws<UserError>(() => Parse("app=3000")).Message);
        Assert.Contains("there is no such file", Assert.Throws<UserError>(() => Parse("--config", "none.json")).Message);
    }

    public void Dispose() => _folder.Dispose();

    private ServeOptions Parse(params string[] line) => ServeOptions.Parse(Arguments.Parse(ServeCommand.Definition, line), _folder.Path);

    private void Write(string text) => File.WriteAllText(_folder["locald.json"], text);
}

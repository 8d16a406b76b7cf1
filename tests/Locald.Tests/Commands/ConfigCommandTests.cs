using System.Text.Json;
using Locald.Configuration;

namespace Locald.Tests.Commands;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly Home _home = new();

    [Fact]
    public async Task A_good_file_is_ok()
    {
        File.WriteAllText(_home["locald.json"], "{\"routes\":{\"app\":3000}}");
        Transcript run = await _home.Run("config", "check");
        Assert.Equal((ExitCode.Done, $"ok: {_home["locald.json"]}{Environment.NewLine}", ""), (run.Code, run.Data, run.Talk));
    }

    [Fact]
    public async Task Every_fault_is_a_line_that_an_editor_can_jump_to()
    {
        File.WriteAllText(_home["other.json"], "{\n \"a\": 1,\n \"b\": 2\n}");
        Transcript run = await _home.Run("config", "check", "other.json");
        Assert.Equal(ExitCode.Failed, run.Code);
        string[] lines = run.Data.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([$"{_home["other.json"]}:2:2: ", $"{_home["other.json"]}:3:2: "], lines.Select(l => l[..(l.IndexOf(": ", StringComparison.Ordinal) + 2)]));
    }

    [Fact]
    public async Task Json_holds_what_the_file_says_and_what_is_wrong()
    {
        File.WriteAllText(_home["locald.json"], """{"name":"shop","command":"npm start","routes":{"docs":8080},"ports":{"http":"off","app":3000},"x":1}""");
        Transcript run = await _home.Run("config", "check", "--json");
        Assert.Equal(ExitCode.Failed, run.Code);
        JsonElement root = JsonDocument.Parse(run.Data).RootElement;
        Assert.False(root.GetProperty("ok").GetBoolean());
        Assert.Equal(95, root.GetProperty("faults")[0].GetProperty("column").GetInt32());
        Assert.Equal("shop.localhost", root.GetProperty("name").GetString());
        Assert.Equal("start", root.GetProperty("command")[1].GetString());
        Assert.Equal("docs.localhost", root.GetProperty("routes")[0].GetProperty("name").GetString());
        Assert.Equal("localhost:8080", root.GetProperty("routes")[0].GetProperty("target").GetString());
        Assert.Equal("off", root.GetProperty("ports").GetProperty("http")[0].GetString());
        Assert.Equal(3000, root.GetProperty("ports").GetProperty("app").GetInt32());
        Assert.Equal(1, root.GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task Without_a_file_it_says_where_it_looked()
    {
        Transcript run = await _home.Run("config", "check");
        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.StartsWith("locald: config check failed: there is no locald.json from here up to the repository's root", run.Talk);
    }

    [Theory]
    [InlineData("check or schema is missing", "config")]
    [InlineData("locald config check", "config", "chek")]
    [InlineData("locald config schema", "config", "schem")]
    [InlineData("unexpected argument 'x'", "config", "schema", "x")]
    public async Task A_wrong_word_is_a_usage_error(string expected, params string[] line)
    {
        Transcript run = await _home.Run(line);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains(expected, run.Talk);
    }

    [Fact]
    public async Task The_schema_knows_the_keys_that_the_reader_knows()
    {
        JsonElement schema = JsonDocument.Parse((await _home.Run("config", "schema")).Data).RootElement;
        JsonElement properties = schema.GetProperty("properties");
        Assert.Equal(ConfigReader.Members, properties.EnumerateObject().Select(p => p.Name));
        Assert.Equal(ConfigReader.PortMembers, properties.GetProperty("ports").GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.All([schema, properties.GetProperty("ports")], o => Assert.False(o.GetProperty("additionalProperties").GetBoolean()));
    }

    public void Dispose() => _home.Dispose();
}

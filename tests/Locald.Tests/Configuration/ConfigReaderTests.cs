using System.Text;
using Locald.Configuration;
using Locald.Proxy.Routing;
using Locald.Tests.Certificates;

namespace Locald.Tests.Configuration;

public sealed class ConfigReaderTests
{
    private const string Path = "/project/locald.json";

    [Fact]
    public void A_whole_file_is_read_with_comments_and_trailing_commas()
    {
        ProjectConfig config = Good("""
            // what the shop is made of
            {
              "$schema": "./locald.schema.json",
              "name": "Shop",
              "command": ["npm", "run", "dev"],
              "routes": {
                "shop/api": "http://127.0.0.1:4000/", /* drops /api */
                "mail": 8025,
                "*.shop": "3000",
                "db": "unix:run/app.sock",
              },
              "ports": { "https": [8443, "0.0.0.0:9443"], "http": "off", "app": 3000, },
            }
            """);
        Assert.Equal("shop.localhost", config.Name!.Host);
        Assert.Equal(["npm", "run", "dev"], config.Command);
        Assert.Equal(
            [
                "shop.localhost/api -> http://127.0.0.1:4000/", "mail.localhost -> localhost:8025",
                "*.shop.localhost -> localhost:3000", "db.localhost -> unix:/project/run/app.sock",
            ],
            config.Routes.Select(r => r.ToString()));
        Assert.Equal(["localhost:8443", "0.0.0.0:9443"], config.Listen.Https.Select(a => a.ToString()));
        Assert.Empty(config.Listen.Http);
        Assert.True(config.Listen.HttpOff);
        Assert.Equal(3000, config.AppPort);
    }

    [Fact]
    public void An_empty_object_says_nothing_and_is_no_fault()
    {
        ProjectConfig config = Good("{}");
        Assert.Null(config.Name);
        Assert.Null(config.AppPort);
        Assert.Empty(config.Command);
        Assert.Empty(config.Routes);
        Assert.Empty(config.Listen.Https);
        Assert.False(config.Listen.HttpOff);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over() => Assert.Single(Good("\uFEFF{\"routes\":{\"app\":3000}}").Routes);

    [Fact]
    public void A_folder_is_found_from_the_folder_of_the_file()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["site"]);
        (ProjectConfig config, IReadOnlyList<ConfigFault> faults) = ConfigReader.Read("{\"routes\":{\"docs\":\"./site\"}}"u8.ToArray(), folder["locald.json"]);
        Assert.Empty(faults);
        Assert.Equal(folder["site"], Assert.IsType<FolderTarget>(config.Routes[0].Target).Path);
    }

    [Theory]
    [InlineData("""{"rotues":{}}""", "1:2: unknown key 'rotues'; did you mean 'routes'?")]
    [InlineData("""{"colour":1}""", "1:2: unknown key 'colour'; expected $schema, name, command, routes, ports")]
    [InlineData("""{"ports":{"htps":1}}""", "1:11: unknown key 'htps'; did you mean 'https'?")]
    [InlineData("{\n  \"name\": 3\n}", "2:11: expected a name, as \"app\"")]
    [InlineData("""{"name":"my_app"}""", "1:9: ")]
    [InlineData("""{"name":"*.app"}""", "1:9: the app has one name, without * and without a path; others belong into routes")]
    [InlineData("""{"name":"app/x"}""", "1:9: the app has one name, without * and without a path; others belong into routes")]
    [InlineData("""{"name":"locald"}""", "1:9: ")]
    [InlineData("""{"name":"a","name":"b"}""", "1:13: 'name' is there twice")]
    [InlineData("""{"command":[]}""", "1:12: this is no command: the program is missing")]
    [InlineData("""{"command":""}""", "1:12: this is no command: the program is missing")]
    [InlineData("""{"command":["npm",1]}""", "1:19: expected a word of the command, in quotes")]
    [InlineData("""{"command":{"a":[1]}}""", "1:12: expected a command, as [\"npm\", \"run\", \"dev\"] or \"npm run dev\"")]
    [InlineData("""{"command":"a && b"}""", "1:12: this is no command: '&' needs a shell: [\"sh\", \"-c\", \"...\"]")]
    [InlineData("""{"routes":[]}""", "1:11: expected routes, as { \"app\": 3000, \"app/api\": \"http://127.0.0.1:4000/\" }")]
    [InlineData("""{"routes":{"a":true}}""", "1:16: expected a target: a port, or as \"http://127.0.0.1:4000\" or \"./site\"")]
    [InlineData("""{"routes":{"a":0}}""", "1:16: '0' is not a target: a port is a number from 1 to 65535")]
    [InlineData("""{"routes":{"a":3e3}}""", "1:16: ")]
    [InlineData("""{"routes":{"a":"./missing"}}""", "1:16: './missing' is not a target: there is no folder /project/missing")]
    [InlineData("""{"routes":{"a":1,"A.localhost":2}}""", "1:18: a.localhost is routed twice")]
    [InlineData("""{"routes":{"a":1,"a":2}}""", "1:18: 'a' is there twice")]
    [InlineData("""{"routes":{"a..b":{"x":[1]}}}""", "1:12: ")]
    [InlineData("""{"ports":8443}""", "1:10: expected ports, as { \"https\": 8443, \"app\": 3000 }")]
    [InlineData("""{"ports":{"https":"off"}}""", "1:19: ")]
    [InlineData("""{"ports":{"https":[70000]}}""", "1:20: '70000': a port is at most 65535")]
    [InlineData("""{"ports":{"https":null}}""", "1:19: expected a port, or an address and a port as \"0.0.0.0:8443\"")]
    [InlineData("""{"ports":{"app":0}}""", "1:17: expected a port, from 1 to 65535")]
    [InlineData("""{"ports":{"app":"3000"}}""", "1:17: expected a port, from 1 to 65535")]
    [InlineData("""[1]""", "1:1: expected an object, as { \"routes\": { \"app\": 3000 } }")]
    [InlineData("", "1:1: this is no JSON: ")]
    [InlineData("{\n  \"routes\": {\n    \"a\": 1 \"b\": 2\n  }\n}", "3:12: this is no JSON: ")]
    [InlineData("{} {}", "1:4: this is no JSON: ")]
    [InlineData("{\"name\":\"\\ud800\"}", "1:9: the text is not UTF-8, or an escape is half of a surrogate pair")]
    [InlineData("{ /* äöü😀 */ \"x\": 1 }", "1:15: unknown key 'x'; expected $schema, name, command, routes, ports")]
    public void A_fault_is_told_with_its_line_and_column(string text, string expected)
    {
        ConfigFault fault = Assert.Single(Faults(text));
        Assert.StartsWith(expected, $"{fault.Line}:{fault.Column}: {fault.Message}");
    }

    [Fact]
    public void Every_fault_of_a_file_is_told_in_its_order()
    {
        ConfigFault[] faults = [.. Faults("""
            {
              "nmae": "app",
              "routes": {
                "good": 3000,
                "b_d": 3001,
                "bad": "nowhere"
              }
            }
            """)];
        Assert.Equal([2, 5, 6], faults.Select(f => f.Line));
    }

    [Fact]
    public void A_text_that_is_not_utf8_is_a_fault() =>
        Assert.Equal("the text is not UTF-8, or an escape is half of a surrogate pair", Assert.Single(ConfigReader.Read([.. "{\"name\":\""u8, 0xFF, .. "\"}"u8], Path).Faults).Message);

    [Fact]
    public void Deep_nesting_is_a_fault_and_not_a_crash() =>
        Assert.Contains(Faults("{\"x\":" + new string('[', 5000)), f => f.Message.StartsWith("this is no JSON", StringComparison.Ordinal));

    [Fact]
    public void Whatever_is_in_the_file_the_reader_ends_with_a_result_or_faults_inside_the_text()
    {
        string[] seeds =
        [
            """{"name":"shop","command":"npm run dev","routes":{"shop/api":"http://127.0.0.1:4000/","docs":8080},"ports":{"https":[8443],"http":"off","app":3000}}""",
            "{\n// a\n\"routes\": {\n  \"a\": \"[::1]:3000\",\n  \"*.b\": \"h2c://127.0.0.1:1\",\n},\n}",
            """{"command":["sh","-c","a \"b\" | c"],"ports":{"http":["127.0.0.1:80","[::1]:80"]}}""",
        ];
        double accepted = RandomInputs.Run(seeds, ["\"", "{", "}", "[", "]", ",", ":", "//", "/*", "\\u", "\\ud800", "\n", "null", "1e9"], (input, _) =>
        {
            IReadOnlyList<ConfigFault> faults = ConfigReader.Read(input, Path).Faults;
            int lines = input.Count(b => b == '\n') + 1;
            Assert.All(faults, f =>
            {
                Assert.InRange(f.Line, 1, lines);
                Assert.InRange(f.Column, 1, input.Length + 1);
                Assert.NotEmpty(f.Message);
            });
            return faults.Count == 0;
        });
        Assert.InRange(accepted, 0.05, 0.95);
    }

    private static ProjectConfig Good(string text)
    {
        (ProjectConfig config, IReadOnlyList<ConfigFault> faults) = ConfigReader.Read(Encoding.UTF8.GetBytes(text), Path);
        Assert.Empty(faults);
        return config;
    }

    private static IReadOnlyList<ConfigFault> Faults(string text) => ConfigReader.Read(Encoding.UTF8.GetBytes(text), Path).Faults;
}

using System.Text;
using Locald.Control;
using Locald.Hosts;
using Locald.Tests.Commands;

namespace Locald.Tests.Hosts;

public sealed class HostsTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("locald-hosts-").FullName;

    private string File => Path.Combine(_home, "hosts");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1\tlocalhost\n::1 ip6-localhost # with a comment\n")]
    [InlineData("127.0.0.1 localhost")]
    [InlineData("\u00ef\u00bb\u00bf127.0.0.1 localhost\r\n\r\n# \u00fcml\u00e4ut\r\n")]
    public async Task Applied_and_removed_the_file_is_as_before_but_for_a_missing_line_end(string text)
    {
        Write(text);
        Transcript applied = await Run("--apply", "app", "api.app.localhost");
        Assert.Equal(ExitCode.Done, applied.Code);
        Assert.Equal($"written: {File} has app.localhost, api.app.localhost\n", applied.Data);
        string newLine = text.Contains('\r') ? "\r\n" : "\n";
        Assert.EndsWith(string.Join(newLine, "", "127.0.0.1 app.localhost", "::1 app.localhost", "127.0.0.1 api.app.localhost", "::1 api.app.localhost", HostsBlock.End, ""), Read());
        Assert.StartsWith(text, Read());

        byte[] once = System.IO.File.ReadAllBytes(File);
        Assert.StartsWith("already: ", (await Run("--apply", "app", "api.app")).Data);
        Assert.Equal(once, System.IO.File.ReadAllBytes(File));

        Assert.StartsWith("written: ", (await Run("--remove")).Data);
        Assert.Equal(text.Length == 0 || text.EndsWith('\n') ? text : text + "\n", Read());
        Assert.StartsWith("already: ", (await Run("--remove")).Data);
    }

    [Fact]
    public async Task A_second_apply_replaces_the_first_where_it_stands()
    {
        Write("127.0.0.1 localhost\n");
        await Run("--apply", "app");
        System.IO.File.AppendAllText(File, "10.0.0.1 later\n");
        await Run("--apply", "other");
        Assert.Equal($"127.0.0.1 localhost\n{HostsBlock.Begin}\n127.0.0.1 other.localhost\n::1 other.localhost\n{HostsBlock.End}\n10.0.0.1 later\n", Read());
    }

    [Theory]
    [InlineData("# begin of locald\n127.0.0.1 a.localhost\n", 1)]
    [InlineData("x\n# end of locald\n", 2)]
    [InlineData("# begin of locald\n# begin of locald\n# end of locald\n", 2)]
    [InlineData("# begin of locald\n# end of locald\n# end of locald\n", 3)]
    public async Task Damaged_marks_are_never_guessed_at(string text, int line)
    {
        Write(text);
        Transcript result = await Run("--apply", "app");
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains($"at line {line} ", result.Talk);
        Assert.Equal(text, Read());
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("app.localhost.example.com")]
    [InlineData("localhost")]
    [InlineData("a b")]
    [InlineData("app\n10.0.0.1 bank.example")]
    [InlineData("*.app")]
    [InlineData("my_app")]
    [InlineData("")]
    public async Task A_name_outside_localhost_is_never_written(string name)
    {
        Write("127.0.0.1 localhost\n");
        if (!name.EndsWith("example.com", StringComparison.Ordinal))
        {
            Assert.Equal(ExitCode.Usage, (await Run("--apply", name)).Code);
            Assert.Equal("127.0.0.1 localhost\n", Read());
            return;
        }

        // A foreign name is one under .localhost to us, as for serve.
        await Run("--apply", name);
        Assert.Contains($"127.0.0.1 {name}.localhost\n", Read());
    }

    [Fact]
    public async Task The_elevated_half_judges_the_names_itself()
    {
        Write("127.0.0.1 localhost\n");
        Assert.Equal(ExitCode.Usage, (await Transcript.Of(Session(), HostsCommandName, "a b")).Code);
        Assert.Equal(ExitCode.Done, (await Transcript.Of(Session(), HostsCommandName, "app.localhost")).Code);
        Assert.Contains("127.0.0.1 app.localhost\n", Read());
    }

    [Fact]
    public async Task Without_a_name_and_without_an_instance_there_is_nothing_to_write()
    {
        Transcript result = await Run("--apply");
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("  try: locald hosts --apply app\n", result.Talk);
        Assert.Equal(ExitCode.Usage, (await Run()).Code);
        Assert.Equal(ExitCode.Usage, (await Run("--print", "--apply")).Code);
    }

    [Fact]
    public void What_an_instance_serves_is_taken_without_ports_paths_and_wildcards()
    {
        InstanceStatus running = new(1, "1", default, [],
            [new("https://b.localhost:8443/api", ""), new("https://a.localhost:8443", ""), new("https://b.localhost:8443", ""), new("https://*.c.localhost:8443", ""), new("https://localhost:8443", "")]);
        (IReadOnlyList<string> names, IReadOnlyList<string> wildcards) = HostNames.Of(running);
        Assert.Equal(["a.localhost", "b.localhost"], names);
        Assert.Equal(["*.c.localhost"], wildcards);
    }

    [Fact]
    public async Task A_linked_hosts_file_stays_a_link_and_keeps_its_mode()
    {
        string real = Path.Combine(_home, "real");
        await System.IO.File.WriteAllTextAsync(real, "127.0.0.1 localhost\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(real, (UnixFileMode)0b110_100_000);
        }

        System.IO.File.CreateSymbolicLink(File, real);
        await Run("--apply", "app");
        Assert.NotNull(new FileInfo(File).LinkTarget);
        Assert.Contains("app.localhost", await System.IO.File.ReadAllTextAsync(real, TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal((UnixFileMode)0b110_100_000, System.IO.File.GetUnixFileMode(real));
        }
    }

    [Fact]
    public void Random_files_come_back_to_the_byte()
    {
        Random random = new(20260103);
        string[] parts = [HostsBlock.Begin, HostsBlock.End, "127.0.0.1 x", "\n", "\r\n", "\t", "\u00ff", "\0", "# begin of locald"];
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(10)).Select(_ => parts[random.Next(parts.Length)]));
            if (HostsBlock.Parse(text) is ({ Block: "" } found, _))
            {
                string with = found.With(["a.localhost"]);
                string without = HostsBlock.Parse(with).Found!.With([]);
                Assert.True(without == text || without.TrimEnd('\r', '\n') == text.TrimEnd('\r', '\n'), text);
            }
        }
    }

    private const string HostsCommandName = Locald.Commands.HostsCommand.ElevatedName;

    private void Write(string text) => System.IO.File.WriteAllBytes(File, Encoding.Latin1.GetBytes(text));

    private string Read() => Encoding.Latin1.GetString(System.IO.File.ReadAllBytes(File));

    private Task<Transcript> Run(params string[] line) => Transcript.Of(Session(), ["hosts", .. line]);

    private Session Session() => new()
    {
        Terminal = new(TextWriter.Null, TextWriter.Null, colour: false, interactive: false),
        Variable = name => name == "LOCALD_HOME" ? _home : null,
        HostsFile = File,
    };
}

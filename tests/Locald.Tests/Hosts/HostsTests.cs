using System.Runtime.Versioning;
using System.Text;
using Locald.Certificates;
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
    [InlineData("127.0.0.1 localhost\r")]
    [InlineData("127.0.0.1 localhost\r\n::1 localhost")]
    [InlineData("\u00ef\u00bb\u00bf127.0.0.1 localhost\r\n\r\n# \u00fcml\u00e4ut\r\n")]
    public async Task Applied_and_removed_the_file_is_as_before_to_the_byte(string text)
    {
        Write(text);
        Transcript applied = await Run("--apply", "app", "api.app.localhost");
        Assert.Equal(ExitCode.Done, applied.Code);
        Assert.Equal($"written: {File} has app.localhost, api.app.localhost\n", applied.Data);
        string newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        Assert.EndsWith(string.Join(newLine, "", "127.0.0.1 app.localhost", "::1 app.localhost", "127.0.0.1 api.app.localhost", "::1 api.app.localhost", HostsBlock.End, ""), Read());
        Assert.StartsWith(text, Read());

        byte[] once = System.IO.File.ReadAllBytes(File);
        Assert.StartsWith("already: ", (await Run("--apply", "app", "api.app")).Data);
        Assert.Equal(once, System.IO.File.ReadAllBytes(File));

        Assert.StartsWith("written: ", (await Run("--remove")).Data);
        Assert.Equal(text, Read());
        Assert.StartsWith("already: ", (await Run("--remove")).Data);
    }

    [Fact]
    public async Task A_line_end_that_was_added_stays_where_somebody_wrote_on_below()
    {
        Write("127.0.0.1 localhost");
        await Run("--apply", "app");
        await Run("--apply", "other");
        System.IO.File.AppendAllText(File, "10.0.0.1 later");
        await Run("--remove");
        Assert.Equal("127.0.0.1 localhost\n10.0.0.1 later", Read());
    }

    [Fact]
    public async Task A_name_is_taken_out_alone_and_the_last_one_with_the_marks()
    {
        Write("127.0.0.1 localhost");
        await Run("--apply", "app", "api.app", "third");
        Assert.Equal($"written: {File} has app.localhost, third.localhost\n", (await Run("--remove", "api.app", "never")).Data);
        Assert.Equal($"127.0.0.1 localhost\n{HostsBlock.Begin}, with the end of the line above\n127.0.0.1 app.localhost\n::1 app.localhost\n127.0.0.1 third.localhost\n::1 third.localhost\n{HostsBlock.End}\n", Read());
        Assert.Equal($"already: {File} has app.localhost, third.localhost\n", (await Run("--remove", "api.app.localhost.")).Data);
        Assert.Equal(ExitCode.Usage, (await Run("--remove", "*.app")).Code);
        Assert.Equal($"written: {File} has nothing of locald\n", (await Run("--remove", "app", "third")).Data);
        Assert.Equal("127.0.0.1 localhost", Read());
    }

    [Fact]
    public async Task A_dry_run_shows_the_lines_and_changes_nothing()
    {
        Write("127.0.0.1 localhost");
        Transcript shown = await Run("--apply", "--dry-run", "app");
        Assert.Equal((HostsBlock.Compose(["app.localhost"], Environment.NewLine), ExitCode.Done), (shown.Data, shown.Code));
        Assert.Equal($"this would be all of locald in {File}\n", shown.Talk);
        Assert.Equal("127.0.0.1 localhost", Read());

        await Run("--apply", "app", "other");
        string before = Read();
        Assert.StartsWith("already: ", (await Run("--apply", "--dry-run", "app", "other")).Data);
        Assert.Equal(HostsBlock.Compose(["app.localhost"], Environment.NewLine), (await Run("--remove", "--dry-run", "other")).Data);
        Assert.Equal($"all of locald would be taken out of {File}\n", (await Run("--remove", "--dry-run")).Talk);
        Assert.Contains("\"changed\": true,\n  \"dryRun\": true", (await Run("--remove", "--dry-run", "--json")).Data.ReplaceLineEndings("\n"));
        Assert.Equal(before, Read());
    }

    [Fact]
    public async Task Names_that_are_given_join_those_in_use()
    {
        InstanceStatus running = new(4242, "1", default, [], [new("https://b.localhost:8443/", ""), new("https://a.localhost:8443/", ""), new("https://*.c.localhost:8443/", "")]);
        (ControlServer? started, _) = await ControlServer.StartAsync(ControlPath.Candidates(Session())[0], null, _ => ControlMessage.Reply(running), TestContext.Current.CancellationToken);
        await using ControlServer server = started!;
        Assert.Equal($"written: {File} has a.localhost, b.localhost, x.c.localhost\n", (await Run("--apply", "x.c", "b")).Data);
        Transcript served = await Run("--apply");
        Assert.Equal($"written: {File} has a.localhost, b.localhost\n", served.Data);
        Assert.Contains("*.c.localhost", served.Talk);
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
    [InlineData("localhost.")]
    [InlineData("app..")]
    [InlineData(".")]
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

    [Theory]
    [InlineData("app.localhost.")]
    [InlineData("app.")]
    [InlineData("App.Localhost.")]
    public async Task A_name_may_end_in_a_dot(string name) =>
        Assert.Equal($"written: {File} has app.localhost\n", (await Run("--apply", name)).Data);

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

        // By way of another link, and by a name that counts from the link's own folder.
        System.IO.File.CreateSymbolicLink(Path.Combine(_home, "between"), "real");
        System.IO.File.CreateSymbolicLink(File, Path.Combine("..", Path.GetFileName(_home), "between"));
        await Run("--apply", "app");
        Assert.NotNull(new FileInfo(File).LinkTarget);
        Assert.Contains("app.localhost", await System.IO.File.ReadAllTextAsync(real, TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal((UnixFileMode)0b110_100_000, System.IO.File.GetUnixFileMode(real));
        }
    }

    [Fact]
    public async Task What_is_larger_than_any_hosts_file_is_not_read_through_a_link_either()
    {
        await using (FileStream large = System.IO.File.Create(Path.Combine(_home, "large")))
        {
            large.SetLength(17 << 20);
        }

        System.IO.File.CreateSymbolicLink(File, Path.Combine(_home, "large"));
        Transcript result = await Run("--apply", "app");
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("is larger than 16 MiB", result.Talk);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_hosts_file_keeps_its_owner_and_its_group()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Skip("only root may give files away");
        }

        Write("127.0.0.1 localhost\n");
        using (System.Diagnostics.Process chown = System.Diagnostics.Process.Start("chown", ["65534:12345", File]))
        {
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await Run("--apply", "app");
        Assert.Equal(new FileOwner(65534, 12345), FileOwner.Of(File));
        Assert.Contains("app.localhost", Read());
    }

    [Fact]
    public void Random_files_come_back_to_the_byte()
    {
        Random random = new(20260103);
        string[] parts = [HostsBlock.Begin, HostsBlock.End, "127.0.0.1 x", "\n", "\r\n", "\r", "\t", "\u00ff", "\0", "# begin of locald"];
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(10)).Select(_ => parts[random.Next(parts.Length)]));
            if (HostsBlock.Parse(text) is ({ Block: "" } found, _))
            {
                string with = found.With(["a.localhost"]);
                string without = HostsBlock.Parse(with).Found!.With([]);
                Assert.Equal(text, without);
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

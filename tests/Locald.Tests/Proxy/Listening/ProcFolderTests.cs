using Locald.Proxy.Listening;

namespace Locald.Tests.Proxy.Listening;

public sealed class ProcFolderTests : IDisposable
{
    private const string Header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    private readonly string _root = Directory.CreateTempSubdirectory("locald-proc-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Row(string local, string state, int uid, int inode) =>
        $"   0: {local} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  {uid}        0 {inode} 1 0000000000000000 100 0 0 10 0\n";

    private void Write(string file, string text)
    {
        string path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Process(int pid, string commandLine, params string[] links)
    {
        Write($"{pid}/cmdline", commandLine);
        Write($"{pid}/comm", "MainThread\n");
        Directory.CreateDirectory(Path.Combine(_root, $"{pid}/fd"));
        for (int i = 0; i < links.Length; i++)
        {
            File.CreateSymbolicLink(Path.Combine(_root, $"{pid}/fd/{i}"), links[i]);
        }
    }

    [Fact]
    public void Of_some_processes_alone_is_told_what_they_hold()
    {
        Write("net/tcp", Header + Row("0100007F:0BB8", "0A", 1000, 11) + Row("0100007F:0BB9", "0A", 1000, 12));
        Process(70, "node\0app.js\0", "socket:[11]");
        Process(80, "python3\0app.py\0", "socket:[12]");
        Assert.Equal([(3000, null), (3001, 80)], new ProcFolder(_root).Listeners([80]).Select(o => (o.Port, o.ProcessId)));
        Assert.Equal([3000, 3001], new ProcFolder(_root).Endpoints().Select(o => o.Port));
    }

    [Fact]
    public void Listeners_of_both_families_are_found_with_their_holders()
    {
        Write("net/tcp", Header + Row("0100007F:0BB8", "0A", 1000, 11) + Row("0100007F:0BB9", "01", 1000, 12));
        Write("net/tcp6", Header + Row("00000000000000000000000001000000:1435", "0A", 0, 13));
        Process(70, "node\0--inspect\0/app/node_modules/.bin/vite\0--host\0", "/dev/null", "socket:[11]");
        Process(80, "node\0worker\0", "socket:[11]");

        Assert.Equal(
            ["127.0.0.1:3000 1000 node vite (pid 70)", "[::1]:5173 0 "],
            new ProcFolder(_root).Listeners().Select(o => $"{o.Endpoint} {o.UserId} {o.Holder}"));
    }

    [Theory]
    [InlineData("/usr/sbin/nginx\0-g\0daemon off;\0", "nginx")]
    [InlineData("/usr/bin/python3\0-m\0manage.py\0", "python3 manage.py")]
    [InlineData("next-server (v15.1.0)\0", "next-server")]
    [InlineData("nginx: master process nginx\0", "nginx")]
    [InlineData("evil\u001b[31m\n\0", "evil[31m")]
    [InlineData("", "MainThread")]
    public void A_program_is_named_by_its_command_line(string commandLine, string program)
    {
        Write("net/tcp", Header + Row("00000000:0BB8", "0A", 1000, 11));
        Process(7, commandLine, "socket:[11]");
        Assert.Equal(program, Assert.Single(new ProcFolder(_root).Listeners()).Program);
    }

    [Fact]
    public void Without_proc_nothing_is_known_and_nothing_fails()
    {
        ProcFolder none = new(Path.Combine(_root, "none"));
        Assert.Empty(none.Listeners());
        Assert.Null(none.CurrentUser());
    }

    [Fact]
    public void Lines_that_are_not_as_documented_are_passed_over()
    {
        Random random = new(20262);
        string good = Row("0100007F:0BB8", "0A", 1000, 11);
        for (int i = 0; i < 5000; i++)
        {
            char[] line = good.ToCharArray();
            for (int n = random.Next(1, 6); n > 0; n--)
            {
                line[random.Next(line.Length)] = (char)random.Next(1, 0x250);
            }

            Assert.All(ProcNetTcp.Listening(new string(line)), r => Assert.InRange(r.Port, 1, 65535));
        }

        Assert.Single(ProcNetTcp.Listening("garbage\n\n" + good + good[..40]));
    }
}

using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>In a network namespace of their own, where ports 80 and 443 are nobody's.</summary>
public sealed class ListeningTests
{
    [Fact(Timeout = 60_000)]
    public async Task By_default_it_takes_443_and_redirects_from_80_on_both_loopback_addresses()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await InNetworkAsync(sandbox, "", "serve app=3000");
        Assert.Equal("https://app.localhost -> localhost:3000\n", result.Out);
        Assert.Contains("\"listens\":[\"https://127.0.0.1:443\",\"https://[::1]:443\",\"http://127.0.0.1:80\",\"http://[::1]:80\"]", Ready(sandbox));
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_443_needs_a_permission_it_takes_8443_and_no_other_port()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await InNetworkAsync(sandbox, "", "serve app=3000", privileged: false);
        Assert.Equal("https://app.localhost:8443 -> localhost:3000\n", result.Out);
        Assert.Contains("\"listens\":[\"https://127.0.0.1:8443\",\"https://[::1]:8443\"]", Ready(sandbox));
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_explicit_port_is_exact_also_without_the_permission()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = (await InNetworkAsync(sandbox, "", "serve app=3000 --https 127.0.0.1:443", privileged: false)).ShouldExit(5);
        Assert.Equal(
            $"""
            locald: serve failed: port 443 needs a permission this process does not have
              try: sudo setcap cap_net_bind_service=+ep {LocaldBinary.Path}
              try: sudo sysctl net.ipv4.ip_unprivileged_port_start=443
              try: locald serve --https 8443 app=3000 --ready-file {sandbox.At("ready")}

            """,
            result.Error);
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_another_program_has_443_it_says_which()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = (await InNetworkAsync(sandbox, Holder(443), "serve app=3000")).ShouldExit(4);
        Assert.Matches(@"^locald: serve failed: port 443 is in use on 127\.0\.0\.1 by python3?\S* .*\(pid \d+\)\n  try: locald serve --https 8443 app=3000 --ready-file \S+\n$", result.Error);
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_another_program_has_80_there_is_no_redirect_and_one_line_says_so()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await InNetworkAsync(sandbox, Holder(80), "serve app=3000");
        Assert.Matches(@"(?m)^locald: port 80 is in use by .*: http:// is not redirected$", result.Error);
        Assert.Contains("\"listens\":[\"https://127.0.0.1:443\",\"https://[::1]:443\"]", Ready(sandbox));
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_machine_without_IPv6_is_served_on_IPv4_and_one_line_says_so()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await InNetworkAsync(sandbox, "echo 1 > /proc/sys/net/ipv6/conf/lo/disable_ipv6;", "serve app=3000");
        Assert.Matches(@"(?m)^locald: this machine has no IPv6: serving on 127\.0\.0\.1 alone$", result.Error);
        Assert.Contains("\"listens\":[\"https://127.0.0.1:443\",\"http://127.0.0.1:80\"]", Ready(sandbox));
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_address_that_others_reach_is_named()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await InNetworkAsync(sandbox, "", "serve --https 0.0.0.0:443 --http off");
        Assert.Matches(@"(?m)^locald: other machines may connect: listening on 0\.0\.0\.0:443$", result.Error);
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task Sockets_from_systemd_are_served_by_name_and_by_port()
    {
        await using Sandbox sandbox = new();
        string launcher = Launcher("[('127.0.0.1', 8444), ('127.0.0.1', 80), ('127.0.0.1', 8080)]", "https:unknown:http");
        ProcessResult result = await InNetworkAsync(sandbox, "", "serve app=3000", launcher: launcher);
        Assert.Equal("https://app.localhost:8444 -> localhost:3000\n", result.Out);
        Assert.Contains("\"listens\":[\"https://127.0.0.1:8444\",\"http://127.0.0.1:80\",\"http://127.0.0.1:8080\"]", Ready(sandbox));
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("s = socket.socket(socket.AF_UNIX); s.bind('s'); s.listen()", "is not a TCP socket: ListenStream= takes ADDR:PORT")]
    [InlineData("s = socket.socket(); s.bind(('127.0.0.1', 0))", "does not listen: the unit needs Accept=no")]
    [InlineData("s = open('/dev/null')", "is not a socket")]
    public async Task What_systemd_hands_over_is_checked(string opened, string why)
    {
        await using Sandbox sandbox = new();
        string launcher = $"""
            python3 -c "
            import os, socket, sys
            {opened}
            os.dup2(s.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')
            os.execv(sys.argv[1], sys.argv[1:])
            "
            """;
        ProcessResult result = (await InNetworkAsync(sandbox, "", "serve", launcher: launcher)).ShouldExit(1);
        Assert.Equal($"locald: serve failed: descriptor 3 {why}\n  try: systemctl cat locald.socket\n", result.Error);
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    private static string Ready(Sandbox sandbox) => File.ReadAllText(sandbox.At("ready.kept"));

    /// <summary>A program that listens on a port of every address, in the background.</summary>
    private static string Holder(int port) =>
        $"python3 -c \"import socket, time; s = socket.create_server(('', {port})); open('held', 'w'); time.sleep(60)\" & holder=$!; while [ ! -e held ]; do sleep 0.01; done;";

    /// <summary>Opens listening sockets from descriptor 3 on, as sd_listen_fds(3) describes.</summary>
    private static string Launcher(string addresses, string names) => $"""
        python3 -c "
        import os, socket, sys
        sockets = [socket.create_server(a) for a in {addresses}]
        high = [os.dup2(s.fileno(), 100 + i) for i, s in enumerate(sockets)]
        for i, d in enumerate(high): os.dup2(d, 3 + i, inheritable=True)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(high)), LISTEN_FDNAMES='{names}')
        os.execv(sys.argv[1], sys.argv[1:])
        "
        """;

    /// <summary>
    /// Runs locald until it is ready or ends by itself; a ready one is told to stop, its ready file kept. The first line of the script
    /// brings the loopback interface up (SIOCSIFFLAGS).
    /// </summary>
    private static Task<ProcessResult> InNetworkAsync(Sandbox sandbox, string setup, string line, bool privileged = true, string launcher = "")
    {
        Assert.True(Environment.IsPrivilegedProcess, "a network namespace needs root: run ./build.sh test as root");
        string drop = privileged ? "" : "setpriv --bounding-set -net_bind_service --inh-caps -net_bind_service";
        string ready = sandbox.At("ready");
        string script = $$"""
            python3 -c "import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sH14x', b'lo', 0x49))"
            {{setup}}
            {{drop}} {{launcher.TrimEnd()}} {{LocaldBinary.Path}} {{line}} --ready-file {{ready}} &
            locald=$!
            while [ ! -e {{ready}} ] && kill -0 $locald 2>/dev/null; do sleep 0.01; done
            if [ -e {{ready}} ]; then cp {{ready}} {{ready}}.kept; kill -TERM $locald; fi
            wait $locald
            code=$?
            [ -z "$holder" ] || kill $holder
            exit $code
            """;
        return sandbox.RunAsync("unshare", ["--net", "sh", "-c", script]);
    }
}

using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

public sealed class HostsTests
{
    [Fact(Timeout = 120_000)]
    public async Task After_apply_every_resolver_knows_what_is_served_and_after_remove_the_file_is_as_before()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(["/etc"], "");
        string before = (await sandbox.ShellAsync("sha256sum </etc/hosts; stat -c '%a %u' /etc/hosts")).Out;
        await using Upstream upstream = Upstream.Saying("the page");
        await using RunningLocald locald = await sandbox.ServeAsync($"only-here={upstream.Port}");
        ProcessResult applied = (await sandbox.LocaldAsync("hosts", "--apply")).ShouldExit(0);
        Assert.Equal("written: /etc/hosts has only-here.localhost\n", applied.Out);
        Assert.Contains("127.0.0.1", (await sandbox.ShellAsync("getent ahostsv4 only-here.localhost")).ShouldExit(0).Out);
        ProcessResult python = await sandbox.RunAsync("python3", ["-c", "import socket; print(sorted({a[4][0] for a in socket.getaddrinfo('only-here.localhost', 443)}))"]);
        Assert.Contains("127.0.0.1", python.ShouldExit(0).Out);
        Assert.StartsWith("already: ", (await sandbox.LocaldAsync("hosts", "--apply")).ShouldExit(0).Out);
        (await sandbox.LocaldAsync("hosts", "--remove")).ShouldExit(0);
        Assert.Equal(before, (await sandbox.ShellAsync("sha256sum </etc/hosts; stat -c '%a %u' /etc/hosts")).Out);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_hosts_file_that_is_mounted_over_as_in_a_container_is_written_in_place()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(["/etc"], "cp /etc/hosts /etc/mounted; mount --bind /etc/mounted /etc/hosts");
        (await sandbox.LocaldAsync("hosts", "--apply", "app")).ShouldExit(0);
        Assert.Equal("1\n", (await sandbox.ShellAsync("grep -c '^127.0.0.1 app.localhost$' /etc/mounted")).Out);
        (await sandbox.LocaldAsync("hosts", "--remove")).ShouldExit(0);
        Assert.Equal("0\n", (await sandbox.ShellAsync("grep -c app.localhost /etc/mounted")).Out);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_mounted_hosts_file_whose_disk_is_full_keeps_what_it_had()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(["/etc"],
            "mkdir /etc/small; mount -t tmpfs -o size=16k tmpfs /etc/small; cp /etc/hosts /etc/small/hosts; head -c 65536 /dev/zero >/etc/small/fill 2>/dev/null || true; mount --bind /etc/small/hosts /etc/hosts");
        string before = (await sandbox.ShellAsync("sha256sum </etc/hosts")).Out;
        ProcessResult full = (await sandbox.LocaldAsync(["hosts", "--apply", .. Enumerable.Range(1, 300).Select(i => $"name-{i}")])).ShouldExit(1);
        Assert.StartsWith("locald: writing the hosts file failed: /etc/hosts: No space left on device\n  try: df ", full.Error);
        Assert.Equal(before, (await sandbox.ShellAsync("sha256sum </etc/hosts")).Out);
        Assert.Equal("", (await sandbox.ShellAsync("ls /etc | grep 'hosts.*new' || true")).Out);

        await sandbox.ShellAsync("rm /etc/small/fill");
        (await sandbox.LocaldAsync(["hosts", "--apply", .. Enumerable.Range(1, 150).Select(i => $"name-{i}")])).ShouldExit(0);
        Assert.Equal("150\n", (await sandbox.ShellAsync("grep -c '^127.0.0.1 name-' /etc/small/hosts")).Out);
        (await sandbox.LocaldAsync("hosts", "--remove")).ShouldExit(0);
        Assert.Equal(before, (await sandbox.ShellAsync("sha256sum </etc/hosts")).Out);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_mounted_hosts_file_on_a_read_only_system_is_written()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(["/etc"],
            "mkdir /etc/small; mount -t tmpfs tmpfs /etc/small; cp /etc/hosts /etc/small/hosts; mount --bind /etc/small/hosts /etc/hosts; mount -o remount,bind,ro /etc");
        (await sandbox.LocaldAsync("hosts", "--apply", "app")).ShouldExit(0);
        Assert.Equal("1\n", (await sandbox.ShellAsync("grep -c '^127.0.0.1 app.localhost$' /etc/small/hosts")).Out);
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_root_the_command_is_given()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(["/etc"], "");
        string program = sandbox.At("locald");
        await sandbox.ShellAsync($"cp {LocaldBinary.Path} {program}; chmod 755 {program} {sandbox.At(".")}; chown -R 65534:65534 {sandbox.Home}");
        ProcessResult result = (await sandbox.RunAsync("setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", "env", $"LOCALD_HOME={sandbox.Home}/state", program, "hosts", "--apply", "app"])).ShouldExit(5);
        Assert.Contains("  try: sudo locald hosts --apply app.localhost\n", result.Error);
    }
}

using System.Text.Json;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Systems;

/// <summary>A machine that systemd runs, as far as a program can tell, in private folders; its systemctl notes what it is told.</summary>
public sealed class ServiceTests
{
    private const string Socket = "/etc/systemd/system/locald.socket";
    private const string Service = "/etc/systemd/system/locald.service";

    /// <summary>Stands for systemctl: a list of calls, and a unit that is active from its start to its end.</summary>
    private const string Systemctl = """
        #!/bin/sh
        echo "$*" >> /run/calls
        case "$*" in
            *is-active*) [ -f /run/active ] ;;
            *restart*) if [ -f /run/broken ]; then echo "Job for locald.socket failed." >&2; exit 1; fi; touch /run/active ;;
            *disable*) rm -f /run/active ;;
        esac
        """;

    [Fact(Timeout = 60_000)]
    public async Task It_is_shown_installed_and_taken_away_without_a_trace()
    {
        await using Sandbox sandbox = await MachineAsync();
        string before = (await sandbox.ShellAsync("find /etc/systemd | sort")).Out;
        ProcessResult dry = (await LocaldAsync(sandbox, "service", "install", "app=3000", "--dry-run")).ShouldExit(0);
        Assert.Contains($"locald: to be written: {Socket}\n", dry.Error);
        Assert.Contains("  ListenStream=127.0.0.1:443\n", dry.Error);
        Assert.Contains("locald: to be called: systemctl daemon-reload\n", dry.Error);
        Assert.Equal(before, (await sandbox.ShellAsync("find /etc/systemd | sort")).Out);
        Assert.Equal($"not installed\nabsent: {Socket}\nabsent: {Service}\n", (await LocaldAsync(sandbox, "service", "status")).ShouldExit(1).Out);

        ProcessResult install = (await LocaldAsync(sandbox, "service", "install", "app=3000")).ShouldExit(0);
        Assert.Equal(dry.Error, install.Error);
        Assert.Equal($"now: installed and running\nsame: {Socket}\nsame: {Service}\n", install.Out);
        Assert.Contains("User=root\n", (await sandbox.ShellAsync($"cat {Service}")).Out);
        Assert.Equal("-rw-r--r--", (await sandbox.ShellAsync($"stat -c %A {Socket}")).Out.Trim());
        Assert.StartsWith("already: installed and running\n", (await LocaldAsync(sandbox, "service", "install", "app=3000")).ShouldExit(0).Out);
        (await LocaldAsync(sandbox, "service", "status")).ShouldExit(0);

        Assert.StartsWith("now: not installed\n", (await LocaldAsync(sandbox, "service", "uninstall")).ShouldExit(0).Out);
        Assert.Equal(before, (await sandbox.ShellAsync("find /etc/systemd | sort")).Out);
        Assert.StartsWith("already: not installed\n", (await LocaldAsync(sandbox, "service", "uninstall")).ShouldExit(0).Out);
        Assert.EndsWith(
            "disable --now locald.socket locald.service\ndaemon-reload\n",
            (await sandbox.ShellAsync("grep -v is-active /run/calls")).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task Systemd_understands_what_is_written()
    {
        await using Sandbox sandbox = await MachineAsync();
        (await LocaldAsync(sandbox, "service", "install", "app=3000", $"docs={sandbox.Home}")).ShouldExit(0);
        ProcessResult verdict = (await sandbox.RunAsync("systemd-analyze", ["verify", "--man=no", Socket, Service])).ShouldExit(0);
        Assert.DoesNotContain("locald", verdict.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_that_does_not_start_leaves_nothing_behind()
    {
        await using Sandbox sandbox = await MachineAsync();
        await sandbox.ShellAsync("touch /run/broken");
        ProcessResult install = (await LocaldAsync(sandbox, "service", "install")).ShouldExit(1);
        Assert.Contains("'systemctl restart locald.socket locald.service': Job for locald.socket failed.; nothing was left behind", install.Error);
        Assert.Equal("", (await sandbox.ShellAsync("ls /etc/systemd/system | grep locald")).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_unit_that_is_not_ours_is_never_touched()
    {
        await using Sandbox sandbox = await MachineAsync();
        await sandbox.ShellAsync($"echo '[Service]' > {Service}");
        foreach (string verb in new[] { "install", "uninstall" })
        {
            Assert.Contains($"{Service} is there and was not made by locald", (await LocaldAsync(sandbox, "service", verb)).ShouldExit(1).Error);
        }

        Assert.Equal("[Service]\n", (await sandbox.ShellAsync($"cat {Service}")).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_user_s_own_service_is_found_without_being_told_whose_it_is()
    {
        await using Sandbox sandbox = await MachineAsync();
        string unit = Path.Combine(sandbox.Home, ".config/systemd/user/locald.service");
        (await LocaldAsync(sandbox, "service", "install", "--user")).ShouldExit(0);
        Assert.True(File.Exists(unit));
        using JsonDocument status = JsonDocument.Parse((await LocaldAsync(sandbox, "service", "status", "--json")).ShouldExit(0).Out);
        Assert.Equal("systemd-user", status.RootElement.GetProperty("kind").GetString());
        Assert.Equal(unit, status.RootElement.GetProperty("files")[0].GetProperty("path").GetString());
        (await LocaldAsync(sandbox, "service", "uninstall")).ShouldExit(0);
        Assert.False(File.Exists(unit));
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_systemd_does_not_run_it_is_said()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(["/run"], "rm -rf /run/systemd");
        Assert.Contains("systemd does not run this machine", (await LocaldAsync(sandbox, "service", "install")).ShouldExit(1).Error);
    }

    /// <summary>On a network of its own, where nobody holds port 443.</summary>
    private static Task<ProcessResult> LocaldAsync(Sandbox sandbox, params string[] arguments) =>
        sandbox.RunAsync("unshare", ["--net", "--", LocaldBinary.Path, .. arguments]);

    private static async Task<Sandbox> MachineAsync()
    {
        Sandbox sandbox = await Sandbox.WithPrivateAsync(["/etc", "/run"], "mkdir -p /run/systemd/system /etc/systemd/system && rm -f /etc/systemd/system/locald.*");
        string tools = Path.GetDirectoryName(sandbox.Write("bin/systemctl", Systemctl))!;
        (await sandbox.ShellAsync($"chmod +x {tools}/systemctl")).ShouldExit(0);
        sandbox.Variables["PATH"] = $"{tools}:{sandbox.Variables["PATH"]}";
        return sandbox;
    }
}

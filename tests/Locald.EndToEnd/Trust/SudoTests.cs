using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>An ordinary user at a terminal, with the real sudo.</summary>
public sealed class SudoTests
{
    private const string Anchors = "/usr/local/share/ca-certificates";

    [Fact(Timeout = 240_000)]
    public async Task One_call_of_sudo_changes_what_is_the_systems_and_the_rest_stays_the_users()
    {
        using TempFolder folder = new();
        string home = folder.At("home");
        string program = folder.At("locald");
        await using Sandbox sandbox = await DeveloperAsync(folder);
        string root = $"{home}/.local/share/locald/ca/root.pem";

        ProcessResult trust = (await AtTerminalAsync(sandbox, $"{program} trust")).ShouldExit(0);
        Assert.Contains("changing the system store (Debian/Ubuntu) needs root: sudo may ask for your password", trust.Out);
        Assert.Contains("  added   TRUSTED  /etc/ssl/certs/ca-certificates.crt holds the root", trust.Out);
        Assert.Equal(1, await CallsAsync(sandbox));
        (await sandbox.ShellAsync($"openssl verify {root}")).ShouldExit(0);
        Assert.Equal("0 644\n", (await sandbox.ShellAsync($"stat -c '%u %a' {Anchors}/locald-*")).Out);
        Assert.Equal("4242\n", (await sandbox.ShellAsync($"find {home} -printf '%U\\n' | sort -u")).Out);
        Assert.Contains("cert9.db", (await sandbox.ShellAsync($"find {home}")).Out);

        (await AtTerminalAsync(sandbox, $"{program} untrust")).ShouldExit(0);
        Assert.Equal(2, await CallsAsync(sandbox));
        Assert.NotEqual(0, (await sandbox.ShellAsync($"openssl verify {root}")).Code);
        Assert.Equal("", (await sandbox.ShellAsync($"ls {Anchors} | grep locald-")).Out);
        Assert.Equal("4242\n", (await sandbox.ShellAsync($"find {home} -printf '%U\\n' | sort -u")).Out);
    }

    /// <summary>As on the machines of GitHub's jobs.</summary>
    [Fact(Timeout = 240_000)]
    public async Task Without_a_terminal_a_sudo_that_needs_no_password_is_enough()
    {
        using TempFolder folder = new();
        await using Sandbox sandbox = await DeveloperAsync(folder);
        string[] user = ["--reuid=4242", "--regid=4242", "--init-groups", folder.At("locald")];
        (await sandbox.RunAsync("setpriv", [.. user, "trust", "--store", "system"])).ShouldExit(0);
        (await sandbox.RunAsync("setpriv", [.. user, "hosts", "--apply", "app"])).ShouldExit(0);
        (await sandbox.ShellAsync($"openssl verify {folder.At("home")}/.local/share/locald/ca/root.pem && grep -q app.localhost /etc/hosts")).ShouldExit(0);

        (await sandbox.ShellAsync("sed -i s/NOPASSWD:// /etc/sudoers.d/developer")).ShouldExit(0);
        ProcessResult refused = (await sandbox.RunAsync("setpriv", [.. user, "untrust", "--store", "system"])).ShouldExit(5);
        Assert.Contains("there is no terminal to ask for a password on", refused.Error);
        Assert.Contains("try: sudo rm", refused.Error);
    }

    /// <summary>A machine with a user who may call sudo, and locald where that user can run it.</summary>
    private static async Task<Sandbox> DeveloperAsync(TempFolder folder)
    {
        string home = folder.At("home");
        string program = folder.At("locald");
        Sandbox sandbox = await Sandbox.WithPrivateTrustAsync($"""
            mkdir {home}
            cp {LocaldBinary.Path} {program}
            chmod 755 {folder.At(".")} {program}
            chown 4242:4242 {home}
            echo 'developer:x:4242:4242::{home}:/bin/sh' >> /etc/passwd
            echo 'developer:x:4242:' >> /etc/group
            echo 'developer:*:19000:0:99999:7:::' >> /etc/shadow
            printf 'Defaults logfile=/etc/calls-of-sudo\ndeveloper ALL=(ALL) NOPASSWD: ALL\n' > /etc/sudoers.d/developer
            chmod 440 /etc/sudoers.d/developer
            """);
        sandbox.Variables["HOME"] = home;
        sandbox.Variables.Remove("LOCALD_HOME");
        return sandbox;
    }

    /// <summary>Runs a command line as that user, at a terminal of its own.</summary>
    private static Task<ProcessResult> AtTerminalAsync(Sandbox sandbox, string line) => sandbox.RunAsync(
        "setpriv", ["--reuid=4242", "--regid=4242", "--init-groups", "script", "-qec", line, "/dev/null"], limit: TimeSpan.FromSeconds(100));

    private static async Task<int> CallsAsync(Sandbox sandbox) =>
        int.Parse((await sandbox.ShellAsync("grep -c COMMAND= /etc/calls-of-sudo")).Out);
}

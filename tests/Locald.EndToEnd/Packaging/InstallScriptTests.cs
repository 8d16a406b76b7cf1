using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Packaging;

/// <summary>A release's install.sh, by the shells that people have, in a home of its own.</summary>
public sealed class InstallScriptTests
{
    private static readonly string Script = Release.At("install.sh");

    [Theory(Timeout = 120_000)]
    [InlineData("dash")]
    [InlineData("busybox", "sh")]
    [InlineData("bash", "--posix")]
    [InlineData("zsh", "--emulate", "sh")]
    public async Task It_installs_once_and_leaves_without_a_trace(params string[] shell)
    {
        await using Sandbox sandbox = new();
        await sandbox.ShellAsync("mkdir -p ~/.local/share && echo mine > ~/.local/share/mine");
        string before = await FilesAsync(sandbox);

        ProcessResult install = (await RunAsync(sandbox, shell, "--archive", Release.Archive)).ShouldExit(0);
        Assert.Equal(
            $"""
            installed: locald {Release.Version} in {sandbox.Home}/.local
            locald: {sandbox.Home}/.local/bin is not in PATH
              try: export PATH="{sandbox.Home}/.local/bin:$PATH"

            """,
            install.Error);
        Assert.Equal($"{Release.Version}\n", (await sandbox.ShellAsync("~/.local/bin/locald version")).ShouldExit(0).Out);
        Assert.Equal("-rwxr-xr-x\n-rw-r--r--\n", (await sandbox.ShellAsync("stat -c %A ~/.local/bin/locald ~/.local/share/man/man1/locald.1")).Out);
        string installed = await FilesAsync(sandbox);
        Assert.Contains("share/bash-completion/completions/locald", installed);
        Assert.Contains("share/zsh/site-functions/_locald", installed);
        Assert.Contains("share/fish/vendor_completions.d/locald.fish", installed);

        // Without an archive it would have to download one.
        Assert.StartsWith($"already: locald {Release.Version} in ", (await RunAsync(sandbox, shell)).ShouldExit(0).Error);
        Assert.Equal(installed, await FilesAsync(sandbox));

        Assert.Equal($"removed: locald from {sandbox.Home}/.local\n", (await RunAsync(sandbox, shell, "--uninstall")).ShouldExit(0).Error);
        Assert.Equal(before, await FilesAsync(sandbox));
        Assert.StartsWith("already: nothing in ", (await RunAsync(sandbox, shell, "--uninstall")).ShouldExit(0).Error);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_older_version_is_taken_over_while_it_runs()
    {
        await using Sandbox sandbox = new();
        (await RunAsync(sandbox, ["sh"], "--archive", Release.Archive)).ShouldExit(0);

        // As an older version would have left it: another program, and a file that is no longer there.
        string list = $"{sandbox.Home}/.local/share/doc/locald/installed";
        (await sandbox.ShellAsync($"""
            set -e
            cd ~/.local
            cp "$(command -v sleep)" bin/locald
            echo old > bin/locald-old
            sed -i 's/^version .*/version 0.0.9/; s/^archive .*/archive 0/; s/^file [0-9a-f]* bin.locald$/file 0 bin\/locald/' {list}
            echo "file 0 bin/locald-old" >> {list}
            """)).ShouldExit(0);
        await using ChildProcess running = sandbox.Start($"{sandbox.Home}/.local/bin/locald", ["300"]);
        Assert.Contains(
            $"installed: locald {Release.Version} in {sandbox.Home}/.local, in place of 0.0.9\n",
            (await RunAsync(sandbox, ["sh"], "--archive", Release.Archive)).ShouldExit(0).Error);
        Assert.False(running.HasExited);
        Assert.Equal($"{Release.Version}\n", (await sandbox.ShellAsync("~/.local/bin/locald version; ls ~/.local/bin | grep old")).Out);
        (await RunAsync(sandbox, ["sh"], "--uninstall")).ShouldExit(0);
        Assert.Equal("", await FilesAsync(sandbox));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_changed_since_is_left_and_said()
    {
        await using Sandbox sandbox = new();
        (await RunAsync(sandbox, ["sh"], "--archive", Release.Archive)).ShouldExit(0);
        (await sandbox.ShellAsync("echo mine > ~/.local/share/doc/locald/LICENSE")).ShouldExit(0);
        ProcessResult uninstall = (await RunAsync(sandbox, ["sh"], "--uninstall")).ShouldExit(0);
        Assert.Contains($"locald: left, since it was changed: {sandbox.Home}/.local/share/doc/locald/LICENSE\n", uninstall.Error);
        Assert.EndsWith("/LICENSE\n", await FilesAsync(sandbox));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_archive_with_another_sum_is_refused()
    {
        await using Sandbox sandbox = new();
        string other = sandbox.At("other.tar.gz");
        File.Copy(Release.Archive, other);
        await File.AppendAllTextAsync(other, "x", TestContext.Current.CancellationToken);
        ProcessResult install = (await RunAsync(sandbox, ["sh"], "--archive", other)).ShouldExit(1);
        Assert.Contains($"its SHA-256 is {Release.Sum(other)}, and {Release.Sum(Release.Archive)} was expected", install.Error);
        Assert.Equal("", await FilesAsync(sandbox));
    }

    [Fact(Timeout = 120_000)]
    public async Task Half_a_script_does_nothing()
    {
        await using Sandbox sandbox = new();
        string whole = await File.ReadAllTextAsync(Script, TestContext.Current.CancellationToken);
        string cut = sandbox.At("cut.sh");
        foreach (int length in Enumerable.Range(0, 40).Select(i => i * whole.Length / 40).Concat(Enumerable.Range(whole.Length - 20, 19)))
        {
            await File.WriteAllTextAsync(cut, whole[..length], TestContext.Current.CancellationToken);
            await sandbox.ShellAsync($"sh < {cut}");
            Assert.True(!Directory.EnumerateFileSystemEntries(sandbox.Home).Any(), $"the first {length} characters did something");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_full_disk_leaves_what_was_there()
    {
        // Room for the list and the small files, not for the program.
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(["/opt"], "mount -t tmpfs -o size=4m tmpfs /opt; mkdir /opt/mine");
        ProcessResult install = (await RunAsync(sandbox, ["sh"], "--prefix", "/opt", "--archive", Release.Archive)).ShouldExit(1);
        Assert.Contains("/opt could not be written; what was there is unchanged", install.Error);
        Assert.Equal("/opt\n/opt/mine\n", (await sandbox.ShellAsync("find /opt | sort")).Out);
    }

    /// <summary>Not by busybox, whose shell copies by itself.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("dash")]
    [InlineData("bash", "--posix")]
    public async Task Ctrl_C_leaves_what_was_there(params string[] shell)
    {
        await using Sandbox sandbox = new();

        // It comes when a file is half copied, to all that the terminal started.
        string tools = Path.GetDirectoryName(sandbox.Write("bin/cp", $"""
            #!/bin/sh
            echo half > "$2"
            case $2 in *.fish.locald-new) find {sandbox.Home} > {sandbox.At("halfway")}; kill -INT 0 ;; esac
            """))!;
        (await sandbox.ShellAsync($"chmod +x {tools}/cp; mkdir {sandbox.At("temporary")}")).ShouldExit(0);
        sandbox.Variables["TMPDIR"] = sandbox.At("temporary");
        sandbox.Variables["PATH"] = $"{tools}:{sandbox.Variables["PATH"]}";
        (await RunAsync(sandbox, ["setsid", "--wait", .. shell], "--archive", Release.Archive)).ShouldExit(130);
        Assert.Contains("/bin/locald.locald-new\n", await File.ReadAllTextAsync(sandbox.At("halfway"), TestContext.Current.CancellationToken));
        Assert.Equal("", await FilesAsync(sandbox));
        Assert.Empty(Directory.GetFileSystemEntries(sandbox.At("temporary")));
    }

    [Fact(Timeout = 120_000)]
    public async Task Sudo_is_asked_for_where_the_prefix_is_not_ours_and_it_is_said_why()
    {
        using TempFolder folder = new();
        string home = folder.At("home");
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(["/etc", "/opt"], $"""
            mkdir {home}
            chmod 755 {folder.At(".")}
            cp {Script} {Release.Archive} {folder.At(".")}
            chown 4242:4242 {home}
            echo 'developer:x:4242:4242::{home}:/bin/sh' >> /etc/passwd
            echo 'developer:*:19000:0:99999:7:::' >> /etc/shadow
            printf 'Defaults logfile=/etc/calls-of-sudo\ndeveloper ALL=(ALL) NOPASSWD: ALL\n' > /etc/sudoers.d/developer
            chmod 440 /etc/sudoers.d/developer
            """);
        sandbox.Variables["HOME"] = home;
        sandbox.Variables.Remove("LOCALD_HOME");
        string archive = folder.At(Path.GetFileName(Release.Archive));
        string before = (await sandbox.ShellAsync("find /opt | sort")).Out;
        Task<ProcessResult> AsDeveloperAsync(params string[] arguments) => sandbox.RunAsync(
            "setpriv", ["--reuid=4242", "--regid=4242", "--clear-groups", "sh", folder.At("install.sh"), "--prefix", "/opt/locald", .. arguments]);

        ProcessResult install = (await AsDeveloperAsync("--archive", archive)).ShouldExit(0);
        Assert.StartsWith("locald: /opt/locald is not writable for developer: sudo may ask for your password\n", install.Error);
        Assert.Equal("0 755\n", (await sandbox.ShellAsync("stat -c '%u %a' /opt/locald/bin/locald")).Out);
        (await AsDeveloperAsync("--uninstall")).ShouldExit(0);
        Assert.Equal("2\n", (await sandbox.ShellAsync("grep -c COMMAND= /etc/calls-of-sudo")).Out);
        Assert.Equal(before, (await sandbox.ShellAsync("find /opt | sort")).Out);

        // Its own home needs nobody.
        (await sandbox.RunAsync("setpriv", ["--reuid=4242", "--regid=4242", "--clear-groups", "sh", folder.At("install.sh"), "--archive", archive])).ShouldExit(0);
        Assert.Equal("2\n", (await sandbox.ShellAsync("grep -c COMMAND= /etc/calls-of-sudo")).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_downloads_over_https_alone_and_says_where_from()
    {
        await using Sandbox sandbox = new();
        string tools = Path.GetDirectoryName(sandbox.Write("bin/curl", $"""
            #!/bin/sh
            echo "$*" > {sandbox.At("asked")}
            while [ "$1" != -o ]; do shift; done
            cp {Release.Archive} "$2"
            """))!;
        (await sandbox.ShellAsync($"chmod +x {tools}/curl")).ShouldExit(0);
        string path = sandbox.Variables["PATH"];
        sandbox.Variables["PATH"] = $"{tools}:{path}";
        (await RunAsync(sandbox, ["sh"])).ShouldExit(0);
        string asked = await File.ReadAllTextAsync(sandbox.At("asked"), TestContext.Current.CancellationToken);
        Assert.StartsWith("--proto =https --proto-redir =https --tlsv1.2 ", asked);
        Assert.EndsWith($"/releases/download/v{Release.Version}/{Release.Name}.tar.gz\n", asked);

        // A machine with the usual tools, and neither curl nor wget.
        (await RunAsync(sandbox, ["sh"], "--uninstall")).ShouldExit(0);
        (await sandbox.ShellAsync($"rm {tools}/curl; cd {tools}; for tool in sh tar gzip sed grep cut cat mktemp rm uname dirname sha256sum; do ln -s \"$(command -v $tool)\" .; done")).ShouldExit(0);
        sandbox.Variables["PATH"] = tools;
        ProcessResult bare = (await RunAsync(sandbox, [$"{tools}/sh"])).ShouldExit(1);
        Assert.Contains("there is neither curl nor wget to download it with\n  try: download https://", bare.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_is_not_removed_while_its_root_is_trusted()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync();
        (await RunAsync(sandbox, ["sh"], "--archive", Release.Archive)).ShouldExit(0);
        (await sandbox.ShellAsync("~/.local/bin/locald trust --store system")).ShouldExit(0);
        Assert.Contains(
            $"its root is still trusted here\n  try: {sandbox.Home}/.local/bin/locald untrust\n",
            (await RunAsync(sandbox, ["sh"], "--uninstall")).ShouldExit(1).Error);
        (await sandbox.ShellAsync("~/.local/bin/locald untrust")).ShouldExit(0);
        Assert.EndsWith($"locald: its root and settings are still in {sandbox.LocaldHome}\n", (await RunAsync(sandbox, ["sh"], "--uninstall")).ShouldExit(0).Error);
    }

    private static Task<ProcessResult> RunAsync(Sandbox sandbox, string[] shell, params string[] arguments) =>
        sandbox.RunAsync(shell[0], [.. shell[1..], Script, .. arguments]);

    private static async Task<string> FilesAsync(Sandbox sandbox) => (await sandbox.ShellAsync("cd && find . -mindepth 1 | sort")).Out;
}

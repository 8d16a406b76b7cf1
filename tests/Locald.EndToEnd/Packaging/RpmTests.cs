using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Packaging;

/// <summary>The .rpm, as rpm reads it.</summary>
public sealed class RpmTests
{
    private static readonly string Package = Release.At($"locald-{Release.Version}-1.{Release.RpmArchitecture}.rpm");

    [Fact(Timeout = 60_000)]
    public async Task It_runs_nothing_and_needs_nothing()
    {
        await using Sandbox sandbox = new();
        Assert.Equal("", (await QueryAsync(sandbox, "--scripts")).Out);

        // What rpm itself must understand is no package.
        Assert.All((await QueryAsync(sandbox, "--requires")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), need => Assert.StartsWith("rpmlib(", need));
        Assert.Equal(
            """
            /usr/bin/locald
            /usr/share/bash-completion/completions/locald
            /usr/share/doc/locald
            /usr/share/doc/locald/THIRD-PARTY-NOTICES.gz
            /usr/share/doc/locald/locald.spdx.json
            /usr/share/fish/vendor_completions.d/locald.fish
            /usr/share/licenses/locald
            /usr/share/licenses/locald/LICENSE
            /usr/share/man/man1/locald.1.gz
            /usr/share/zsh/site-functions/_locald

            """,
            (await QueryAsync(sandbox, "--list")).Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_is_installed_and_erased_without_a_trace()
    {
        await using Sandbox sandbox = new();
        string root = sandbox.At("root");
        Directory.CreateDirectory(root);

        // On Debian 12 rpm wants to be asked twice, since its packages are another tool's; on 13 it does not know the word.
        bool asks = (await sandbox.ShellAsync("rpm --force-debian --version")).Code == 0;
        string rpm = $"rpm --root {root} --dbpath /rpmdb{(asks ? " --force-debian" : "")}";
        (await sandbox.ShellAsync($"{rpm} --initdb; {rpm} -i {Package}")).ShouldExit(0);
        (await sandbox.ShellAsync($"{rpm} -V locald")).ShouldExit(0);
        Assert.Equal($"{Release.Version}\n", (await sandbox.RunAsync("chroot", [root, "/usr/bin/locald", "version"])).ShouldExit(0).Out);
        (await sandbox.ShellAsync($"{rpm} -e locald")).ShouldExit(0);
        Assert.Equal("", (await sandbox.ShellAsync($"find {root} -type f ! -path '*/rpmdb/*'")).Out);
    }

    private static async Task<ProcessResult> QueryAsync(Sandbox sandbox, string what) =>
        (await sandbox.RunAsync("rpm", ["-qp", what, Package])).ShouldExit(0);
}

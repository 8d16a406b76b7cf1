using Locald.EndToEnd.Fixtures;
using Locald.EndToEnd.Systems;

namespace Locald.EndToEnd.Packaging;

/// <summary>The .deb on the releases of Debian that it is for: installed, used and purged, and the machine is as it was.</summary>
public sealed class DebianPackageTests(DebianRoots roots) : IClassFixture<DebianRoots>
{
    private static readonly string Package = Release.At($"locald_{Release.Version}_{Release.DebianArchitecture}.deb");

    [Theory(Timeout = 400_000)]
    [InlineData("bookworm")]
    [InlineData("trixie")]
    public async Task It_is_installed_used_and_purged_without_a_trace_on(string release)
    {
        string root = await roots.PathOf(release);
        await using Upstream upstream = Upstream.Saying($"hello {release}");

        await using Sandbox sandbox = await Sandbox.WithPrivateAsync([], $"""
            {DebianRoots.InMemory(root)}
            cp {Package} {root}/locald.deb
            """);
        int port = RunningLocald.FreePort();
        string script = $$"""
            set -e
            # dpkg keeps its last state but one, and a log.
            list() { find / -xdev -path /dev -prune -o -path /proc -prune -o ! -path '/var/log/*' ! -path '/var/lib/dpkg/*-old' -printf '%y %m %U %p %l\n' | sort; }
            state() { cat /etc/ssl/certs/ca-certificates.crt /var/lib/dpkg/status; }
            touch /tmp/before /tmp/after
            state > /tmp/state
            list > /tmp/before
            dpkg -i /locald.deb
            dpkg --verify locald
            [ "$(command -v locald)" = /usr/bin/locald ]
            locald trust
            locald serve app={{upstream.Port}} --https 127.0.0.1:{{port}} --http off --ready-file /root/ready &
            for i in $(seq 200); do [ -e /root/ready ] && break; sleep 0.1; done
            curl -sS --resolve app.localhost:{{port}}:127.0.0.1 https://app.localhost:{{port}}/
            kill $!
            wait $!
            locald untrust
            rm -r /root/.local
            dpkg --purge locald
            state | cmp - /tmp/state
            list > /tmp/after
            diff /tmp/before /tmp/after
            """;
        sandbox.Variables["HOME"] = "/root";
        sandbox.Variables.Remove("LOCALD_HOME");
        ProcessResult result = await sandbox.RunAsync("chroot", [root, "/bin/sh", "-c", script], limit: TimeSpan.FromMinutes(3));
        result.ShouldExit(0);
        Assert.Contains($"hello {release}", result.Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_runs_nothing_and_needs_nothing()
    {
        await using Sandbox sandbox = new();
        (await sandbox.RunAsync("dpkg-deb", ["-R", Package, sandbox.At("package")])).ShouldExit(0);
        Assert.Equal(["control", "md5sums"], Directory.GetFiles(sandbox.At("package/DEBIAN")).Select(Path.GetFileName).Order());
        string control = await File.ReadAllTextAsync(sandbox.At("package/DEBIAN/control"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("\nDepends:", control);
        string list = (await sandbox.RunAsync("dpkg-deb", ["-c", Package])).ShouldExit(0).Out;
        Assert.All(list.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(" root/root ", line));
        foreach (string path in new[]
        {
            "bin/locald", "share/man/man1/locald.1.gz", "share/bash-completion/completions/locald", "share/zsh/vendor-completions/_locald",
            "share/fish/vendor_completions.d/locald.fish", "share/doc/locald/copyright", "share/doc/locald/changelog.gz",
        })
        {
            Assert.Contains($" ./usr/{path}\n", list);
        }
    }
}

using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Systems;

/// <summary>The same file on three Debian releases, whose C libraries and OpenSSLs differ: trust, serve, and that system's own curl.</summary>
public sealed class DebianRootTests(DebianRoots roots) : IClassFixture<DebianRoots>
{
    [Theory(Timeout = 400_000)]
    [InlineData("bullseye")]
    [InlineData("bookworm")]
    [InlineData("trixie")]
    public async Task It_is_trusted_and_serves_on(string release)
    {
        Assert.True(Environment.IsPrivilegedProcess, "chroot needs root: run ./build.sh test as root");
        string root = await roots.PathOf(release);
        await using Upstream upstream = Upstream.Saying($"hello {release}");
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(
            [$"{root}/etc", $"{root}/usr/local", $"{root}/root"],
            $"mount --rbind /dev {root}/dev; cp {LocaldBinary.Path} {root}/usr/local/bin/locald");
        int port = RunningLocald.FreePort();

        // A name service module, which belongs to that system's own C library, is configured as on a desktop: a static program that
        // looks up the missing host through it would die.
        string script = $$"""
            set -e
            sed -i 's/^hosts:.*/hosts: files myhostname dns/' /etc/nsswitch.conf
            mkdir -p /root/.pki/nssdb
            locald version
            locald trust
            locald serve app={{upstream.Port}} lost=http://no-such-host:1 --https 127.0.0.1:{{port}} --http off --ready-file /root/ready &
            for i in $(seq 200); do [ -e /root/ready ] && break; sleep 0.1; done
            curl -s --resolve lost.localhost:{{port}}:127.0.0.1 -o /dev/null -w '%{http_code}\n' https://lost.localhost:{{port}}/
            curl -sS --resolve app.localhost:{{port}}:127.0.0.1 https://app.localhost:{{port}}/
            kill $!
            wait $!
            locald untrust
            ! curl -s --resolve app.localhost:{{port}}:127.0.0.1 https://app.localhost:{{port}}/
            """;
        sandbox.Variables["HOME"] = "/root";
        sandbox.Variables.Remove("LOCALD_HOME");
        ProcessResult result = await sandbox.RunAsync("chroot", [root, "/bin/sh", "-c", script], limit: TimeSpan.FromMinutes(2));
        result.ShouldExit(0);
        Assert.Contains($"\n502\nhello {release}", result.Out);

        // There is no certutil: the program inside opened the database with that system's own libnss3 and C library.
        Assert.Contains("TRUSTED  NSS 3.", result.Out);
    }
}

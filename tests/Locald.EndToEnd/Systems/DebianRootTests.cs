using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Systems;

/// <summary>The same file on three Debian releases, whose C libraries and OpenSSLs differ: what CI runs in containers.</summary>
public sealed class DebianRootTests(DebianRoots roots) : IClassFixture<DebianRoots>
{
    [Theory(Timeout = 400_000)]
    [InlineData("bullseye")]
    [InlineData("bookworm")]
    [InlineData("trixie")]
    public async Task It_is_trusted_serves_and_leaves_nothing_on(string release)
    {
        Assert.True(Environment.IsPrivilegedProcess, "chroot needs root: run ./build.sh test as root");
        string root = await roots.PathOf(release);
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync(
            [$"{root}/etc", $"{root}/usr/local", $"{root}/root"],
            $"mount --rbind /dev {root}/dev; cp {LocaldBinary.Path} {root}/usr/local/bin/locald; cp {Assets.SystemScript("smoke.sh")} {root}/usr/local/bin");

        // A name service module, which belongs to that system's own C library, is configured as on a desktop: a static program that
        // looks up the missing host through it would die.
        const string script = """
            set -e
            sed -i 's/^hosts:.*/hosts: files myhostname dns/' /etc/nsswitch.conf
            smoke.sh /usr/local/bin/locald --system
            mkdir -p ~/.pki/nssdb
            locald trust --store nss
            locald untrust --store nss
            """;
        sandbox.Variables["HOME"] = "/root";
        sandbox.Variables.Remove("LOCALD_HOME");
        ProcessResult result = await sandbox.RunAsync("chroot", [root, "/bin/sh", "-c", script], limit: TimeSpan.FromMinutes(3));
        Assert.Contains("\nsmoke: passed\n", result.ShouldExit(0).Out);

        // There is no certutil: the program inside opened the database with that system's own libnss3 and C library.
        Assert.Contains("TRUSTED  NSS 3.", result.Out);
    }
}

using System.Text.Json;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>Debian's own store and tools, in private copies of the folders that they write to.</summary>
public sealed class SystemStoreTests
{
    private const string Anchors = "/usr/local/share/ca-certificates";

    [Fact(Timeout = 120_000)]
    public async Task Trusted_once_it_says_already_and_nothing_is_written_again()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync();
        ProcessResult first = (await sandbox.LocaldAsync("trust")).ShouldExit(0);
        Assert.Contains("  added   TRUSTED  /etc/ssl/certs/ca-certificates.crt holds the root\n", first.Out);
        await Openssl(sandbox, trusts: true);

        string before = await Times(sandbox);
        ProcessResult second = (await sandbox.LocaldAsync("trust")).ShouldExit(0);
        Assert.Contains("  TRUSTED  already  TRUSTED  ", second.Out);
        Assert.Empty(second.Error);
        Assert.Equal(before, await Times(sandbox));
        (await sandbox.LocaldAsync("status")).ShouldExit(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task Untrusted_nothing_of_the_root_is_left_and_the_machine_is_as_before()
    {
        // A refresh first, so that whatever it changes on this machine by itself is not laid at our door.
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync("update-ca-certificates >/dev/null 2>&1");
        string before = await Contents(sandbox);
        (await sandbox.LocaldAsync("trust")).ShouldExit(0);
        Assert.NotEqual(before, await Contents(sandbox));

        ProcessResult first = (await sandbox.LocaldAsync("untrust")).ShouldExit(0);
        Assert.Contains("  removed  MISSING  ", first.Out);
        Assert.Equal(before, await Contents(sandbox));
        await Openssl(sandbox, trusts: false);
        Assert.Contains("  MISSING  already  MISSING  ", (await sandbox.LocaldAsync("untrust")).ShouldExit(0).Out);
        (await sandbox.LocaldAsync("status")).ShouldExit(3);
    }

    [Fact(Timeout = 180_000)]
    public async Task Java_trusts_the_root_after_trust_and_no_longer_after_untrust()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync();
        const string List = "keytool -list -keystore /etc/ssl/certs/java/cacerts -storepass changeit | grep -c '^debian:locald-'";
        (await sandbox.LocaldAsync("trust")).ShouldExit(0);
        Assert.Equal("1\n", (await sandbox.ShellAsync(List)).Out);
        ProcessResult removed = (await sandbox.LocaldAsync("untrust")).ShouldExit(0);
        Assert.DoesNotContain("Java still", removed.Error);
        Assert.Equal("0\n", (await sandbox.ShellAsync(List)).Out);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_corrupt_bundle_is_called_so_and_mended_by_trust()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync();
        (await sandbox.LocaldAsync("trust")).ShouldExit(0);
        await sandbox.ShellAsync("truncate -s 1000 /etc/ssl/certs/ca-certificates.crt");
        Assert.Contains("/etc/ssl/certs/ca-certificates.crt is damaged at line", (await sandbox.LocaldAsync("status")).ShouldExit(3).Out);
        Assert.Contains("  TRUSTED  ", (await sandbox.LocaldAsync("trust")).ShouldExit(0).Out);
        await Openssl(sandbox, trusts: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_corrupt_anchor_of_somebody_else_is_named_and_ours_taken_back()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync(
            $"printf -- '-----BEGIN CERTIFICATE-----\\nxxxx\\n-----END CERTIFICATE-----\\n' > {Anchors}/aaa.crt");
        ProcessResult result = (await sandbox.LocaldAsync("trust")).ShouldExit(1);
        Assert.Contains($"mend or delete {Anchors}/aaa.crt", result.Error);
        Assert.Equal("", (await sandbox.ShellAsync($"ls {Anchors} | grep locald")).Out);
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_the_package_the_command_that_installs_it_is_given()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync([.. MountNamespace.TrustFolders, "/usr/sbin"], "rm /usr/sbin/update-ca-certificates");
        ProcessResult result = (await sandbox.LocaldAsync("trust")).ShouldExit(1);
        Assert.Contains("update-ca-certificates is not installed on ", result.Error);
        Assert.Contains("  try: apt-get update && apt-get install -y ca-certificates\n", result.Error);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("exit 0", "reported success, but")]
    [InlineData("echo no space left >&2; exit 1", "ended with code 1: no space left")]
    public async Task A_tool_that_does_not_do_its_work_is_a_failure_that_leaves_nothing(string script, string why)
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync([.. MountNamespace.TrustFolders, "/usr/sbin"],
            $"printf '#!/bin/sh\\n{script}\\n' > /usr/sbin/update-ca-certificates");
        string before = await Contents(sandbox);
        ProcessResult result = (await sandbox.LocaldAsync("trust")).ShouldExit(1);
        Assert.Contains(why, result.Error);
        Assert.Equal(before, await Contents(sandbox));
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_root_the_exact_commands_are_given_and_they_work()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync();
        string program = sandbox.At("locald");
        await sandbox.ShellAsync($"cp {LocaldBinary.Path} {program}; chmod 755 {program} {sandbox.At(".")}; chown -R 65534:65534 {sandbox.Home}");
        sandbox.Variables["LOCALD_HOME"] = Path.Combine(sandbox.Home, "state");
        ProcessResult result = (await sandbox.RunAsync("setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", program, "trust", "--no-sudo"])).ShouldExit(5);
        string commands = result.Error.Split("  try: ")[1].Split('\n')[0];
        Assert.StartsWith($"sudo install -D -m 0644 {sandbox.Home}/state/ca/root.pem {Anchors}/locald-", commands);

        (await sandbox.ShellAsync(commands.Replace("sudo ", ""))).ShouldExit(0);
        Assert.Contains("  TRUSTED  already  TRUSTED  ", (await sandbox.LocaldAsync("trust")).ShouldExit(0).Out);
    }

    [Fact(Timeout = 120_000)]
    public async Task Under_sudo_the_state_stays_the_invoking_users()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync();
        await sandbox.ShellAsync($"sed -i 's#^\\(nobody:.*:\\)/nonexistent:#\\1{sandbox.Home}:#' /etc/passwd; chmod 755 {sandbox.At(".")}; chown 65534:65534 {sandbox.Home}");
        sandbox.Variables["SUDO_UID"] = "65534";
        sandbox.Variables["SUDO_GID"] = "65534";
        sandbox.Variables["SUDO_USER"] = "nobody";
        (await sandbox.LocaldAsync("trust")).ShouldExit(0);
        Assert.Equal("65534\n", (await sandbox.ShellAsync($"find {sandbox.LocaldHome} -printf '%U\\n' | sort -u")).Out);
        Assert.Equal("0\n", (await sandbox.ShellAsync($"stat -c %u {Anchors}/locald-*")).Out);
        Assert.Equal("65534\n", (await sandbox.ShellAsync($"find {sandbox.Home} -printf '%U\\n' | sort -u")).Out);
        Assert.True(File.Exists(Path.Combine(sandbox.Home, ".local/share/pki/nssdb/cert9.db")));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_dry_run_writes_nothing_anywhere()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync();
        string before = await Contents(sandbox);
        Assert.Contains("would make the root", (await sandbox.LocaldAsync("trust", "--dry-run")).ShouldExit(0).Out);
        Assert.False(Directory.Exists(sandbox.LocaldHome));
        Assert.Equal(before, await Contents(sandbox));
    }

    [Fact(Timeout = 120_000)]
    public async Task Doctor_sees_what_getaddrinfo_sees()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateTrustAsync();
        (await sandbox.LocaldAsync("doctor")).ShouldExit(3);
        (await sandbox.LocaldAsync("trust")).ShouldExit(0);
        ProcessResult doctor = (await sandbox.LocaldAsync("doctor", "--json")).ShouldExit(0);
        bool resolves = (await sandbox.ShellAsync("getent ahosts doctor-asks.localhost")).Code == 0;
        using JsonDocument json = JsonDocument.Parse(doctor.Out);
        JsonElement check = json.RootElement.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("id").GetString() == "names.resolve");
        Assert.Equal(resolves ? "ok" : "warning", check.GetProperty("severity").GetString());
    }

    /// <summary>OpenSSL, with the system's own store and nothing else, judges the root.</summary>
    private static async Task Openssl(Sandbox sandbox, bool trusts)
    {
        ProcessResult verdict = await sandbox.ShellAsync($"openssl verify {sandbox.LocaldHome}/ca/root.pem");
        Assert.True((verdict.Code == 0) == trusts, verdict.ToString());
    }

    /// <summary>Names, link targets and bytes of everything that clients read, and of the anchors.</summary>
    private static async Task<string> Contents(Sandbox sandbox) => (await sandbox.ShellAsync(
        $"cd / && find etc/ssl/certs .{Anchors} -printf '%p %l %m\\n' | sort; find etc/ssl/certs -maxdepth 1 -type f -exec sha256sum {{}} + | sort; sha256sum {Anchors}/*")).Out;

    private static async Task<string> Times(Sandbox sandbox) =>
        (await sandbox.ShellAsync($"find {Anchors} /etc/ssl/certs {sandbox.LocaldHome} -printf '%p %T@ %C@\\n' | sort")).Out;
}

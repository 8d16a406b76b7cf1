using System.Security.Cryptography.X509Certificates;
using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Serving;

/// <summary>The first start, when it is interrupted, crowded, or has nowhere to write.</summary>
public sealed class FirstStartTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_killed_first_start_leaves_nothing_that_the_next_cannot_use()
    {
        await using Sandbox sandbox = new();
        int made = 0;
        for (int i = 0; i < 100; i++)
        {
            // Every half millisecond of a start, from the program's load to its first answer.
            double seconds = (i + 1) / 2000.0;
            string home = sandbox.At($"state-{i}");
            sandbox.Variables["LOCALD_HOME"] = home;
            ProcessResult killed = await sandbox.RunAsync("timeout",
                ["-s", "KILL", $"{seconds:0.0000}", LocaldBinary.Path, "serve", "--https", $"127.0.0.1:{RunningLocald.FreePort()}", "--http", "off"]);
            made += File.Exists(Path.Combine(home, "ca/root.pem")) ? 1 : 0;
            ProcessResult next = await sandbox.LocaldAsync("ca", "--pem");
            Assert.True(next.Code == 0, $"killed after {seconds} s: {killed}\n{next}");
            using X509Certificate2 root = X509Certificate2.CreateFromPemFile(Path.Combine(home, "ca/root.pem"), Path.Combine(home, "ca/root-key.pem"));
            Assert.Equal(root.ExportCertificatePem().Trim(), next.Out.Trim());
        }

        // Proof that the kills fell on both sides of what they were meant to interrupt.
        Assert.InRange(made, 1, 99);
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_first_starts_at_once_make_one_root()
    {
        await using Sandbox sandbox = new();
        ProcessResult[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => sandbox.LocaldAsync("ca", "--pem")));
        Assert.All(results, result => Assert.Equal(results[0].ShouldExit(0).Out, result.ShouldExit(0).Out));
        Assert.Contains("BEGIN CERTIFICATE", results[0].Out);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_full_disk_is_said_and_leaves_no_partial_file()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync([], "mount -t tmpfs -o size=4k tmpfs /mnt");
        sandbox.Variables["LOCALD_HOME"] = "/mnt";
        (await sandbox.ShellAsync("head -c 4096 /dev/zero > /mnt/filler")).ShouldExit(0);
        ProcessResult result = await sandbox.LocaldAsync("serve", "--https", $"127.0.0.1:{RunningLocald.FreePort()}", "--http", "off");
        result.ShouldExit(1);
        Assert.StartsWith("locald: ", result.Error);
        Assert.Contains("/mnt", result.Error);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.Equal("", (await sandbox.ShellAsync("ls -A /mnt | grep '\\.pem' || true")).Out);

        (await sandbox.ShellAsync("rm /mnt/filler; mount -o remount,size=1m /mnt")).ShouldExit(0);
        (await sandbox.LocaldAsync("ca", "--pem")).ShouldExit(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_read_only_home_is_said()
    {
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync([], "mount -t tmpfs -o ro tmpfs /mnt");
        sandbox.Variables["LOCALD_HOME"] = "/mnt/state";
        ProcessResult result = await sandbox.LocaldAsync("serve", "--https", $"127.0.0.1:{RunningLocald.FreePort()}", "--http", "off");
        Assert.True(result.Code is 1 or 5, result.ToString());
        Assert.StartsWith("locald: ", result.Error);
        Assert.Contains("/mnt/state", result.Error);
        Assert.Contains("\n  try: ", result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_others_can_read_is_refused_with_the_command_that_mends_it()
    {
        await using Sandbox sandbox = new();
        (await sandbox.LocaldAsync("ca", "--pem")).ShouldExit(0);
        (await sandbox.ShellAsync($"chmod 644 {sandbox.RootKey}")).ShouldExit(0);
        ProcessResult result = await sandbox.LocaldAsync("serve", "--https", $"127.0.0.1:{RunningLocald.FreePort()}", "--http", "off");
        Assert.NotEqual(0, result.Code);
        Assert.Contains($"try: chmod 600 {sandbox.RootKey}", result.Error);
    }
}

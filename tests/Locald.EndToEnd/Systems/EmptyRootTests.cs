using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Systems;

/// <summary>One static file: it needs nothing of the system it runs on but a kernel.</summary>
public sealed class EmptyRootTests
{
    [Fact(Timeout = 60_000)]
    public async Task It_is_driven_from_outside_as_in_an_empty_image()
    {
        Assert.True(Environment.IsPrivilegedProcess, "chroot needs root: run ./build.sh test as root");
        await using Sandbox sandbox = new();
        string root = sandbox.At("root");
        Directory.CreateDirectory(root);
        File.Copy(LocaldBinary.Path, Path.Combine(root, "locald"));
        sandbox.Variables["LOCALD_HOME"] = "/";
        ProcessResult result = await sandbox.RunAsync("sh", [Assets.SystemScript("outside.sh"), root, "chroot", root, "/locald"]);
        Assert.EndsWith("outside: passed\n", result.ShouldExit(0).Out);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("HOME", "LOCALD_HOME")]
    [InlineData("LOCALD_HOME", "HOME")]
    public async Task It_serves_from_a_root_that_holds_nothing_else(string known, string unset)
    {
        Assert.True(Environment.IsPrivilegedProcess, "chroot needs root: run ./build.sh test as root");
        await using Upstream upstream = Upstream.Saying("from outside");
        await using Sandbox sandbox = new();
        string root = sandbox.At("root");
        Directory.CreateDirectory(root);
        File.Copy(LocaldBinary.Path, Path.Combine(root, "locald"));
        sandbox.Variables[known] = "/";
        sandbox.Variables.Remove(unset);
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", (await sandbox.RunAsync("chroot", [root, "/locald", "version"])).ShouldExit(0).Out);

        int port = RunningLocald.FreePort();
        await using ChildProcess locald = sandbox.Start("chroot",
            [root, "/locald", "serve", $"app={upstream.Port}", "--https", $"127.0.0.1:{port}", "--http", "off", "--ready-file", "/ready"]);
        await locald.UntilAsync(() => File.Exists(Path.Combine(root, "ready")), "locald's ready file", TimeSpan.FromSeconds(20));
        string pem = sandbox.Write("root.pem", (await sandbox.RunAsync("chroot", [root, "/locald", "ca", "--pem"])).ShouldExit(0).Out);
        ProcessResult curl = await sandbox.RunAsync("curl", ["-sS", "--cacert", pem, $"https://app.localhost:{port}"]);
        Assert.Equal("from outside", curl.ShouldExit(0).Out);
        locald.Signal(Posix.SigTerm);
        (await locald.EndAsync(TimeSpan.FromSeconds(15))).ShouldExit(0);
    }
}

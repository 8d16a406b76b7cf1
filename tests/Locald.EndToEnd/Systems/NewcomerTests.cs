using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Systems;

/// <summary>The install line with a release's own archive, then everything once, and gone again.</summary>
public sealed class NewcomerTests(DebianRoots roots) : IClassFixture<DebianRoots>
{
    [Theory(Timeout = 400_000)]
    [InlineData("bookworm")]
    [InlineData("trixie")]
    public async Task It_is_installed_used_and_removed_and_every_file_is_as_it_was_on(string release)
    {
        Assert.True(Environment.IsPrivilegedProcess, "chroot needs root: run ./build.sh test as root");
        string root = await roots.PathOf(release);
        await using Sandbox sandbox = await Sandbox.WithPrivateAsync([], $"""
            {DebianRoots.InMemory(root)}
            cp {Assets.SystemScript("newcomer.sh")} {Release.At("install.sh")} {Release.Archive} {root}/tmp
            """);
        sandbox.Variables["HOME"] = "/root";
        sandbox.Variables.Remove("LOCALD_HOME");
        ProcessResult result = await sandbox.RunAsync(
            "chroot", [root, "/bin/sh", "/tmp/newcomer.sh", "/tmp/install.sh", $"/tmp/{Path.GetFileName(Release.Archive)}"], limit: TimeSpan.FromMinutes(3));
        Assert.Matches("\nnewcomer: passed, [0-9]+ files and folders are as they were\n$", result.ShouldExit(0).Out);
    }
}

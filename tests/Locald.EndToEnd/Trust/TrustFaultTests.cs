using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>What goes wrong around NSS databases: what can be done is done, the rest is told, and the next run completes it.</summary>
public sealed class TrustFaultTests
{
    [Fact(Timeout = 120_000)]
    public async Task Two_at_once_put_one_root_into_each_database()
    {
        await using Sandbox sandbox = new();
        NssHome home = new(sandbox);
        await home.DatabaseAsync(".pki/nssdb");
        ProcessResult[] both = await Task.WhenAll(home.TrustAsync(), home.TrustAsync());
        Assert.All(both, result => result.ShouldExit(0));
        await home.ShouldHoldOneRootEachAsync(2);
        Assert.Equal(1, await ProfilesAsync(sandbox));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("state/stores")]
    [InlineData("home/*.locald-new")]
    [InlineData("home/cert9.db")]
    [InlineData("home/compatibility.ini")]
    public async Task Killed_in_the_midst_the_next_run_completes_it(string sign)
    {
        await using Sandbox sandbox = new();
        NssHome home = new(sandbox);
        await using (ChildProcess trust = sandbox.Start(LocaldBinary.Path, ["trust", "--store", "nss"]))
        {
            string folder = sandbox.At(Path.GetDirectoryName(sign)!);
            bool Seen() => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder, Path.GetFileName(sign), SearchOption.AllDirectories).Any();
            await trust.UntilAsync(() => Seen() || trust.HasExited, sign, Sandbox.Limit);
            await sandbox.ShellAsync($"kill -9 {trust.Id}");
            await trust.EndAsync(Sandbox.Limit);
        }

        (await home.TrustAsync()).ShouldExit(0);
        await home.ShouldHoldOneRootEachAsync(2);
        Assert.Equal(1, await ProfilesAsync(sandbox));
        Assert.Contains("already", (await home.TrustAsync()).ShouldExit(0).Out);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_full_disk_is_told_and_once_there_is_room_the_next_run_completes_it()
    {
        using TempFolder folder = new();
        await using Sandbox sandbox = await WithHomeAsync(folder, "mount -t tmpfs -o size=300k tmpfs $HOME");
        NssHome home = new(sandbox);
        ProcessResult full = (await home.TrustAsync()).ShouldExit(1);
        Assert.Contains("the disk is full", full.Error);
        Assert.Contains("  try: df -h ", full.Error);
        (await sandbox.ShellAsync("mount -o remount,size=64m $HOME")).ShouldExit(0);
        (await home.TrustAsync()).ShouldExit(0);
        await home.ShouldHoldOneRootEachAsync(2);
        Assert.Equal(1, await ProfilesAsync(sandbox));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_home_that_is_mounted_read_only_is_told_and_left_as_it_is()
    {
        using TempFolder folder = new();
        await using Sandbox sandbox = await WithHomeAsync(folder, "mount -t tmpfs tmpfs $HOME");
        NssHome home = new(sandbox);
        await home.DatabaseAsync(".pki/nssdb");
        (await sandbox.ShellAsync("mount -o remount,ro $HOME")).ShouldExit(0);
        ProcessResult refused = (await home.TrustAsync()).ShouldExit(5);
        Assert.Contains("(~/.pki/nssdb): this user may not change it", refused.Error);
        Assert.Contains("  try: ls -ld ", refused.Error);
        Assert.Equal(["./.pki/nssdb 0"], await home.RootsAsync());
        (await sandbox.ShellAsync("mount -o remount,rw $HOME")).ShouldExit(0);
        (await home.TrustAsync()).ShouldExit(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_database_of_another_user_is_named_and_the_others_go_on()
    {
        await using Sandbox sandbox = new();
        NssHome home = new(sandbox);
        string theirs = await home.DatabaseAsync(".pki/nssdb");
        await home.DatabaseAsync(".mozilla/firefox/mine");
        (await sandbox.ShellAsync($"chown -R 4000 {theirs}")).ShouldExit(0);
        ProcessResult trust = (await home.TrustAsync()).ShouldExit(5);
        Assert.Contains($"{theirs} belongs to another user (number 4000)", trust.Error);
        Assert.Equal(["./.mozilla/firefox/mine 1", "./.pki/nssdb 0"], (await home.RootsAsync()).Where(r => !r.Contains(".default-", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 120_000)]
    public async Task Nonsense_in_the_browsers_own_files_does_no_harm()
    {
        await using Sandbox sandbox = new();
        NssHome home = new(sandbox);
        await home.DatabaseAsync(".mozilla/firefox/good");
        sandbox.Write("home/.mozilla/firefox/profiles.ini", $"""
            Path=before any section
            [Profile-1]
            Path=good
            [Profile99999999999999999999]
            IsRelative=0
            Path=/nowhere/at/all
            [Profile1
            Path=good/../good
            [Profile2]
            Path=loop/x
            [Profile3]
            Path=\0{new string('x', 10_000)}
            [Install]
            Default=
            """);
        (await sandbox.ShellAsync("""
            ln -s loop "$HOME/.mozilla/firefox/loop"
            ln -s .librewolf "$HOME/.librewolf"
            mkdir -p "$HOME/.zen" "$HOME/.waterfox" "$HOME/.floorp" "$HOME/.thunderbird/profiles.ini" "$HOME/.config"
            head -c 3000000 /dev/urandom > "$HOME/.zen/profiles.ini"
            mkfifo "$HOME/.waterfox/profiles.ini"
            ln -s profiles.ini "$HOME/.floorp/profiles.ini"
            ln -s ../.mozilla "$HOME/.config/mozilla"
            mkdir -p "$HOME/.pki/nssdb/cert9.db"
            mkdir -p "$HOME/.local/share/pki/nssdb" && mkfifo "$HOME/.local/share/pki/nssdb/cert9.db"
            """)).ShouldExit(0);
        ProcessResult trust = (await home.TrustAsync()).ShouldExit(1);
        Assert.Equal(2, trust.Error.Split('\n').Count(l => l.Contains("is no ordinary file")));
        Assert.Contains("./.mozilla/firefox/good 1", (await sandbox.ShellAsync(
            "cd $HOME; echo ./.mozilla/firefox/good $(certutil -L -d sql:.mozilla/firefox/good | grep -c '^locald CA')")).Out);
        Assert.DoesNotContain("   at ", trust.Error);
    }

    [Fact(Timeout = 1_200_000)]
    public async Task Five_hundred_profiles_are_all_trusted_and_all_given_back()
    {
        await using Sandbox sandbox = new();
        NssHome home = new(sandbox);
        string first = await home.DatabaseAsync(".mozilla/firefox/p1");
        (await sandbox.ShellAsync($"""
            cd {first}/..
            for i in $(seq 500); do
                [ $i = 1 ] || cp -r p1 p$i
                printf '[Profile%s]\nIsRelative=1\nPath=p%s\n\n' $i $i >> profiles.ini
            done
            """)).ShouldExit(0);
        ProcessResult trust = await sandbox.RunAsync(LocaldBinary.Path, ["trust", "--store", "nss"], limit: TimeSpan.FromMinutes(9));
        Assert.Equal(500, trust.ShouldExit(0).Out.Split('\n').Count(l => l.StartsWith("Firefox profile p", StringComparison.Ordinal) && l.Contains("  TRUSTED  ")));
        ProcessResult untrust = await sandbox.RunAsync(LocaldBinary.Path, ["untrust", "--store", "nss"], limit: TimeSpan.FromMinutes(9));
        Assert.Equal(500, untrust.ShouldExit(0).Out.Split('\n').Count(l => l.StartsWith("Firefox profile p", StringComparison.Ordinal) && l.Contains("  MISSING  ")));
    }

    /// <summary>A sandbox whose home folder is a mount of its own.</summary>
    private static async Task<Sandbox> WithHomeAsync(TempFolder folder, string mount)
    {
        string home = folder.At("home");
        Directory.CreateDirectory(home);
        Sandbox sandbox = await Sandbox.WithPrivateAsync([], $"HOME={home}; {mount}");
        sandbox.Variables["HOME"] = home;
        return sandbox;
    }

    /// <summary>How many profiles Firefox would offer.</summary>
    private static async Task<int> ProfilesAsync(Sandbox sandbox) =>
        int.Parse((await sandbox.ShellAsync("find $HOME -name profiles.ini -exec cat {} + | grep -c '^\\[Profile'")).Out);
}

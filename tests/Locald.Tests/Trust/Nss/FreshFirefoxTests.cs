using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

[SupportedOSPlatform("linux")]
public sealed class FreshFirefoxTests : IDisposable
{
    private readonly FakeHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("153.7.0", "", ".config/mozilla/firefox")]
    [InlineData("153.7.0", ".mozilla", ".config/mozilla/firefox")]
    [InlineData("153.7.0", ".mozilla/firefox", ".mozilla/firefox")]
    [InlineData("140.12.0", "", ".mozilla/firefox")]
    public void A_profile_is_laid_where_this_version_looks(string version, string existing, string root)
    {
        _home.Firefox(version: version);
        _home.Folder(existing);
        NssDatabase database = Assert.Single(_home.Databases);
        Assert.Matches($"^{_home.Path}/{root}/[a-z0-9]{{8}}\\.default-esr$", database.Folder);
        Assert.Equal([_home.Linux.At("/usr/lib/firefox-esr")], database.LibraryFolders);
        Assert.Equal([$"{database.Folder}/compatibility.ini", $"{_home.Path}/{root}/profiles.ini"], database.Companions.Select(c => c.Path));
        Assert.Contains("LastPlatformDir=/usr/lib/firefox-esr\n", database.Companions[0].Content);
        Assert.Contains($"Path={Path.GetFileName(database.Folder)}\nDefault=1\n", database.Companions[1].Content);
        Assert.Empty(_home.Idle);
    }

    [Fact]
    public void It_has_the_same_name_in_every_run_and_another_in_every_home()
    {
        _home.Firefox();
        Assert.Equal(_home.Found, _home.Found);
        using FakeHome other = new();
        other.Firefox();
        Assert.NotEqual(_home.Found, other.Found);
    }

    [Theory]
    [InlineData("firefox-esr", "default-esr")]
    [InlineData("firefox-nightly", "default-nightly")]
    [InlineData("firefox", "default-release")]
    public void It_is_named_as_that_Firefox_would(string origin, string name)
    {
        _home.Firefox("/opt/firefox", origin: origin);
        Assert.EndsWith($".{name}", Assert.Single(_home.Databases).Folder);
    }

    [Fact]
    public void The_folder_that_the_browser_itself_sees_is_the_one_behind_links()
    {
        _home.Firefox("/opt/firefox-153.0");
        _home.Linux.Link("/opt/firefox", "firefox-153.0");
        Assert.Contains("LastPlatformDir=/opt/firefox-153.0\n", Assert.Single(_home.Databases).Companions[0].Content);
    }

    [Theory]
    [InlineData(".mozilla/firefox/profiles.ini")]
    [InlineData(".config/mozilla/firefox/profiles.ini")]
    public void Where_there_are_profiles_none_is_made(string ini)
    {
        _home.Firefox();
        _home.Write(ini, "[General]\nVersion=2\n");
        Assert.Empty(_home.Found);
    }

    [Fact]
    public void Once_laid_it_is_a_profile_like_others()
    {
        _home.Firefox();
        NssDatabase fresh = Assert.Single(_home.Databases);
        _home.Profile(fresh.Folder[(_home.Path.Length + 1)..]);
        foreach (CompanionFile file in fresh.Companions)
        {
            File.WriteAllText(file.Path, file.Content);
        }

        NssDatabase now = Assert.Single(_home.Databases);
        Assert.Equal(fresh.Folder, now.Folder);
        Assert.Empty(now.Companions);
        Assert.Equal(fresh.LibraryFolders[0], now.LibraryFolders[0]);
        Assert.Empty(_home.Idle);
    }

    [Fact]
    public void A_second_installation_that_never_ran_is_told()
    {
        _home.Firefox();
        _home.Firefox("/opt/firefox", origin: "firefox");
        Assert.Single(_home.Found);
        Assert.Equal(["Firefox in /opt/firefox"], _home.Idle);

        _home.Profile(".mozilla/firefox/a");
        _home.Write(".mozilla/firefox/a/compatibility.ini", "[Compatibility]\nLastPlatformDir=/opt/firefox\n");
        _home.Write(".mozilla/firefox/profiles.ini", "[Profile0]\nPath=a\n[InstallAA]\nDefault=a\n");
        Assert.Equal(["Firefox in /usr/lib/firefox-esr"], _home.Idle);

        // Two that share a profile both ran.
        _home.Write(".mozilla/firefox/profiles.ini", "[Profile0]\nPath=a\n[InstallAA]\nDefault=a\n[InstallBB]\nDefault=a\n");
        Assert.Empty(_home.Idle);
    }

    [Fact]
    public void Developer_Edition_snaps_flatpaks_and_kin_are_told_and_nothing_is_laid_for_them()
    {
        _home.Firefox("/usr/lib/firefox-devedition");
        _home.Firefox("/opt/zen");
        _home.Linux.Folder("/snap/firefox/current");
        _home.Linux.Folder("/var/lib/flatpak/app/io.gitlab.librewolf-community");
        _home.Firefox("/usr/lib/thunderbird");
        Assert.Empty(_home.Found);
        Assert.Equal(["Firefox in /usr/lib/firefox-devedition", "Firefox (snap)", "LibreWolf (flatpak)", "Zen in /opt/zen"], _home.Idle);

        using X509Certificate2 root = TestRoots.Create();
        NeverStarted store = NeverStarted.Find(_home.Linux.Machine, UserFolders.Of(_home.Context)!)[0];
        Assert.Equal(StoreState.Unavailable, store.Probe(root).State);
        Assert.Contains("start it once", store.Install(root).Detail);
        Assert.Empty(store.PlanInstall(root, store.Probe(root), "/x"));
    }
}

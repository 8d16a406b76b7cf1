using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Tests.Trust.Policy;
using Locald.Trust;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

[SupportedOSPlatform("linux")]
public sealed class MozillaProfilesTests : IDisposable
{
    private readonly FakeHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(".mozilla/firefox", "Firefox")]
    [InlineData(".config/mozilla/firefox", "Firefox")]
    [InlineData(".mozilla/firefox-trunk", "Firefox")]
    [InlineData("snap/firefox/common/.mozilla/firefox", "Firefox (snap)")]
    [InlineData("snap/firefox/current/.config/mozilla/firefox", "Firefox (snap)")]
    [InlineData(".var/app/org.mozilla.firefox/.mozilla/firefox", "Firefox (flatpak)")]
    [InlineData(".var/app/org.mozilla.firefox/config/mozilla/firefox", "Firefox (flatpak)")]
    [InlineData(".librewolf", "LibreWolf")]
    [InlineData(".config/librewolf/librewolf", "LibreWolf")]
    [InlineData(".var/app/io.gitlab.librewolf-community/.librewolf", "LibreWolf (flatpak)")]
    [InlineData(".zen", "Zen")]
    [InlineData(".config/zen", "Zen")]
    [InlineData(".var/app/io.github.zen_browser.zen/.zen", "Zen (flatpak)")]
    [InlineData(".waterfox", "Waterfox")]
    [InlineData(".floorp", "Floorp")]
    [InlineData(".config/floorp", "Floorp")]
    [InlineData(".thunderbird", "Thunderbird")]
    [InlineData("snap/thunderbird/common/.thunderbird", "Thunderbird (snap)")]
    [InlineData(".var/app/net.thunderbird.Thunderbird/.thunderbird", "Thunderbird (flatpak)")]
    public void A_profile_is_found_wherever_browsers_keep_theirs(string root, string name)
    {
        _home.Write($"{root}/profiles.ini", "[Profile0]\nPath=a b.default\nIsRelative=1\n");
        _home.Profile($"{root}/a b.default");
        NssDatabase database = Assert.Single(_home.Databases);
        Assert.Equal($"{_home.Path}/{root}/a b.default", database.Folder);
        Assert.Equal($"{name} profile a b.default", database.Title);
        Assert.True(database.Exists);
    }

    [Fact]
    public void Both_places_and_every_profile_in_them_are_found_in_one_order()
    {
        string disk = _home.Linux.At("/disk/c");
        _home.Write(".mozilla/firefox/profiles.ini", $"[Profile1]\nPath=b\n[Profile0]\nPath=a\n[Profile2]\nPath=gone\n[Profile3]\nIsRelative=0\nPath={disk}\n");
        _home.Write(".config/mozilla/firefox/profiles.ini", "[Profile0]\nPath=z\n");
        foreach (string profile in new[] { ".mozilla/firefox/a", ".mozilla/firefox/b", ".config/mozilla/firefox/z", ".mozilla/firefox/unnamed", ".mozilla/firefox/Profiles/menu" })
        {
            _home.Profile(profile);
        }

        _home.Folder(".mozilla/firefox/Crash Reports");
        _home.Linux.Write("/disk/c/cert9.db", "");
        string[] found = _home.Found;
        Assert.Equal(
            new[] { "/disk/c", ".mozilla/firefox/a", ".mozilla/firefox/b", ".mozilla/firefox/Profiles/menu", ".mozilla/firefox/unnamed", ".config/mozilla/firefox/z" }.Order(),
            found.Order());
        Assert.Equal(found, _home.Found);
        Assert.True(Array.IndexOf(found, ".mozilla/firefox/a") < Array.IndexOf(found, ".mozilla/firefox/b"));
    }

    [Fact]
    public void A_profile_that_was_made_and_never_used_is_listed_and_has_no_database()
    {
        _home.Write(".mozilla/firefox/profiles.ini", "[Profile0]\nPath=new\n");
        _home.Folder(".mozilla/firefox/new");
        Assert.False(Assert.Single(_home.Databases).Exists);
    }

    [Fact]
    public void A_profile_is_written_by_the_Firefox_that_used_it_last()
    {
        _home.Firefox();
        _home.Firefox("/opt/firefox");
        string elsewhere = _home.Linux.At("/srv/a firefox");
        _home.Linux.Write("/srv/a firefox/libnss3.so", "");
        _home.Write(".mozilla/firefox/profiles.ini", "");
        _home.Profile(".mozilla/firefox/a");
        _home.Write(".mozilla/firefox/a/compatibility.ini", "[Compatibility]\r\nLastVersion=1\r\nLastPlatformDir=/srv/a firefox\r\n");
        _home.Profile(".mozilla/firefox/b");
        _home.Write(".mozilla/firefox/b/compatibility.ini", "[Compatibility]\nLastPlatformDir=/gone\n");
        string[] usual = [_home.Linux.At("/usr/lib/firefox-esr"), _home.Linux.At("/opt/firefox")];
        Assert.Equal([elsewhere, .. usual], _home.Databases[0].LibraryFolders);
        Assert.Equal(usual, _home.Databases[1].LibraryFolders);
    }

    [Fact]
    public void A_profile_that_nothing_names_any_more_is_still_its_Firefoxs()
    {
        _home.Firefox();
        _home.Profile("elsewhere");
        _home.Profile("chrome");
        _home.Write("elsewhere/compatibility.ini", "[Compatibility]\nLastPlatformDir=/usr/lib/firefox-esr\n");
        Assert.Equal(_home.Linux.At("/usr/lib/firefox-esr"), NssDatabases.Remembered($"{_home.Path}/elsewhere", _home.Context, _home.Linux.Machine)?.LibraryFolders[0]);
        Assert.Empty(NssDatabases.Remembered($"{_home.Path}/chrome", _home.Context, _home.Linux.Machine)!.LibraryFolders);
        Assert.Null(NssDatabases.Remembered($"{_home.Path}/gone", _home.Context, _home.Linux.Machine));

        // The one that used it was removed since: another of the family is nearer to it than the system's.
        _home.Write("elsewhere/compatibility.ini", "[Compatibility]\nLastPlatformDir=/opt/gone\n");
        Assert.Equal([_home.Linux.At("/usr/lib/firefox-esr")], NssDatabases.Remembered($"{_home.Path}/elsewhere", _home.Context, _home.Linux.Machine)!.LibraryFolders);
    }

    [Fact]
    public void A_profile_that_a_killed_run_was_making_is_none()
    {
        _home.Profile(".mozilla/firefox/a.locald-new");
        Assert.Empty(_home.Found);
    }

    [Fact]
    public void A_flatpaks_own_libraries_are_found()
    {
        _home.Profile(".var/app/org.mozilla.firefox/.mozilla/firefox/a");
        _home.Linux.Write("/var/lib/flatpak/app/org.mozilla.firefox/current/active/files/lib/firefox/libnss3.so", "");
        Assert.EndsWith("/active/files/lib/firefox", Assert.Single(Assert.Single(_home.Databases).LibraryFolders));
    }

    [Fact]
    public void Links_in_a_circle_and_names_of_one_folder_do_no_harm()
    {
        _home.Profile(".mozilla/firefox/a");
        _home.Link(".mozilla/firefox/again", "a");
        _home.Link(".mozilla/firefox/self", "self");
        _home.Link(".mozilla/firefox/up", "..");
        _home.Link(".config/mozilla", "../.mozilla");
        string[] paths = ["Path=a", "Path=again", "Path=self", "Path=up/firefox/a", $"IsRelative=0\nPath={_home.Path}/.mozilla/firefox/a"];
        _home.Write(".mozilla/firefox/profiles.ini", string.Concat(paths.Select((p, i) => $"[Profile{i}]\n{p}\n")));
        string profile = Assert.Single(_home.Found, f => f.EndsWith("/a", StringComparison.Ordinal));
        Assert.Equal(".mozilla/firefox/a", profile);
        _home.Link(".librewolf", ".librewolf");
        Assert.Equal(_home.Found.Length, _home.Found.Distinct().Count());
    }

    [Fact]
    public void The_Tor_Browser_is_left_alone()
    {
        _home.Profile(".local/share/torbrowser/tbb/x86_64/tor-browser/Browser/TorBrowser/Data/Browser/profile.default");
        Assert.Empty(_home.Found);
    }

    [Fact]
    public void A_profile_of_another_user_is_named_and_left_alone()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        _home.Profile(".mozilla/firefox/mine");
        _home.Profile(".mozilla/firefox/theirs");
        Shell.Run($"chown -R 4000 {_home.Path}/.mozilla/firefox/theirs");
        Assert.Equal([null, 4000u], _home.Databases.Select(d => d.ForeignOwner));

        ITrustStore store = NssStores.Find(_home.Context, _home.Linux.Machine)[1];
        using X509Certificate2 root = TestRoots.Create();
        StoreStatus status = store.Probe(root);
        Assert.Equal((StoreState.Broken, TrustFault.NotPermitted), (status.State, status.Fault));
        Assert.Contains("belongs to another user (number 4000)", status.Detail);
        Assert.Equal($"sudo chown -R \"$(id -u)\" {_home.Path}/.mozilla/firefox/theirs", status.Hints[0]);
        Assert.Equal(TrustFault.NotPermitted, store.Install(root).Fault);
        Assert.Equal(StoreOutcome.Already, store.Remove(root).Outcome);

        // A container's root in somebody's home acts for whoever owns that.
        Shell.Run($"chown -R 4000 {_home.Path}");
        Assert.All(_home.Databases, d => Assert.Null(d.ForeignOwner));
    }

    [Fact(Timeout = 60_000)]
    public async Task Five_hundred_profiles_are_found_in_a_moment()
    {
        _home.Firefox();
        string ini = "";
        for (int i = 0; i < 500; i++)
        {
            _home.Profile($".mozilla/firefox/{i:0000}.profile");
            _home.Write($".mozilla/firefox/{i:0000}.profile/compatibility.ini", "[Compatibility]\nLastPlatformDir=/usr/lib/firefox-esr\n");
            ini += $"[Profile{i}]\nName={i}\nIsRelative=1\nPath={i:0000}.profile\n\n";
        }

        _home.Write(".mozilla/firefox/profiles.ini", ini);
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Equal(500, (await Task.Run(() => _home.Databases, TestContext.Current.CancellationToken)).Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"500 profiles: {watch.Elapsed.TotalMilliseconds:0} ms");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }
}

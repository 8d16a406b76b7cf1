using System.Runtime.Versioning;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

[SupportedOSPlatform("linux")]
public sealed class NssDatabasesTests : IDisposable
{
    private readonly FakeLinux _linux = new("ID=debian\n");
    private readonly Dictionary<string, string> _variables = [];
    private UserIdentity? _behindSudo;

    public NssDatabasesTests() => _linux.Folder("/home/u");

    private string Home => _linux.At("/home/u");

    public void Dispose() => _linux.Dispose();

    [Fact]
    public void Without_a_browser_and_without_a_database_there_is_nothing() => Assert.Empty(Find());

    [Theory]
    [InlineData("/usr/bin/chromium")]
    [InlineData("/opt/bin/google-chrome-stable")]
    [InlineData("/usr/bin/brave-browser")]
    [InlineData("/usr/bin/microsoft-edge")]
    public void A_browser_that_never_ran_gets_its_database_where_it_would_make_it(string program)
    {
        _linux.Tool(program, "");
        NssDatabase database = Assert.Single(Find());
        Assert.Equal(($"{Home}/.local/share/pki/nssdb", false), (database.Folder, database.Exists));
        Assert.Empty(database.LibraryFolders);
    }

    [Theory]
    [InlineData("~/.pki/nssdb", new[] { ".pki/nssdb" })]
    [InlineData("~/.local/share/pki/nssdb", new[] { ".local/share/pki/nssdb" })]
    [InlineData("~/.pki/nssdb ~/.local/share/pki/nssdb", new[] { ".pki/nssdb", ".local/share/pki/nssdb" })]
    [InlineData("~/snap/chromium/current/.pki/nssdb", new[] { "snap/chromium/current/.pki/nssdb" })]
    [InlineData("~/snap/chromium/current/.local/share/pki/nssdb", new[] { "snap/chromium/current/.bashrc" })]
    [InlineData("~/snap/brave/common/.pki/nssdb", new[] { "snap/brave/common/.pki/nssdb" })]
    [InlineData("~/.var/app/com.google.Chrome/.pki/nssdb", new[] { ".var/app/com.google.Chrome/.pki/nssdb" })]
    [InlineData("~/.var/app/com.google.Chrome/data/pki/nssdb", new[] { ".var/app/com.google.Chrome/config" })]
    public void Chromiums_databases_are_found_where_they_are(string found, string[] folders)
    {
        folders.ToList().ForEach(f => _linux.Folder($"/home/u/{f}"));
        Assert.Equal(found, string.Join(' ', Find().Select(d => d.Folder.Replace(Home, "~"))));
    }

    [Theory]
    [InlineData("Firefox", ".mozilla/firefox")]
    [InlineData("Firefox", ".config/mozilla/firefox")]
    [InlineData("Firefox (snap)", "snap/firefox/common/.mozilla/firefox")]
    [InlineData("Firefox (flatpak)", ".var/app/org.mozilla.firefox/.mozilla/firefox")]
    [InlineData("Firefox (flatpak)", ".var/app/org.mozilla.firefox/config/mozilla/firefox")]
    [InlineData("LibreWolf", ".librewolf")]
    [InlineData("LibreWolf (flatpak)", ".var/app/io.gitlab.librewolf-community/.librewolf")]
    [InlineData("Zen", ".zen")]
    [InlineData("Zen (flatpak)", ".var/app/app.zen_browser.zen/.zen")]
    [InlineData("Thunderbird", ".thunderbird")]
    [InlineData("Thunderbird (snap)", "snap/thunderbird/common/.thunderbird")]
    [InlineData("Waterfox", ".waterfox")]
    [InlineData("Floorp", ".floorp")]
    public void Profiles_of_every_kind_are_found_in_every_place(string name, string root)
    {
        _linux.Write($"/home/u/{root}/profiles.ini", "[Profile0]\nName=x\nIsRelative=1\nPath=Profiles/abcd.default\n");
        _linux.Folder($"/home/u/{root}/Profiles/abcd.default");
        NssDatabase database = Assert.Single(Find());
        Assert.Equal(($"{name} profile abcd.default", $"{Home}/{root}/Profiles/abcd.default"), (database.Title, database.Folder));
    }

    [Fact]
    public void The_users_own_folders_are_followed_but_not_roots_under_sudo()
    {
        _variables["XDG_CONFIG_HOME"] = $"{Home}/conf";
        _variables["XDG_DATA_HOME"] = $"{Home}/data";
        _linux.Folder("/home/u/data/pki/nssdb");
        _linux.Write("/home/u/conf/mozilla/firefox/profiles.ini", "[Profile0]\nPath=a\nIsRelative=1\n");
        _linux.Folder("/home/u/conf/mozilla/firefox/a");
        Assert.Equal(2, Find().Count);
        _behindSudo = new(1000, 1000);
        Assert.Empty(Find());
    }

    [Fact]
    public void Absolute_paths_are_followed_and_one_folder_is_one_database()
    {
        _linux.Folder("/elsewhere/a b");
        _linux.Folder("/home/u/.mozilla/firefox");
        File.CreateSymbolicLink($"{Home}/.mozilla/firefox/link", _linux.At("/elsewhere/a b"));
        _linux.Write("/home/u/.mozilla/firefox/profiles.ini",
            $"\uFEFF[Profile0]\r\nIsRelative=0\r\nPath={_linux.At("/elsewhere/a b")}\r\n[profile1]\r\nisrelative = 1\r\npath = link\r\n[Profile2]\r\nPath=gone\r\n; Path=x\r\n");
        Assert.Equal(_linux.At("/elsewhere/a b"), Assert.Single(Find()).Folder);
    }

    [Fact]
    public void The_installation_that_used_a_profile_last_gives_its_libraries()
    {
        _linux.Write("/opt/my-firefox/libnss3.so", "");
        _linux.Write("/usr/lib/firefox-esr/libnss3.so", "");
        _linux.Write("/home/u/.mozilla/firefox/p/cert9.db", "");
        _linux.Write("/home/u/.mozilla/firefox/p/compatibility.ini", $"[Compatibility]\nLastPlatformDir={_linux.At("/opt/my-firefox")}\n");
        Assert.Equal([_linux.At("/opt/my-firefox"), _linux.At("/usr/lib/firefox-esr")], Assert.Single(Find()).LibraryFolders);
    }

    [Theory]
    [InlineData("153.7.0", ".config/mozilla/firefox")]
    [InlineData("140.1.0", ".mozilla/firefox")]
    public void A_Firefox_that_never_ran_gets_a_profile_that_its_first_start_takes(string version, string root)
    {
        _linux.Write("/usr/lib/firefox-esr/libnss3.so", "");
        _linux.Write("/usr/lib/firefox-esr/application.ini", $"[App]\nName=Firefox\nRemotingName=firefox-esr\nVersion={version}\nBuildID=20260101000000\n");
        NssDatabase database = Assert.Single(Find());
        Assert.StartsWith($"{Home}/{root}/", database.Folder);
        Assert.Matches(@"/[a-z0-9]{8}\.default-esr$", database.Folder);
        Assert.Equal(["compatibility.ini", "profiles.ini"], database.Companions.Select(c => Path.GetFileName(c.Path)));
        Assert.Contains("LastPlatformDir=/usr/lib/firefox-esr\n", database.Companions[0].Content);
        Assert.Contains($"Path={Path.GetFileName(database.Folder)}\n", database.Companions[1].Content);

        _linux.Write($"/home/u/{root}/profiles.ini", "");
        Assert.Empty(Find());
    }

    [Fact]
    public void Loops_of_links_and_nonsense_end()
    {
        _linux.Folder("/home/u/.mozilla/firefox");
        File.CreateSymbolicLink($"{Home}/.mozilla/firefox/loop", $"{Home}/.mozilla/firefox/loop");
        File.CreateSymbolicLink($"{Home}/.mozilla/firefox/up", $"{Home}/.mozilla");
        File.CreateSymbolicLink($"{Home}/.pki", $"{Home}/.pki");
        _linux.Write("/home/u/.mozilla/firefox/profiles.ini", "[Profile0]\nPath=loop\nIsRelative=1\n[Profile1]\nPath=up/firefox/up\nIsRelative=1\n[Profile2]\nPath=../../../..\n[Profile3]\nPath=\u0000\n[[[\n==\n");
        Assert.All(Find(), d => Assert.True(Directory.Exists(d.Folder)));
    }

    [Fact]
    public void Five_hundred_profiles_are_found_in_the_same_order_each_time_and_thousands_are_bounded()
    {
        string ini = string.Concat(Enumerable.Range(0, 500).Select(i => $"[Profile{i}]\nPath=p{i}\nIsRelative=1\n"));
        _linux.Write("/home/u/.mozilla/firefox/profiles.ini", ini);
        for (int i = 0; i < 500; i++)
        {
            _linux.Folder($"/home/u/.mozilla/firefox/p{i}");
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{Home}/.mozilla/firefox/p{i}"), Find().Select(d => d.Folder));
        byte[] many = System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"[Profile{i}]\nPath=p{i}\n")));
        Assert.Equal(ProfilesIni.MostProfiles, ProfilesIni.Profiles(many, "/x").Count);
    }

    [Fact]
    public void Random_files_give_absolute_paths_or_nothing()
    {
        Random random = new(20260104);
        string[] parts = ["[Profile0]", "[", "]", "Path=", "IsRelative=0", "=", "\n", "\r", "/", "..", "a", "\0", "\u00e9", ";", "#", " "];
        for (int i = 0; i < 30_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => parts[random.Next(parts.Length)]));
            Assert.All(ProfilesIni.Profiles(System.Text.Encoding.UTF8.GetBytes(text), "/home/u/x"), p => Assert.StartsWith("/", p));
        }
    }

    private IReadOnlyList<NssDatabase> Find() =>
        NssDatabases.Find(new TrustContext(Home, _variables.GetValueOrDefault) { RunAs = _behindSudo }, _linux.Machine);
}

using System.Runtime.Versioning;
using Locald.Trust;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

[SupportedOSPlatform("linux")]
public sealed class ChromiumDatabasesTests : IDisposable
{
    private const string Old = ".pki/nssdb";
    private const string New = ".local/share/pki/nssdb";

    private readonly FakeHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(Old, Old)]
    [InlineData(New, New)]
    [InlineData($"{Old} {New}", $"{Old} {New}")]
    [InlineData("", New)]
    [InlineData(".pki", New)]
    public void The_places_that_exist_are_used_and_else_the_new_one(string existing, string found)
    {
        _home.Linux.Tool("/usr/bin/chromium", "");
        existing.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList().ForEach(_home.Folder);
        Assert.Equal(found.Split(' '), _home.Found);
        Assert.All(_home.Databases, d => Assert.Empty(d.LibraryFolders));
    }

    [Fact]
    public void Without_a_browser_nothing_is_made_and_what_exists_is_used()
    {
        Assert.Empty(_home.Found);
        _home.Folder(Old);
        Assert.Equal("Chrome and its kin (~/.pki/nssdb)", Assert.Single(_home.Databases).Title);
    }

    [Theory]
    [InlineData("/usr/bin/google-chrome-stable", "Chrome")]
    [InlineData("/usr/bin/microsoft-edge-beta", "Edge")]
    [InlineData("/opt/bin/brave-browser", "Brave")]
    [InlineData("/usr/bin/vivaldi", "Vivaldi")]
    [InlineData("/usr/bin/opera", "Opera")]
    public void A_browser_is_known_by_its_command(string command, string name)
    {
        _home.Linux.Tool(command, "");
        Assert.Equal($"{name} (~/{New})", Assert.Single(_home.Databases).Title);
        Assert.False(Assert.Single(_home.Databases).Exists);
    }

    [Theory]
    [InlineData(".config/google-chrome-beta", "Chrome")]
    [InlineData(".config/BraveSoftware/Brave-Browser", "Brave")]
    [InlineData(".cache/ms-playwright", "Playwright's and Puppeteer's Chromium")]
    public void A_browser_is_known_by_what_it_keeps_in_the_home(string folder, string name)
    {
        _home.Folder(folder);
        Assert.Equal($"{name} (~/{New})", Assert.Single(_home.Databases).Title);
    }

    [Fact]
    public void The_users_own_data_folder_is_followed_and_the_usual_one_is_not_forgotten()
    {
        _home.Linux.Tool("/usr/bin/chromium", "");
        _home.Variables["XDG_DATA_HOME"] = _home.Linux.At("/data/");
        Assert.Equal(["/data/pki/nssdb"], _home.Found);
        _home.Folder(New);
        Assert.Equal(["/data/pki/nssdb", New], _home.Found);
        _home.Variables["XDG_DATA_HOME"] = "relative";
        Assert.Equal([New], _home.Found);
    }

    [Fact]
    public void Under_sudo_the_variables_are_roots_and_mean_nothing()
    {
        _home.Linux.Tool("/usr/bin/chromium", "");
        _home.Variables["XDG_DATA_HOME"] = _home.Linux.At("/root/data");
        _home.RunAs = new UserIdentity(1000, 1000);
        Assert.Equal([New], _home.Found);
    }

    [Theory]
    [InlineData("chromium", "")]
    [InlineData("chromium", Old)]
    [InlineData("brave", New)]
    public void A_snaps_revision_is_a_home_of_its_own_and_is_listed_once(string snap, string existing)
    {
        _home.Folder($"snap/{snap}/3210/{existing}");
        _home.Folder($"snap/{snap}/common");
        _home.Link($"snap/{snap}/current", "3210");
        Assert.Equal([$"snap/{snap}/current/{(existing.Length > 0 ? existing : New)}"], _home.Found);
    }

    [Fact]
    public void What_a_snap_keeps_for_all_revisions_is_found_too()
    {
        _home.Folder($"snap/chromium/common/{Old}");
        Assert.Equal([$"snap/chromium/common/{Old}"], _home.Found);
        _home.Link("snap/chromium/current", "common");
        Assert.Single(_home.Found);
    }

    [Fact]
    public void A_snap_that_never_ran_is_told_and_its_home_is_not_made_for_it()
    {
        _home.Linux.Folder("/snap/chromium/current");
        Assert.Empty(_home.Found);
        Assert.Equal(["Chromium (snap)"], _home.Idle);
        _home.Folder("snap/chromium/1");
        _home.Link("snap/chromium/current", "1");
        Assert.Empty(_home.Idle);
    }

    [Theory]
    [InlineData(".var/app/com.google.Chrome", ".var/app/com.google.Chrome/data/pki/nssdb")]
    [InlineData(".var/app/com.google.Chrome/.pki/nssdb", ".var/app/com.google.Chrome/.pki/nssdb")]
    [InlineData(".local/share/flatpak/app/org.chromium.Chromium", ".var/app/org.chromium.Chromium/data/pki/nssdb")]
    public void A_flatpak_has_folders_of_its_own_even_before_it_ran(string existing, string found)
    {
        _home.Folder(existing);
        Assert.Equal([found], _home.Found);
        Assert.Contains("(flatpak)", Assert.Single(_home.Databases).Title);
    }

    [Fact]
    public void A_flatpak_for_everybody_counts_before_it_ran()
    {
        _home.Linux.Folder("/var/lib/flatpak/app/com.microsoft.Edge");
        Assert.Equal([".var/app/com.microsoft.Edge/data/pki/nssdb"], _home.Found);
    }

    [Fact]
    public void Two_names_of_one_folder_are_one_database()
    {
        _home.Folder(New);
        _home.Link(".pki", ".local/share/pki");
        Assert.Equal([Old], _home.Found);
    }

    [Fact]
    public void Without_a_home_there_is_nothing()
    {
        Assert.Empty(NssDatabases.Find(new TrustContext(null, _ => null), _home.Linux.Machine));
        Assert.Empty(NssDatabases.Find(new TrustContext(_home.Path + "/none", _ => null), _home.Linux.Machine));
    }
}

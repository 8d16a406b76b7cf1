using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>Firefox before and after <c>locald trust</c>, for each place in which its profiles may lie.</summary>
public sealed class FirefoxTrustTests
{
    private const string Refused = "SEC_ERROR_UNKNOWN_ISSUER";
    private const string Page = "the page";

    [Fact(Timeout = 180_000)]
    public async Task A_Firefox_that_was_never_started_shows_the_page_and_makes_no_second_profile()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        (await machine.TrustAsync()).ShouldExit(0);
        Assert.Equal(Page, await machine.FirefoxShowsAsync());
        string root = Path.Combine(machine.Sandbox.Home, ".config/mozilla/firefox");
        Assert.Single(Directory.GetFiles(root, "cert9.db", SearchOption.AllDirectories));
        (await machine.UntrustAsync()).ShouldExit(0);
        Refuses(await machine.FirefoxShowsAsync());
    }

    [Theory(Timeout = 180_000)]
    [InlineData(null)]
    [InlineData(".mozilla/firefox")]
    public async Task Its_own_profile_gets_the_root_and_gives_it_back(string? folder)
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        if (folder is not null)
        {
            machine.Folder(folder);
        }

        await ComesAndGoes(machine);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_profile_anywhere_on_the_disk_is_found_by_its_absolute_path()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        string profile = Path.GetFullPath(machine.Sandbox.At("a profile elsewhere"));
        Directory.CreateDirectory(profile);
        machine.Sandbox.Write("home/.mozilla/firefox/profiles.ini", $"[Profile0]\nName=away\nIsRelative=0\nPath={profile}\n");
        await ComesAndGoes(machine, profile);
    }

    [Fact(Timeout = 180_000)]
    public async Task Of_two_profiles_the_one_with_a_primary_password_is_told_and_the_other_trusted()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        string open = machine.Folder(".mozilla/firefox/aaaaaaaa.open");
        string locked = machine.Folder(".mozilla/firefox/bbbbbbbb.locked");
        machine.Sandbox.Write("home/.mozilla/firefox/profiles.ini", """
            [Profile0]
            Name=open
            IsRelative=1
            Path=aaaaaaaa.open

            [Profile1]
            Name=locked
            IsRelative=1
            Path=bbbbbbbb.locked
            """);
        await using (Sandbox outside = new())
        {
            (await outside.RunAsync("certutil", ["-N", "-d", $"sql:{locked}", "-f", outside.Write("password", "secret-1\n")])).ShouldExit(0);
        }

        ProcessResult trust = (await machine.TrustAsync()).ShouldExit(1);
        Assert.Contains("locald: trust failed: Firefox profile bbbbbbbb.locked: a primary password protects it", trust.Error);
        Assert.Contains("  try: locald trust --policy\n", trust.Error);
        Assert.Equal(Page, await machine.FirefoxShowsAsync(open));
        Refuses(await machine.FirefoxShowsAsync(locked));
        (await machine.Sandbox.LocaldAsync("status", "--store", "nss")).ShouldExit(3);
        (await machine.UntrustAsync()).ShouldExit(0);
        Refuses(await machine.FirefoxShowsAsync(open));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_snap_has_a_home_of_its_own()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        await ComesAndGoes(machine, null, ("HOME", machine.Folder("snap/firefox/common")));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_flatpak_has_folders_of_its_own()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        string folder = machine.Folder(".var/app/org.mozilla.firefox");
        await ComesAndGoes(machine, null, ("XDG_DATA_HOME", $"{folder}/data"), ("XDG_CONFIG_HOME", $"{folder}/config"));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_running_Firefox_trusts_at_once()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        await using Firefox running = await Firefox.StartAsync(machine.Sandbox);
        Refuses(await running.OpenAsync(machine.Locald.Url("app.localhost")) ?? "the page came");
        (await machine.TrustAsync()).ShouldExit(0);
        Assert.Null(await running.OpenAsync(machine.Locald.Url("app.localhost")));
    }

    private static async Task ComesAndGoes(BrowserMachine machine, string? profile = null, params (string Name, string Value)[] variables)
    {
        Refuses(await machine.FirefoxShowsAsync(profile, variables));
        (await machine.TrustAsync()).ShouldExit(0);
        (await machine.Sandbox.LocaldAsync("status", "--store", "nss")).ShouldExit(0);
        Assert.Equal(Page, await machine.FirefoxShowsAsync(profile, variables));
        (await machine.UntrustAsync()).ShouldExit(0);
        Refuses(await machine.FirefoxShowsAsync(profile, variables));
    }

    private static void Refuses(string shown) => Assert.Contains(Refused, shown);
}

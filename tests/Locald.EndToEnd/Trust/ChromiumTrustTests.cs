using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Trust;

/// <summary>Chromium before and after <c>locald trust</c>, for each place in which its database may lie.</summary>
public sealed class ChromiumTrustTests
{
    private const string Refused = "net::ERR_CERT_AUTHORITY_INVALID";
    private const string Page = "the page";

    [Fact(Timeout = 180_000)]
    public async Task A_Chromium_that_was_never_started_shows_the_page()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        Assert.Contains("  added   TRUSTED", (await machine.TrustAsync()).ShouldExit(0).Out);
        Assert.Equal(Page, await machine.ChromiumShowsAsync());
        (await machine.UntrustAsync()).ShouldExit(0);
        Assert.Equal(Refused, await machine.ChromiumShowsAsync());
    }

    [Theory(Timeout = 180_000)]
    [InlineData(".local/share/pki/nssdb")]
    [InlineData(".pki/nssdb")]
    [InlineData(".pki/nssdb", ".local/share/pki/nssdb")]
    public async Task The_database_that_it_reads_gets_the_root_and_gives_it_back(params string[] folders)
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        folders.ToList().ForEach(f => machine.Folder(f));
        await ComesAndGoes(machine);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_data_folder_of_the_users_choice_is_followed()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        machine.Sandbox.Variables["XDG_DATA_HOME"] = machine.Folder("elsewhere");
        await ComesAndGoes(machine);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_snap_has_a_home_of_its_own()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        string revision = machine.Folder("snap/chromium/3210");
        File.CreateSymbolicLink(Path.Combine(machine.Sandbox.Home, "snap/chromium/current"), "3210");
        await ComesAndGoes(machine, ("HOME", revision));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_flatpak_has_folders_of_its_own()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        string folder = machine.Folder(".var/app/org.chromium.Chromium");
        await ComesAndGoes(machine, ("XDG_DATA_HOME", $"{folder}/data"), ("XDG_CONFIG_HOME", $"{folder}/config"));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_running_Chromium_does_not_stand_in_the_way()
    {
        await using BrowserMachine machine = await BrowserMachine.CreateAsync();
        await using IBrowser running = await Browser.StartAsync(machine.Sandbox);
        Assert.Equal(Refused, await running.OpenAsync(machine.Locald.Url("other.localhost")));
        (await machine.TrustAsync()).ShouldExit(0);

        // A certificate that it has not judged yet.
        Assert.Null(await running.OpenAsync(machine.Locald.Url("app.localhost")));
    }

    private static async Task ComesAndGoes(BrowserMachine machine, params (string Name, string Value)[] variables)
    {
        Assert.Equal(Refused, await machine.ChromiumShowsAsync(variables));
        (await machine.TrustAsync()).ShouldExit(0);
        (await machine.Sandbox.LocaldAsync("status", "--store", "nss")).ShouldExit(0);
        Assert.Equal(Page, await machine.ChromiumShowsAsync(variables));
        (await machine.UntrustAsync()).ShouldExit(0);
        Assert.Equal(Refused, await machine.ChromiumShowsAsync(variables));
    }
}

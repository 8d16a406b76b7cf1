using System.Runtime.Versioning;
using System.Text.Json;
using Locald.Tests.Trust;
using Locald.Tests.Trust.Linux;

namespace Locald.Tests.Commands;

[SupportedOSPlatform("linux")]
public sealed class TrustCommandTests : IDisposable
{
    private const string Anchors = "/usr/local/share/ca-certificates";

    private readonly TrustSession _user = new();

    private FakeLinux Debian => _user.Debian;

    public void Dispose() => _user.Dispose();

    [Fact]
    public async Task Trust_says_trusted_then_already_trusted_and_the_second_run_touches_nothing()
    {
        Transcript first = await _user.Run("trust");
        Assert.Equal(ExitCode.Done, first.Code);
        Assert.Equal("""
            STORE                             BEFORE   ACTION  NOW      PROOF
            the system store (Debian/Ubuntu)  MISSING  added   TRUSTED  /etc/ssl/certs/ca-certificates.crt holds the root

            """, first.Data);
        Assert.StartsWith($"  write {Anchors}/locald-", first.Talk);

        Transcript second = await _user.Run("trust");
        Assert.Equal(ExitCode.Done, second.Code);
        Assert.Contains("the system store (Debian/Ubuntu)  TRUSTED  already  TRUSTED  /etc/ssl/certs/ca-certificates.crt holds the root\n", second.Data);
        Assert.Empty(second.Talk);
        Assert.Equal(1, Debian.Refreshes);
    }

    [Fact]
    public async Task Untrust_says_removed_then_already_removed()
    {
        await _user.Run("trust");
        Assert.Contains("  TRUSTED  removed  MISSING  ", (await _user.Run("untrust")).Data);
        Transcript second = await _user.Run("untrust");
        Assert.Equal(ExitCode.Done, second.Code);
        Assert.Contains("  MISSING  already  MISSING  ", second.Data);
        Assert.Empty(Directory.GetFiles(Debian.At(Anchors)));
    }

    [Fact]
    public async Task Untrust_without_a_root_removes_nothing_and_lists_what_an_earlier_CA_left()
    {
        using var earlier = TestRoots.Create();
        Debian.Store.Install(earlier);
        Transcript result = await _user.Run("untrust");
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Contains("  MISSING  already  MISSING  there is no root", result.Data);
        Assert.Contains($"  EXTRA    left     EXTRA    {Anchors}/locald-", result.Data);
        Assert.Contains("a root of an earlier CA of yours is still trusted", result.Talk);
        Assert.Contains($"try: sudo rm {Anchors}/locald-", result.Talk);
    }

    [Fact]
    public async Task Untrust_works_though_the_key_is_lost()
    {
        await _user.Run("trust");
        File.Delete(Path.Combine(_user.Home, "ca", "root-key.pem"));
        Assert.Equal(ExitCode.Done, (await _user.Run("untrust")).Code);
        Assert.Empty(Directory.GetFiles(Debian.At(Anchors)));
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_at_all()
    {
        Transcript fresh = await _user.Run("trust", "--dry-run");
        Assert.Equal(ExitCode.Done, fresh.Code);
        Assert.Contains("would make the root", fresh.Data);
        Assert.Empty(Directory.GetFileSystemEntries(_user.Home));

        await _user.Run("trust");
        await _user.Run("untrust");
        Transcript later = await _user.Run("trust", "--dry-run");
        Assert.Contains($"would write {Anchors}/locald-", later.Data);
        Assert.Contains("would run update-ca-certificates", later.Data);
        Assert.Empty(Directory.GetFiles(Debian.At(Anchors)));
        Assert.Equal(2, Debian.Refreshes);
    }

    [Fact]
    public async Task Without_root_and_without_a_terminal_the_exact_commands_are_given()
    {
        Debian.Privileged = false;
        Transcript result = await _user.Run("trust");
        Assert.Equal(ExitCode.Permission, result.Code);
        Assert.Contains("  MISSING  failed  MISSING  only root may change it", result.Data);
        Assert.Contains("locald: trust failed: the system store (Debian/Ubuntu): only root may change it, and there is no sudo", result.Talk);
        Assert.Matches($@"  try: su -c ""install -D -m 0644 {_user.Home}/ca/root\.pem {Anchors}/locald-[0-9a-f]{{12}}\.crt && update-ca-certificates""", result.Talk);
    }

    [Fact]
    public async Task No_sudo_gives_the_commands_though_there_is_a_terminal()
    {
        Debian.Privileged = false;
        Debian.Tool("/bin/sudo", "touch $R/called");
        Transcript result = await _user.RunOnTerminal("trust", "--no-sudo");
        Assert.Equal(ExitCode.Permission, result.Code);
        Assert.Contains("  try: sudo install -D -m 0644", result.Talk);
        Assert.Contains(" && sudo update-ca-certificates", result.Talk);
        Assert.False(Debian.Has("/called"));
    }

    [Fact]
    public async Task On_a_terminal_sudo_is_called_once_after_its_reason_was_given()
    {
        Debian.Privileged = false;
        Debian.Tool("/bin/sudo", """
            echo "$@" >> $R/called
            read verb store der
            echo "$verb $store" >> $R/called
            printf -- '-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n' "$der" > $R/usr/local/share/ca-certificates/x.crt
            $R/usr/sbin/update-ca-certificates
            printf 'outcome Done\nfault None\ndetail the bundle holds the root\n\n'
            cat >> $R/called
            """);
        Transcript result = await _user.RunOnTerminal("trust");
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Contains("  MISSING  added   TRUSTED  the bundle holds the root\n", result.Data);
        Assert.EndsWith("changing the system store (Debian/Ubuntu) needs root: sudo may ask for your password\n", result.Talk);
        Assert.Equal($"-- {Environment.ProcessPath} __change-stores\ninstall system\n", Debian.Read("/called"));
    }

    [Fact]
    public async Task Without_a_terminal_sudo_must_not_ask_and_its_refusal_leads_to_the_commands_by_hand()
    {
        Debian.Privileged = false;
        Debian.Tool("/bin/sudo", "printf '%s\\n' \"$*\" > $R/called; exit 1");
        Transcript result = await _user.Run("trust");
        Assert.Equal(ExitCode.Permission, result.Code);
        Assert.Equal($"-n -- {Environment.ProcessPath} __change-stores\n", Debian.Read("/called"));
        Assert.Contains("sudo did not run the change, and there is no terminal to ask for a password on", result.Talk);
        Assert.Contains("  try: sudo install -D -m 0644", result.Talk);
    }

    [Fact]
    public async Task A_sudo_that_claims_success_is_not_believed()
    {
        Debian.Privileged = false;
        Debian.Tool("/bin/sudo", @"read line; printf 'outcome Done\nfault None\ndetail done\n\n'; cat > /dev/null");
        Transcript result = await _user.RunOnTerminal("trust");
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("  MISSING  failed  MISSING  ", result.Data);
    }

    [Fact]
    public async Task A_refused_password_leads_to_the_commands_by_hand()
    {
        Debian.Privileged = false;
        Debian.Tool("/bin/sudo", "exit 1");
        Transcript result = await _user.RunOnTerminal("trust");
        Assert.Equal(ExitCode.Permission, result.Code);
        Assert.Contains("sudo did not run the change", result.Talk);
        Assert.Contains("try: sudo install", result.Talk);
    }

    [Fact]
    public async Task Json_tells_root_plan_and_outcome()
    {
        Transcript result = await _user.Run("trust", "--json");
        using JsonDocument json = JsonDocument.Parse(result.Data);
        Assert.Equal(Path.Combine(_user.Home, "ca", "root.pem"), json.RootElement.GetProperty("root").GetProperty("path").GetString());
        JsonElement store = Assert.Single(json.RootElement.GetProperty("stores").EnumerateArray());
        Assert.Equal("system", store.GetProperty("name").GetString());
        Assert.Equal("done", store.GetProperty("outcome").GetString());
        Assert.Equal("update-ca-certificates", store.GetProperty("plan")[1].GetProperty("command").GetString());
        Assert.Equal(0, json.RootElement.GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task Json_tells_a_failure_with_its_fault_and_the_exit_code()
    {
        Debian.Tool("/usr/sbin/update-ca-certificates", "exit 3");
        Transcript result = await _user.Run("trust", "--json");
        Assert.Equal(ExitCode.Failed, result.Code);
        using JsonDocument json = JsonDocument.Parse(result.Data);
        Assert.Equal("toolFailed", json.RootElement.GetProperty("stores")[0].GetProperty("fault").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("exitCode").GetInt32());
    }

    [Theory]
    [InlineData("there is no store 'sytsem'", "--store", "sytsem")]
    [InlineData("one for all users", "--user", "--store", "system")]
    [InlineData("each user's own", "--system", "--store=system,nss")]
    [InlineData("exclude each other", "--user", "--system")]
    public async Task What_no_store_fits_is_a_usage_error(string why, params string[] options)
    {
        Transcript result = await _user.Run(["trust", .. options]);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(why, result.Talk);
    }

    [Fact]
    public async Task An_operating_system_without_a_supported_store_is_told_so()
    {
        Transcript result = await Transcript.Of(_user.Session() with { TrustStores = _ => [] }, "trust");
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("this version knows no store of this operating system", result.Talk);
    }

    [Fact]
    public async Task On_NixOS_the_lines_for_the_configuration_are_data()
    {
        using FakeLinux nixos = new("ID=nixos");
        Transcript result = await Transcript.Of(_user.Session() with { TrustStores = _ => [nixos.Store] }, "trust");
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("\nsecurity.pki.certificates = [ ''\n-----BEGIN CERTIFICATE-----\n", result.Data);
        Assert.EndsWith("-----END CERTIFICATE-----\n'' ];\n", result.Data);
    }
}

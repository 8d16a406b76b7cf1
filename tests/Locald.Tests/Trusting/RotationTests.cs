using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Locald.Tests.Commands;
using Locald.Trust;

namespace Locald.Tests.Trusting;

public sealed class RotationTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("locald-home-").FullName;
    private readonly FakeStore _system = new(StoreKind.System, "system");
    private readonly FakeStore _chrome = new(StoreKind.Nss, "nss:/home/u/.pki/nssdb");
    private readonly FakeStore _java = new(StoreKind.Java, "java:/opt/jdk");
    private readonly FakeStore _untouched = new(StoreKind.Nss, "nss:/home/u/other");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private X509Certificate2 Root => Authority.ReadRoot(Session()).Certificate!;

    private X509Certificate2? Staged => Authority.Rotation(Session()).StagedCertificate();

    private string Bundle => File.ReadAllText(Path.Combine(_home, "ca/bundle.pem"));

    private string[] Files => [.. Directory.GetFileSystemEntries(Path.Combine(_home, "ca")).Select(f => Path.GetFileName(f)).Order()];

    [Fact]
    public async Task The_new_root_is_trusted_where_the_old_one_was_and_the_old_one_nowhere()
    {
        await Run("trust", "--store", "system");
        _chrome.Install(Root);
        using X509Certificate2 old = Root;
        Transcript result = await Run("ca", "rotate");
        Assert.Equal(ExitCode.Done, result.Code);
        using X509Certificate2 next = Root;
        Assert.NotEqual(old.RawData, next.RawData);
        Assert.Equal((true, true, false), (_system.Holds(next), _chrome.Holds(next), _untouched.Holds(next)));
        Assert.Equal((false, false), (_system.Holds(old), _chrome.Holds(old)));
        Assert.Contains("replaced: locald CA ", result.Data);
        Assert.Equal(["retired", "root-key.pem", "root.pem"], Files);
        Assert.Empty(Directory.GetFiles(Path.Combine(_home, "ca/retired")));
        Assert.Equal(ExitCode.Done, (await Run("untrust")).Code);
        Assert.False(_chrome.Holds(next));
    }

    [Fact]
    public async Task Where_a_store_refuses_the_new_root_everything_stays_as_it_was()
    {
        await Run("trust");
        using X509Certificate2 old = Root;
        string[] before = Files;
        _chrome.Fault = TrustFault.Locked;
        Transcript result = await Run("ca", "rotate");
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("not replaced: locald CA ", result.Data);
        Assert.Equal(old.RawData, Root.RawData);
        Assert.True(_system.Holds(old));
        Assert.Equal(1, _system.Count);
        Assert.Equal(before, Files);
    }

    [Fact]
    public async Task An_old_root_that_a_store_keeps_is_remembered_and_goes_with_the_next_run()
    {
        await Run("trust");
        using X509Certificate2 old = Root;
        _chrome.RemoveFault = TrustFault.Locked;
        Assert.Equal(ExitCode.Failed, (await Run("ca", "rotate")).Code);
        Assert.True(_chrome.Holds(old));
        Assert.Single(Directory.GetFiles(Path.Combine(_home, "ca/retired")));
        _chrome.RemoveFault = TrustFault.None;
        Assert.Equal(ExitCode.Done, (await Run("untrust")).Code);
        Assert.False(_chrome.Holds(old));
        Assert.Empty(Directory.GetFiles(Path.Combine(_home, "ca/retired")));
    }

    [Fact]
    public async Task A_store_that_keeps_the_new_root_though_it_was_called_off_is_told_and_the_next_run_goes_on_with_it()
    {
        await Run("trust");
        using X509Certificate2 old = Root;
        _chrome.Fault = TrustFault.Locked;
        _system.RemoveFault = TrustFault.ToolFailed;
        Transcript result = await Run("ca", "rotate");
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("store system: it said ToolFailed", result.Talk);
        Assert.Equal(old.RawData, Root.RawData);
        Assert.Equal(2, _system.Count);
        using X509Certificate2 staged = Staged!;
        Assert.True(_system.Holds(staged));

        (_chrome.Fault, _system.RemoveFault) = (TrustFault.None, TrustFault.None);
        Assert.Equal(ExitCode.Done, (await Run("ca", "rotate")).Code);
        Assert.Equal(staged.RawData, Root.RawData);
        Assert.Equal((1, 1), (_system.Count, _chrome.Count));
    }

    [Fact]
    public async Task Untrust_takes_out_a_root_that_was_staged_alone()
    {
        await Run("trust");
        _chrome.Fault = TrustFault.Locked;
        _system.RemoveFault = TrustFault.ToolFailed;
        await Run("ca", "rotate");
        (_chrome.Fault, _system.RemoveFault) = (TrustFault.None, TrustFault.None);
        Assert.Equal(ExitCode.Done, (await Run("untrust")).Code);
        Assert.Equal((0, 0), (_system.Count, _chrome.Count));
        Assert.Null(Staged);
    }

    [Fact]
    public async Task Where_the_new_root_cannot_take_its_place_no_store_keeps_it()
    {
        await Run("trust");
        using X509Certificate2 old = Root;
        await File.WriteAllTextAsync(Path.Combine(_home, "ca/retired"), "in the way", TestContext.Current.CancellationToken);
        Transcript result = await Run("ca", "rotate");
        Assert.Equal(ExitCode.Permission, result.Code);
        Assert.Contains("not replaced: locald CA ", result.Data);
        Assert.Contains($"locald: using the root in {_home}/ca failed", result.Talk);
        Assert.Equal(old.RawData, Root.RawData);
        Assert.Equal((1, 1), (_system.Count, _chrome.Count));
        Assert.True(_system.Holds(old) && _chrome.Holds(old));
        Assert.Null(Staged);
    }

    [Fact]
    public async Task The_bundle_holds_both_roots_until_the_new_one_is_in_use_and_keeps_its_sources()
    {
        string extra = Path.Combine(_home, "corporate.pem");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 corporate = new CertificateRequest("CN=corporate", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(extra, corporate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await Transcript.Of(Session(("SSL_CERT_FILE", extra)), "env");
        await Run("trust");
        string old = Root.ExportCertificatePem();
        List<string> seen = [];
        _system.Changing = () => seen.Add(Bundle);
        await Run("ca", "rotate");
        string next = Root.ExportCertificatePem();
        Assert.Equal(2, seen.Count);
        Assert.All([old, next, corporate.ExportCertificatePem()], pem => Assert.Contains(pem, seen[0]));
        Assert.All([Bundle, seen[1]], last =>
        {
            Assert.DoesNotContain(old, last);
            Assert.All([next, corporate.ExportCertificatePem()], pem => Assert.Contains(pem, last));
        });
    }

    [Fact]
    public async Task A_rotation_that_is_called_off_leaves_the_bundle_as_it_was()
    {
        await Run("env");
        await Run("trust");
        string before = Bundle;
        _chrome.Fault = TrustFault.Locked;
        await Run("ca", "rotate");
        Assert.Equal(before, Bundle);
    }

    [Fact]
    public async Task Trust_takes_the_replaced_root_out_as_well()
    {
        await Run("trust");
        using X509Certificate2 old = Root;
        _chrome.RemoveFault = TrustFault.Locked;
        await Run("ca", "rotate");
        Assert.Contains("warning  ca.retired", (await Run("doctor")).Data);
        Transcript again = await Run("trust");
        Assert.Equal(ExitCode.Done, again.Code);
        Assert.Contains("earlier roots:\n", again.Data);
        _chrome.RemoveFault = TrustFault.None;
        using JsonDocument json = JsonDocument.Parse((await Run("trust", "--json")).Data);
        Assert.Equal("done", Assert.Single(json.RootElement.GetProperty("retired").EnumerateArray()).GetProperty("outcome").GetString());
        Assert.False(_chrome.Holds(old));
        Assert.True(_chrome.Holds(Root));
        Assert.DoesNotContain("ca.retired", (await Run("doctor")).Data);
    }

    [Fact]
    public async Task A_store_whose_failure_does_not_count_is_not_forgotten_either()
    {
        await Run("trust");
        _java.Install(Root);
        using X509Certificate2 old = Root;
        _java.RemoveFault = TrustFault.ToolFailed;
        Assert.Equal(ExitCode.Done, (await Run("ca", "rotate")).Code);
        Assert.True(_java.Holds(old));
        await Run("untrust");
        Assert.Single(Directory.GetFiles(Path.Combine(_home, "ca/retired")));
        _java.RemoveFault = TrustFault.None;
        await Run("untrust");
        Assert.Equal(0, _java.Count);
        Assert.Empty(Directory.GetFiles(Path.Combine(_home, "ca/retired")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_dry_run_tells_and_changes_nothing(bool asJson)
    {
        await Run("trust", "--store", "system");
        string[] before = Files;
        Transcript result = await Run(["ca", "rotate", "--dry-run", .. asJson ? ["--json"] : Array.Empty<string>()]);
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Equal(before, Files);
        Assert.Equal(1, _system.Changes);
        if (asJson)
        {
            using JsonDocument json = JsonDocument.Parse(result.Data);
            Assert.Equal((true, false), (json.RootElement.GetProperty("dryRun").GetBoolean(), json.RootElement.GetProperty("replaced").GetBoolean()));
            Assert.Equal("planned", Assert.Single(json.RootElement.GetProperty("added").EnumerateArray()).GetProperty("outcome").GetString());
        }
        else
        {
            Assert.StartsWith("would make a root to replace locald CA ", result.Data);
            Assert.EndsWith("would put a new root into store system\nwould take it out of system\n", result.Data);
        }
    }

    [Fact]
    public async Task A_root_whose_key_is_lost_can_be_replaced()
    {
        await Run("trust");
        using X509Certificate2 old = Root;
        File.Delete(Path.Combine(_home, "ca/root-key.pem"));
        Assert.Contains("  try: locald ca rotate\n", (await Run("trust")).Talk);
        Assert.Equal(ExitCode.Done, (await Run("ca", "rotate")).Code);
        Assert.False(_system.Holds(old));
        Assert.True(_system.Holds(Root));
        Assert.Equal(ExitCode.Done, (await Run("trust")).Code);
    }

    [Fact]
    public async Task A_root_that_nobody_trusts_is_replaced_and_nothing_else_happens()
    {
        await Run("ca");
        using X509Certificate2 old = Root;
        Assert.Equal(ExitCode.Done, (await Run("ca", "rotate")).Code);
        Assert.NotEqual(old.RawData, Root.RawData);
        Assert.Equal(0, _system.Changes + _chrome.Changes);
    }

    [Fact]
    public async Task Without_a_root_there_is_nothing_to_replace()
    {
        Transcript result = await Run("ca", "rotate");
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("  try: locald trust\n", result.Talk);
        Assert.Equal(ExitCode.Usage, (await Run("ca", "rotat")).Code);
    }

    [Fact]
    public async Task Json_tells_both_halves()
    {
        await Run("trust");
        using JsonDocument json = JsonDocument.Parse((await Run("ca", "rotate", "--json")).Data);
        Assert.True(json.RootElement.GetProperty("replaced").GetBoolean());
        Assert.Equal(4, json.RootElement.GetProperty("added").GetArrayLength());
        Assert.Equal(4, json.RootElement.GetProperty("removed").GetArrayLength());
        Assert.Equal(0, json.RootElement.GetProperty("exitCode").GetInt32());
    }

    private Task<Transcript> Run(params string[] line) => Transcript.Of(Session(), line);

    private Session Session(params (string Name, string Value)[] variables) => new()
    {
        Terminal = new(TextWriter.Null, TextWriter.Null, colour: false, interactive: false),
        Variable = name => name == "LOCALD_HOME" ? _home : variables.FirstOrDefault(v => v.Name == name).Value,
        SystemBundle = () => null,
        TrustStores = _ => [_system, _chrome, _untouched, _java],
        TrustStoreById = (_, _) => null,
    };
}

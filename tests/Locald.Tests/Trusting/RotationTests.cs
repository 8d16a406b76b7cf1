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
    private readonly FakeStore _untouched = new(StoreKind.Nss, "nss:/home/u/other");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private X509Certificate2 Root => Authority.ReadRoot(Session()).Certificate!;

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
        Assert.Equal(3, json.RootElement.GetProperty("added").GetArrayLength());
        Assert.Equal(3, json.RootElement.GetProperty("removed").GetArrayLength());
        Assert.Equal(0, json.RootElement.GetProperty("exitCode").GetInt32());
    }

    private Task<Transcript> Run(params string[] line) => Transcript.Of(Session(), line);

    private Session Session() => new()
    {
        Terminal = new(TextWriter.Null, TextWriter.Null, colour: false, interactive: false),
        Variable = name => name == "LOCALD_HOME" ? _home : null,
        SystemBundle = () => null,
        TrustStores = _ => [_system, _chrome, _untouched],
        TrustStoreById = (_, _) => null,
    };
}

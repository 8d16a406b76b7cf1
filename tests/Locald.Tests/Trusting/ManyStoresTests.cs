using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Locald.Commands;
using Locald.Tests.Commands;
using Locald.Trust;
using Locald.Trusting;

namespace Locald.Tests.Trusting;

public sealed class ManyStoresTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("locald-home-").FullName;
    private readonly FakeStore _system = new(StoreKind.System, "system");
    private readonly FakeStore _chrome = new(StoreKind.Nss, "nss:/home/u/.pki/nssdb");
    private readonly FakeStore _firefox = new(StoreKind.Nss, "nss:/home/u/firefox");
    private readonly FakeStore _java = new(StoreKind.Java, "java:/jdk/cacerts");
    private List<ITrustStore> _found;
    private TrustContext? _context;

    public ManyStoresTests() => _found = [_system, _chrome, _firefox, _java];

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Every_store_gets_the_root_and_a_row_in_the_order_in_which_they_were_found()
    {
        Transcript result = await Run("trust");
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Equal("""
            STORE                         BEFORE   ACTION  NOW      PROOF
            store system                  MISSING  added   TRUSTED  seen
            store nss:/home/u/.pki/nssdb  MISSING  added   TRUSTED  seen
            store nss:/home/u/firefox     MISSING  added   TRUSTED  seen
            store java:/jdk/cacerts       MISSING  added   TRUSTED  seen

            """, result.Data);
        Assert.Equal(ExitCode.Done, (await Run("status")).Code);
        Assert.Equal(ExitCode.Done, (await Run("untrust")).Code);
        Assert.Equal(ExitCode.NotTrusted, (await Run("status")).Code);
    }

    [Fact]
    public async Task A_platforms_verifier_is_shown_a_leaf_that_is_valid_now()
    {
        using X509Certificate2 leaf = await ProbeLeaf("trust");
        Assert.InRange(DateTime.Now, leaf.NotBefore, leaf.NotAfter);
        using X509Certificate2 ofStaged = await ProbeLeaf("ca", "rotate");
        Assert.InRange(DateTime.Now, ofStaged.NotBefore, ofStaged.NotAfter);
        Assert.Equal(Authority.ReadRoot(Session()).Certificate!.Subject, ofStaged.Issuer);
    }

    [Theory]
    [InlineData(TrustFault.PasswordNeeded, ExitCode.Failed)]
    [InlineData(TrustFault.Locked, ExitCode.Failed)]
    [InlineData(TrustFault.Cancelled, ExitCode.Permission)]
    [InlineData(TrustFault.NoSession, ExitCode.Permission)]
    [InlineData(TrustFault.NotPermitted, ExitCode.Permission)]
    public async Task One_that_fails_stops_no_other_and_gives_the_exit_code(TrustFault fault, ExitCode code)
    {
        _chrome.Fault = fault;
        Transcript result = await Run("trust");
        Assert.Equal(code, result.Code);
        Assert.Equal((1, 1, 1), (_system.Changes, _firefox.Changes, _java.Changes));
        Assert.Contains($"locald: trust failed: store nss:/home/u/.pki/nssdb: it said {fault}\n  try: mend it\n", result.Talk);
        Assert.Equal(ExitCode.NotTrusted, (await Run("status")).Code);
    }

    [Fact]
    public async Task Java_is_optional_unless_it_was_asked_for_by_name()
    {
        _java.Fault = TrustFault.PasswordNeeded;
        Transcript usual = await Run("trust");
        Assert.Equal(ExitCode.Done, usual.Code);
        Assert.Contains("locald: store java:/jdk/cacerts: it said PasswordNeeded\n  try: mend it\n", usual.Talk);
        Assert.Equal(ExitCode.Done, (await Run("status")).Code);
        Assert.Equal(ExitCode.Failed, (await Run("trust", "--store", "java")).Code);
        Assert.Equal(ExitCode.NotTrusted, (await Run("status", "--store=java")).Code);
    }

    [Fact]
    public async Task Only_the_stores_that_were_asked_for_are_touched()
    {
        await Run("trust", "--store", "nss");
        Assert.Equal((0, 1, 1, 0), (_system.Changes, _chrome.Changes, _firefox.Changes, _java.Changes));
        Assert.Equal(ExitCode.Done, (await Run("status", "--store", "nss")).Code);
        Assert.Equal(ExitCode.NotTrusted, (await Run("status")).Code);
    }

    [Fact]
    public async Task A_kind_that_is_not_here_counts_only_when_it_was_asked_for()
    {
        _found = [_system];
        Assert.Equal(ExitCode.Done, (await Run("trust")).Code);
        Transcript asked = await Run("trust", "--store", "windows");
        Assert.Equal(ExitCode.Failed, asked.Code);
        Assert.Contains("UNAVAILABLE  failed  UNAVAILABLE  this is not WSL", asked.Data);

        FakeStore windows = new(StoreKind.Windows, "windows") { Answer = StoreState.Unavailable, Fault = TrustFault.UnknownSystem };
        _found = [_system, windows];
        Assert.Equal(ExitCode.Done, (await Run("trust")).Code);
        Assert.Equal(ExitCode.Done, (await Run("status")).Code);
    }

    [Fact]
    public async Task Untrust_reaches_a_store_that_nothing_points_to_any_more_and_forgets_it_then()
    {
        await Run("trust");
        _found = [_system, _chrome];
        Transcript result = await Run("untrust");
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Equal(2, _firefox.Changes);
        Assert.Contains("store nss:/home/u/firefox     TRUSTED  removed  MISSING", result.Data);
        Assert.Empty(await File.ReadAllTextAsync(Path.Combine(_home, "stores"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Untrust_remembers_what_it_could_not_reach()
    {
        await Run("trust");
        _firefox.Fault = TrustFault.Locked;
        Assert.Equal(ExitCode.Failed, (await Run("untrust")).Code);
        Assert.Equal("nss:/home/u/firefox\n", await File.ReadAllTextAsync(Path.Combine(_home, "stores"), TestContext.Current.CancellationToken));
        _firefox.Fault = TrustFault.None;
        _found = [_system];
        Assert.Equal(ExitCode.Done, (await Run("untrust")).Code);
        Assert.Equal(2, _firefox.Changes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_trust_waits_for_the_first_and_says_so()
    {
        await Run("trust");
        StoreLedger held = StoreLedger.Open(Session());
        SignallingWriter talk = new();
        Session second = Session() with { Terminal = new(TextWriter.Null, talk, colour: false, interactive: false) };
        Task<ExitCode> waiting = Task.Run(() => CommandTable.RunAsync(["untrust"], second), TestContext.Current.CancellationToken);
        Assert.Equal("another locald is changing trust stores: waiting for it", await talk.FirstLine);
        Assert.True(_system.Holds(Authority.ReadRoot(Session()).Certificate!));
        held.Dispose();
        Assert.Equal(ExitCode.Done, await waiting);
    }

    [Fact]
    public async Task Five_hundred_stores_are_asked_a_few_at_a_time()
    {
        FakeStore[] many = [.. Enumerable.Range(0, 500).Select(i => new FakeStore(StoreKind.Nss, $"nss:/{i:000}"))];
        _found = [.. many];
        FakeStore.MostAtOnce = 0;
        Transcript result = await Run("trust", "--json");
        Assert.Equal(ExitCode.Done, result.Code);
        Assert.InRange(FakeStore.MostAtOnce, 1, 8);
        using JsonDocument json = JsonDocument.Parse(result.Data);
        Assert.Equal(many.Select(s => s.Id), json.RootElement.GetProperty("stores").EnumerateArray().Select(s => s.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Json_tells_the_state_before_and_after_of_each()
    {
        _chrome.Fault = TrustFault.Locked;
        using JsonDocument json = JsonDocument.Parse((await Run("trust", "--json")).Data);
        Assert.Equal(["MISSING done TRUSTED", "MISSING failed MISSING", "MISSING done TRUSTED", "MISSING done TRUSTED"],
            json.RootElement.GetProperty("stores").EnumerateArray().Select(s => $"{s.GetProperty("before")} {s.GetProperty("outcome")} {s.GetProperty("state")}"));
    }

    private Task<Transcript> Run(params string[] line) => Transcript.Of(Session(), line);

    private async Task<X509Certificate2> ProbeLeaf(params string[] line)
    {
        X509Certificate2? leaf = null;
        _system.Changing = () => leaf ??= _context!.MintProbe!("trust-probe.localhost");
        Assert.Equal(ExitCode.Done, (await Run(line)).Code);
        return leaf!;
    }

    private List<ITrustStore> Found(TrustContext context)
    {
        _context = context;
        return _found;
    }

    private Session Session() => new()
    {
        Terminal = new(TextWriter.Null, TextWriter.Null, colour: false, interactive: false),
        Variable = name => name == "LOCALD_HOME" ? _home : null,
        TrustStores = Found,
        TrustStoreById = (id, _) => new ITrustStore[] { _system, _chrome, _firefox, _java }.FirstOrDefault(s => s.Id == id),
    };

    /// <summary>Tells when something is said.</summary>
    private sealed class SignallingWriter : StringWriter
    {
        private readonly TaskCompletionSource<string?> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<string?> FirstLine => _line.Task;

        public override void WriteLine(string? value) => _line.TrySetResult(value);
    }
}

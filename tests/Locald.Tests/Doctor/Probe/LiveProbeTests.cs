using System.Runtime.Versioning;
using Locald.Doctor;
using Locald.Doctor.Probe;
using Locald.Tests.Commands;
using Locald.Trust;

namespace Locald.Tests.Doctor.Probe;

/// <summary>Stand-ins for the clients are scripts; the leaf, the server and the handshake of our own are real.</summary>
[SupportedOSPlatform("linux")]
public sealed class LiveProbeTests : IDisposable
{
    private const string Refuse = "echo 'curl: (60) SSL certificate problem: unable to get local issuer certificate' >&2; exit 60";

    private readonly TrustSession _user = new();
    private readonly Dictionary<string, string> _variables = [];
    private string? _bundle;

    public void Dispose() => _user.Dispose();

    [Fact]
    public async Task Without_a_root_and_without_clients_there_is_nothing_to_ask()
    {
        Assert.Empty(await Probe(trusted: false));
        await _user.Run("trust");
        Assert.Empty(await Probe(trusted: true));
    }

    [Fact]
    public async Task A_root_that_cannot_be_used_is_another_checks_business()
    {
        await _user.Run("trust");
        await File.WriteAllTextAsync(Path.Combine(_user.Home, "ca/root.pem"), "damaged", TestContext.Current.CancellationToken);
        Client("curl", "exit 0");
        Assert.Empty(await Probe(trusted: true));
    }

    [Fact]
    public async Task A_bundle_with_the_root_accepts_and_one_without_refuses()
    {
        await _user.Run("trust");
        _bundle = Path.Combine(_user.Home, "ca/root.pem");
        Check check = Assert.Single(await Probe(trusted: true));
        Assert.Equal(new("probe.system", Severity.Ok, $"a certificate made just now is accepted by {_bundle}"), check with { Fixes = [] }, Same);

        _bundle = Path.Combine(_user.Home, "foreign.pem");
        using (System.Security.Cryptography.X509Certificates.X509Certificate2 foreign = Tests.Trust.TestRoots.Create())
        {
            await File.WriteAllTextAsync(_bundle, foreign.ExportCertificatePem(), TestContext.Current.CancellationToken);
        }

        check = Assert.Single(await Probe(trusted: false));
        Assert.Equal((Severity.Failed, true, "locald trust"), (check.Severity, check.IsTrustAlone, Assert.Single(check.Fixes)));
        check = Assert.Single(await Probe(trusted: true));
        Assert.Equal((Severity.Failed, false, "locald untrust && locald trust"), (check.Severity, check.IsTrustAlone, Assert.Single(check.Fixes)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task A_bundle_that_is_damaged_or_empty_is_never_an_acceptance(string text)
    {
        await _user.Run("trust");
        _bundle = Path.Combine(_user.Home, "bundle.pem");
        await File.WriteAllTextAsync(_bundle, text, TestContext.Current.CancellationToken);
        Assert.NotEqual(Severity.Ok, Assert.Single(await Probe(trusted: true)).Severity);
    }

    [Fact]
    public async Task A_client_that_accepts_is_ok_and_is_asked_once()
    {
        Client("curl", "exit 0");
        Check check = await One();
        Assert.Equal(("probe.curl", Severity.Ok), (check.Id, check.Severity));
        Assert.Contains($"curl ({_user.Debian.At("/bin/curl")}) accepts", check.Detail);
        Assert.Equal(1, _user.Debian.Refreshes - 1);
    }

    [Fact]
    public async Task A_client_that_a_variable_of_the_users_keeps_from_it_is_a_warning_that_names_it()
    {
        _variables["CURL_CA_BUNDLE"] = "/company/roots.pem";
        Client("curl", $"[ -z \"$CURL_CA_BUNDLE\" ] || {{ {Refuse}; }}");
        Check check = await One();
        Assert.Equal((Severity.Warning, "eval \"$(locald env)\""), (check.Severity, Assert.Single(check.Fixes)));
        Assert.EndsWith("but not with CURL_CA_BUNDLE=/company/roots.pem: SSL certificate problem: unable to get local issuer certificate", check.Detail);
    }

    [Fact]
    public async Task A_client_with_roots_of_its_own_is_a_warning_with_the_environment_that_helps()
    {
        Client("curl", $"[ -n \"$CURL_CA_BUNDLE\" ] || {{ {Refuse}; }}");
        Check check = await One();
        Assert.Equal((Severity.Warning, "eval \"$(locald env)\""), (check.Severity, Assert.Single(check.Fixes)));
        Assert.Contains("has roots of its own", check.Detail);
    }

    [Fact]
    public async Task A_client_that_is_handed_the_root_gets_the_file_itself()
    {
        Client("node", "[ \"$(head -c 27 \"$NODE_EXTRA_CA_CERTS\" 2>&-)\" = '-----BEGIN CERTIFICATE-----' ] && echo accepts || echo refuses X");
        Assert.Equal(Severity.Warning, (await One()).Severity);
    }

    [Fact]
    public async Task A_client_that_refuses_the_root_itself_is_a_failure()
    {
        Client("curl", Refuse);
        Check check = await One();
        Assert.Equal((Severity.Failed, false), (check.Severity, check.IsTrustAlone));
        Assert.Contains("may be too old: SSL certificate problem", check.Detail);
    }

    [Fact]
    public async Task Before_trust_a_client_of_the_systems_store_waits_for_trust_alone()
    {
        Client("curl", Refuse);
        Client("node", "[ -n \"$NODE_EXTRA_CA_CERTS\" ] && echo accepts || echo refuses UNABLE_TO_VERIFY_LEAF_SIGNATURE");
        Check[] checks = await All(trusted: false);
        Assert.Equal(["probe.curl", "probe.node"], checks.Select(c => c.Id));
        Assert.Equal((Severity.Failed, true, "locald trust"), (checks[0].Severity, checks[0].IsTrustAlone, Assert.Single(checks[0].Fixes)));
        Assert.Equal((Severity.Warning, "eval \"$(locald env)\""), (checks[1].Severity, Assert.Single(checks[1].Fixes)));
    }

    [Fact]
    public async Task Of_a_Java_that_refuses_the_home_is_named_which_may_not_be_the_shells()
    {
        _user.Debian.Tool("/opt/jdk/bin/java", "echo refuses PKIX path building failed");
        _user.Debian.Link("/bin/java", _user.Debian.At("/opt/jdk/bin/java"));
        Assert.Equal($"JAVA_HOME={_user.Debian.At("/opt/jdk")} locald trust --store java", Assert.Single((await One()).Fixes));
    }

    [Theory]
    [InlineData("curl", "echo 'curl: (7) Failed to connect' >&2; exit 7", "Failed to connect")]
    [InlineData("python3", "echo 'No module named ssl' >&2; exit 1", "No module named ssl")]
    [InlineData("java", "echo 'error: release version 11 not supported' >&2; exit 1", "release version 11 not supported")]
    [InlineData("openssl", "exit 1", "it ended without a word")]
    [InlineData("node", "head -c 9000000 /dev/zero | tr '\\\\0' x; head -c 9000000 /dev/zero >&2", "could not be asked")]
    public async Task A_client_that_gives_no_verdict_fails_nothing(string program, string script, string why)
    {
        Client(program, script);
        Check check = await One();
        Assert.Equal(Severity.Info, check.Severity);
        Assert.Contains(why, check.Detail);
    }

    [Theory]
    [InlineData("Verify return code: 0 (ok)", "Ok")]
    [InlineData("    Verify return code: 20 (unable to get local issuer certificate)", "Failed")]
    public async Task Openssls_report_is_read_as_it_is_printed(string line, string severity)
    {
        Client("openssl", $"printf 'CONNECTED(00000003)\\n---\\n{line}\\n---\\n'");
        Assert.Equal(severity, (await One()).Severity.ToString());
    }

    [Fact]
    public async Task A_client_that_hangs_is_given_up_with_its_children()
    {
        Client("curl", $"sleep 300 & echo $! > {_user.Debian.At("/child")}; wait");
        await _user.Run("trust");
        ClientProgram hurried = ClientPrograms.All[0] with { Limit = TimeSpan.FromSeconds(1) };
        Check check = await new ClientProbe(hurried, _user.Debian.At("/bin/curl"), Session(), new("x.localhost", 1, "/none", "/none"))
            .RunAsync(systemTrusts: true, TestContext.Current.CancellationToken);
        Assert.Equal((Severity.Info, "gave no answer within 1 s"), (check.Severity, check.Detail[^"gave no answer within 1 s".Length..]));
        string child = (await File.ReadAllTextAsync(_user.Debian.At("/child"), TestContext.Current.CancellationToken)).Trim();
        while (File.Exists($"/proc/{child}/stat") && !(await File.ReadAllTextAsync($"/proc/{child}/stat", TestContext.Current.CancellationToken)).Contains(") Z "))
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_program_that_is_not_executable_is_not_run()
    {
        _user.Debian.Write("/bin/curl", "#!/bin/sh\nexit 0\n");
        await _user.Run("trust");
        Assert.Empty(await Probe(trusted: true));
    }

    private static IEqualityComparer<Check> Same { get; } = EqualityComparer<Check>.Create((a, b) => a!.Id == b!.Id && a.Severity == b.Severity && a.Detail == b.Detail);

    private void Client(string program, string script) => _user.Debian.Tool($"/bin/{program}", script);

    private async Task<Check> One() => Assert.Single(await All(trusted: true));

    private async Task<Check[]> All(bool trusted)
    {
        await _user.Run("trust");
        return await Probe(trusted);
    }

    private async Task<Check[]> Probe(bool trusted)
    {
        StoreStatus status = new(trusted ? StoreState.Trusted : StoreState.Missing, "");
        return [.. await LiveProbe.RunAsync(Session(), [new(_user.Debian.Store, status, [], null) { Counts = true }], TestContext.Current.CancellationToken)];
    }

    private Session Session()
    {
        Session session = _user.Session();
        return session with { Variable = name => _variables.GetValueOrDefault(name) ?? session.Variable(name), SystemBundle = () => _bundle };
    }
}

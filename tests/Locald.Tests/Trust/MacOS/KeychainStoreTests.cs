using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;
using Locald.Trust.MacOS;

namespace Locald.Tests.Trust.MacOS;

/// <summary>Against frameworks that check every argument and count every object. Not yet run on macOS.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeychainStoreTests : IClassFixture<FakeFrameworks>, IDisposable
{
    private const uint User = 0;
    private const uint Admin = 1;

    private readonly FakeFrameworks _mac;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly Dictionary<string, string> _variables = [];
    private readonly long _liveBefore;
    private UserIdentity? _behindSudo;
    private TrustScope _scope;
    private bool _isRoot;
    private TimeSpan _limit = TimeSpan.FromSeconds(30);

    public KeychainStoreTests(FakeFrameworks mac)
    {
        _mac = mac;
        _mac.Reset();
        _liveBefore = _mac.Live;
        CertificateRequest request = new("O=locald, CN=locald CA me@mac 12345678", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(0));
        using X509Certificate2 signed = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        _root = X509CertificateLoader.LoadCertificate(signed.RawData);
    }

    private KeychainStore Store => new(new TrustContext("/Users/me", _variables.GetValueOrDefault) { Scope = _scope, RunAs = _behindSudo, MintProbe = Mint }, _isRoot)
    {
        LookLimit = _limit,
        ChangeLimit = _limit,
    };

    /// <summary>Whatever the test did, no argument was wrong and no object was forgotten.</summary>
    public void Dispose()
    {
        Assert.Equal("", _mac.Violations);
        Assert.Equal(_liveBefore, _mac.Live);
        _root.Dispose();
        _key.Dispose();
    }

    [Theory]
    [InlineData(TrustScope.Usual, Admin)]
    [InlineData(TrustScope.Machine, Admin)]
    [InlineData(TrustScope.User, User)]
    public void The_root_goes_into_the_keychain_and_the_domain_is_read_back_said_already_and_goes(TrustScope scope, uint domain)
    {
        _scope = scope;
        Assert.Equal(StoreState.Missing, Store.Probe(_root).State);
        StoreResult result = Store.Install(_root);
        Assert.Equal((StoreOutcome.Done, ""), (result.Outcome, string.Join(' ', result.Hints)));
        Assert.EndsWith("and macOS accepts a certificate of it", result.Detail);
        Assert.Equal((1, 1, 0), (_mac.Items, _mac.Settings(domain), _mac.Settings(1 - domain)));
        Assert.Equal("default", _mac.KeychainOf(0));
        Assert.True(Array.IndexOf(_mac.Calls, "SecItemAdd") < Array.IndexOf(_mac.Calls, "SecTrustSettingsSetTrustSettings"));
        Assert.Equal(StoreOutcome.Already, Store.Install(_root).Outcome);

        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.Equal((0, 0, 0), (_mac.Items, _mac.Settings(User), _mac.Settings(Admin)));
        Assert.Equal(StoreOutcome.Already, Store.Remove(_root).Outcome);
    }

    [Fact]
    public void Settings_are_removed_in_both_domains_before_the_item()
    {
        Store.Install(_root);
        _scope = TrustScope.User;
        _variables.Clear();
        _mac.Results(Admin, 3);
        Store.Install(_root);
        _mac.Results(Admin, 1);
        Store.Remove(_root);
        Assert.Equal((0, 0, 0), (_mac.Items, _mac.Settings(User), _mac.Settings(Admin)));
        Assert.True(Array.LastIndexOf(_mac.Calls, "SecTrustSettingsRemoveTrustSettings") < Array.LastIndexOf(_mac.Calls, "SecItemDelete"));
    }

    [Fact]
    public void A_certificate_that_is_in_the_keychain_already_is_as_good()
    {
        Store.Install(_root);
        _mac.Results(Admin, 3);
        Assert.Equal((StoreState.Broken, TrustFault.Forbidden), (Store.Probe(_root).State, Store.Probe(_root).Fault));
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.Equal(1, _mac.Items);
    }

    [Theory]
    [InlineData(1, StoreState.Trusted)]
    [InlineData(2, StoreState.Trusted)]
    [InlineData(3, StoreState.Broken)]
    [InlineData(4, StoreState.Broken)]
    [InlineData(99, StoreState.Trusted)]
    public void What_the_settings_say_decides(int result, StoreState state)
    {
        Store.Install(_root);
        _mac.Results(Admin, result);
        Assert.Equal(state, Store.Probe(_root).State);
    }

    [Fact]
    public void In_the_keychain_without_a_setting_it_is_broken_and_mended_by_trust()
    {
        _mac.Fail("SecTrustSettingsSetTrustSettings", -60006);
        Assert.Equal(TrustFault.Cancelled, Store.Install(_root).Fault);
        _mac.Fail("", 0);
        StoreStatus status = Store.Probe(_root);
        Assert.Equal((StoreState.Broken, "locald trust"), (status.State, Assert.Single(status.Hints)));
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
    }

    [Fact]
    public void Settings_that_macOS_does_not_act_on_are_no_success()
    {
        _mac.Fail("SecTrustEvaluateWithError", -67843);
        StoreResult result = Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NotInBundle), (result.Outcome, result.Fault));
        Assert.Contains("macOS refuses a certificate of it: the certificate is not trusted", result.Detail);
    }

    public static TheoryData<string> Functions =>
    [
        "SecItemAdd", "SecTrustSettingsSetTrustSettings", "SecItemCopyMatching", "SecTrustSettingsCopyTrustSettings",
        "SecTrustSettingsCopyCertificates", "SecTrustCreateWithCertificates",
    ];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_error_of_every_call_is_told_with_its_name_and_a_next_step(string function)
    {
        foreach (int status in SecurityError.Known.Select(e => e.Status).Append(-9999).Append(-1).Except([SecurityError.ItemNotFound, SecurityError.NoTrustSettings]))
        {
            _mac.Reset();
            _mac.Fail(function, status);
            StoreResult result = Store.Install(_root);
            Assert.Equal(StoreOutcome.Failed, result.Outcome);
            Assert.Equal(SecurityError.Of(status).Fault, result.Fault);
            Assert.Contains(SecurityError.Of(status).Name, result.Detail);
            Assert.NotEmpty(result.Hints);
        }
    }

    [Theory]
    [InlineData("SecTrustSettingsRemoveTrustSettings")]
    [InlineData("SecItemDelete")]
    public void A_removal_that_fails_is_told_and_tried_again(string function)
    {
        Store.Install(_root);
        _mac.Fail(function, -60005);
        StoreResult result = Store.Remove(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NotPermitted), (result.Outcome, result.Fault));
        _mac.Fail("", 0);
        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.Equal((0, 0), (_mac.Items, _mac.Settings(Admin)));
    }

    [Fact]
    public void An_error_without_a_name_is_told_in_the_words_of_macOS()
    {
        Assert.Equal("Something happened (-9999)", SecurityError.Of(-9999).Meaning);
        Assert.Equal("macOS gives no explanation", SecurityError.Of(-1).Meaning);
    }

    [Theory]
    [InlineData("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22", "SSH")]
    [InlineData("CI", "true", "automated build")]
    [InlineData("", "", "no desktop session")]
    public void Where_nobody_sees_a_dialog_it_is_said_before_the_call(string variable, string value, string why)
    {
        _variables[variable] = value;
        if (variable.Length == 0)
        {
            _mac.Session(0x1000);
        }

        StoreResult result = Store.Install(_root);
        Assert.Equal(TrustFault.NoSession, result.Fault);
        Assert.Contains(why, result.Detail);
        Assert.Contains("locald ca --mobileconfig > locald.mobileconfig", result.Hints);
        Assert.DoesNotContain("SecItemAdd", _mac.Calls);
    }

    [Fact]
    public void Root_tries_and_passes_on_what_macOS_says()
    {
        _isRoot = true;
        _mac.Session(0);
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.Equal("/Library/Keychains/System.keychain", _mac.KeychainOf(0));
        _mac.Reset();
        _mac.Fail("SecTrustSettingsSetTrustSettings", -60007);
        Assert.Equal(TrustFault.NoSession, Store.Install(_root).Fault);
    }

    [Fact]
    public void Under_sudo_it_is_the_invoking_users_keychain_and_never_roots_own_settings()
    {
        _isRoot = true;
        _behindSudo = new(501, 20);
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.Equal("/Users/me/Library/Keychains/login.keychain-db", _mac.KeychainOf(0));
        _mac.Reset();
        _scope = TrustScope.User;
        StoreResult result = Store.Install(_root);
        Assert.Equal((TrustFault.NotPermitted, "locald trust --user"), (result.Fault, Assert.Single(result.Hints)));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("SecItemCopyMatching")]
    [InlineData("SecTrustSettingsSetTrustSettings")]
    public async Task A_call_that_hangs_is_given_up(string function)
    {
        _limit = TimeSpan.FromMilliseconds(200);
        _mac.Hang(function);
        StoreResult result = await Task.Run(() => Store.Install(_root), TestContext.Current.CancellationToken);
        Assert.Equal(TrustFault.ToolTimedOut, result.Fault);
        Assert.NotEmpty(result.Hints);
        _mac.GoOn();

        // The thread that hung gives its objects back when it ends.
        while (_mac.Live != _liveBefore)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void Roots_of_an_earlier_CA_are_strays_wherever_they_are()
    {
        using X509Certificate2 earlier = TestRoots.Create("locald CA me@mac 00000001");
        Store.Install(earlier);
        using X509Certificate2 other = TestRoots.Create("somebody else's");
        using (var certificate = Keychain.Certificate(other.RawDataMemory.Span))
        {
            new Keychain(null).Add(certificate, "other");
        }

        StrayRoot stray = Assert.Single(Store.Probe(_root).Strays);
        Assert.Equal([$"security delete-certificate -Z {earlier.GetCertHashString()} -t"], stray.RemoveCommand);
        Assert.Equal(2, Store.Probe(earlier).Places.Count);
        Assert.Single(Store.Probe(null).Strays);
    }

    [Fact]
    public void Several_stores_may_be_asked_at_once()
    {
        Store.Install(_root);
        Parallel.For(0, 200, _ => Assert.Equal(StoreState.Trusted, Store.Probe(_root).State));
    }

    [Fact]
    public void The_dialog_is_announced_and_the_commands_are_a_persons()
    {
        Step step = Assert.Single(Store.PlanInstall(_root, Store.Probe(_root), "/Users/me/a root.pem"));
        Assert.Contains("macOS will ask for your password", step.What);
        Assert.Equal("security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain '/Users/me/a root.pem'", step.Command);
        Store.Install(_root);
        Assert.Empty(Store.PlanInstall(_root, Store.Probe(_root), "/x"));
        Assert.Equal($"security delete-certificate -Z {_root.GetCertHashString()} -t", Assert.Single(Store.PlanRemove(_root, Store.Probe(_root))).Command);
    }

    private X509Certificate2 Mint(string name)
    {
        CertificateRequest request = new("O=locald", _key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(_root.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
    }
}

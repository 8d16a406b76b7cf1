using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;
using Locald.Trust.MacOS;

namespace Locald.Tests.Trust.MacOS;

[SupportedOSPlatform("linux")]
public sealed class KeychainVerdictTests(FakeFrameworks mac) : KeychainTest(mac)
{
    public static TheoryData<string, (int, int)[], StoreState, TrustFault> Settings => new()
    {
        { "always trust", [], StoreState.Trusted, TrustFault.None },
        { "trust root", [(1, 0)], StoreState.Trusted, TrustFault.None },
        { "trust as root", [(2, 0)], StoreState.Trusted, TrustFault.None },
        { "no result", [(FakeFrameworks.NoResult, 0)], StoreState.Trusted, TrustFault.None },
        { "for TLS", [(1, FakeFrameworks.ForTls)], StoreState.Trusted, TrustFault.None },
        { "never for mail, trusted for TLS", [(3, FakeFrameworks.ForMail), (1, FakeFrameworks.ForTls)], StoreState.Trusted, TrustFault.None },
        { "never", [(3, 0)], StoreState.Broken, TrustFault.Forbidden },
        { "never for TLS, trusted otherwise", [(1, 0), (3, FakeFrameworks.ForTls)], StoreState.Broken, TrustFault.Forbidden },
        { "unspecified", [(4, 0)], StoreState.Broken, TrustFault.NotInBundle },
        { "for mail", [(1, FakeFrameworks.ForMail)], StoreState.Broken, TrustFault.NotInBundle },
        { "for one host", [(1, FakeFrameworks.ForTls | FakeFrameworks.ForOneHost)], StoreState.Broken, TrustFault.NotInBundle },
        { "for one program", [(1, FakeFrameworks.ForOneProgram)], StoreState.Broken, TrustFault.NotInBundle },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void What_the_settings_say_to_an_HTTPS_client_decides(string what, (int, int)[] entries, StoreState state, TrustFault fault)
    {
        Installed();
        Mac.Entries(Admin, entries);
        StoreStatus status = Store.Probe(Root);
        Assert.Equal((what, state, fault), (what, status.State, status.Fault));
        Assert.Equal(state == StoreState.Trusted ? StoreOutcome.Already : StoreOutcome.Done, Store.Install(Root).Outcome);
        Assert.Equal(StoreState.Trusted, Store.Probe(Root).State);
    }

    [Fact]
    public void A_users_own_setting_overrules_that_of_all_users()
    {
        Installed(TrustScope.User);
        Installed(TrustScope.Machine);
        Mac.Entries(Admin, (3, 0));
        Assert.Equal(StoreState.Trusted, Store.Probe(Root).State);
        Scope = TrustScope.Machine;
        Assert.Equal(StoreState.Broken, Store.Probe(Root).State);
    }

    [Fact]
    public void Settings_that_macOS_does_not_act_on_are_no_success()
    {
        Mac.Fail("SecTrustEvaluateWithError", -67843);
        StoreResult result = Store.Install(Root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NotInBundle), (result.Outcome, result.Fault));
        Assert.Contains("macOS refuses a certificate of it: the certificate is not trusted", result.Detail);
        Mac.Fail("SecTrustEvaluateWithError", -1);
        Assert.Contains("does not say why", Store.Probe(Root).Detail);
    }

    [Fact]
    public void Where_no_leaf_can_be_made_macOS_is_asked_about_the_root_itself()
    {
        MintProbe = null;
        Assert.Equal(StoreState.Missing, Store.Probe(Root).State);
        StoreResult result = Store.Install(Root);
        Assert.Equal((StoreOutcome.Done, "the trust settings of all users trust the root, and macOS accepts it"), (result.Outcome, result.Detail));
        Mac.Fail("SecTrustEvaluateWithError", -67843);
        Assert.Contains("macOS refuses it: the certificate is not trusted", Store.Probe(Root).Detail);
    }

    [Fact]
    public void A_leaf_that_cannot_be_made_is_an_answer_and_no_exception()
    {
        MintProbe = _ => throw new CryptographicException("the key is gone.");
        StoreResult result = Store.Install(Root);
        Assert.Equal(StoreOutcome.Failed, result.Outcome);
        Assert.Contains("no certificate of it could be made to ask with: the key is gone", result.Detail);
    }

    [Fact]
    public void A_servers_certificate_gets_the_verdict_of_macOS()
    {
        Verification refused = new(VerificationOutcome.Refused, "the certificate is not trusted");
        using X509Certificate2 leaf = MintProbe!("app.localhost");
        Assert.Equal(refused, Store.Verify(leaf, "app.localhost"));
        Installed();
        Assert.Equal(VerificationOutcome.Accepted, Store.Verify(leaf, "app.localhost").Outcome);
        Assert.Equal(refused, Store.Verify(leaf, "other.localhost"));
        Mac.Fail("SecTrustCreateWithCertificates", -25291);
        Verification none = Store.Verify(leaf, "app.localhost");
        Assert.Equal(VerificationOutcome.NotAsked, none.Outcome);
        Assert.Contains("errSecNotAvailable", none.Reason);
    }

    [Fact]
    public void A_leaf_of_another_root_proves_nothing()
    {
        Installed();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        MintProbe = name => new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1));
        Assert.Equal(StoreState.Broken, Store.Probe(Root).State);
    }

    [Fact]
    public void Bytes_that_are_no_certificate_are_refused_by_name()
    {
        SecurityException refused = Assert.Throws<SecurityException>(() => Keychains.Certificate([0x30, 3, 1, 2, 3]));
        Assert.Contains("errSecUnknownFormat", refused.Message);
    }
}

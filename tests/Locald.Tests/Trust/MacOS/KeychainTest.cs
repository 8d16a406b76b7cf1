using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;
using Locald.Trust.MacOS;

namespace Locald.Tests.Trust.MacOS;

/// <summary>
/// A Mac of fake frameworks, which check every argument and count every object. The code under test has not yet run on macOS: this
/// shows that it calls what Apple's headers say, not how Apple's frameworks answer.
/// </summary>
[SupportedOSPlatform("linux")]
[Collection(FakeFrameworksFixture.Name)]
public abstract class KeychainTest : IDisposable
{
    protected const uint User = 0;
    protected const uint Admin = 1;
    private protected const string Login = "/Users/me/Library/Keychains/login.keychain-db";
    private protected const string SystemKeychain = "/Library/Keychains/System.keychain";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private FakeProcess _process;

    protected KeychainTest(FakeFrameworks mac)
    {
        Mac = mac;
        Mac.Reset();
        LiveBefore = Mac.Live;
        CertificateRequest request = new("O=locald, CN=locald CA me@mac 12345678", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(0));
        using X509Certificate2 signed = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        Root = X509CertificateLoader.LoadCertificate(signed.RawData);
        MintProbe = Mint;
    }

    private protected FakeFrameworks Mac { get; }

    private protected X509Certificate2 Root { get; }

    private protected long LiveBefore { get; }

    private protected Dictionary<string, string> Variables { get; } = [];

    private protected TrustScope Scope { get; set; }

    private protected TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(30);

    private protected TimeSpan SettleLimit { get; set; } = TimeSpan.Zero;

    private protected Func<string, X509Certificate2>? MintProbe { get; set; }

    private protected KeychainStore Store => new(new TrustContext("/Users/me", Variables.GetValueOrDefault)
    {
        Scope = Scope,
        RunAs = _process == FakeProcess.Sudo ? new(501, 20) : null,
        RootFile = "/Users/me/a root.pem",
        MintProbe = MintProbe,
    }, isRoot: _process != FakeProcess.Person)
    {
        LookLimit = Limit,
        ChangeLimit = Limit,
        SettleLimit = SettleLimit,
    };

    /// <summary>Whatever the test did, no argument was wrong and no object was forgotten.</summary>
    public virtual void Dispose()
    {
        Assert.Equal("", Mac.Violations);
        Assert.Equal(LiveBefore, Mac.Live);
        Root.Dispose();
        _key.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void As(FakeProcess process, bool unprotected = false) => Mac.Process(_process = process, unprotected);

    /// <summary>Puts the root in for a person or for all, as an earlier run of locald did.</summary>
    private protected void Installed(TrustScope scope = TrustScope.Usual)
    {
        (TrustScope before, Scope) = (Scope, scope);
        Assert.Equal(StoreOutcome.Done, Store.Install(Root).Outcome);
        Scope = before;
    }

    private protected (int Items, int User, int Admin) Held => (Mac.Items, Mac.Settings(User), Mac.Settings(Admin));

    private X509Certificate2 Mint(string name)
    {
        CertificateRequest request = new("O=locald", _key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;

namespace Locald.Tests.Certificates;

public sealed class LeafTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FixedClock _clock = new();
    private readonly CertManager _certificates;

    public LeafTests() => _certificates = CertManager.Open(_folder["ca"], clock: _clock);

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("my_app.localhost")]
    [InlineData("app.localhost.")]
    [InlineData("10.0.0.1")]
    [InlineData("caf\u00e9..localhost")]
    [InlineData("caf\u00e9.example.com")]
    public void A_leaf_for_a_name_outside_localhost_is_refused(string name) => Assert.Null(_certificates.Leaf(name));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("LocalHost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("::1")]
    public void No_name_or_an_address_gets_the_leaf_of_the_machine(string? name) => Assert.Same(_certificates.Leaf("localhost"), _certificates.Leaf(name));

    [Fact]
    public void A_name_gets_the_same_leaf_again_in_any_case() =>
        Assert.Same(_certificates.Leaf("app.localhost"), _certificates.Leaf("APP.localhost"));

    [Fact]
    public void A_name_that_the_runtime_decoded_to_Unicode_gets_the_leaf_for_what_the_client_sent() =>
        Assert.Same(_certificates.Leaf("xn--caf-dma.localhost"), _certificates.Leaf("caf\u00e9.localhost"));

    [Fact]
    public void A_leaf_has_its_own_key()
    {
        using ECDsa first = _certificates.Leaf("a.localhost")!.GetECDsaPrivateKey()!;
        using ECDsa second = _certificates.Leaf("b.localhost")!.GetECDsaPrivateKey()!;
        Assert.NotEqual(first.ExportSubjectPublicKeyInfo(), second.ExportSubjectPublicKeyInfo());
        Assert.Equal(_certificates.Leaf("a.localhost")!.PublicKey.ExportSubjectPublicKeyInfo(), first.ExportSubjectPublicKeyInfo());
    }

    [Theory]
    [InlineData("app.localhost")]
    [InlineData("APP.localhost")]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("my_app.localhost")]
    public void Finding_a_leaf_or_refusing_one_allocates_nothing(string name)
    {
        for (int i = 0; i < 1000; i++)
        {
            _certificates.Leaf(name);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _certificates.Leaf(name);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_leaf_past_two_thirds_of_its_life_is_remade_when_it_is_asked_for()
    {
        X509Certificate2 first = _certificates.Leaf("app.localhost")!;
        _clock.Now += TimeSpan.FromDays(59.9);
        Assert.Same(first, _certificates.Leaf("app.localhost"));

        _clock.Now += TimeSpan.FromDays(0.1);
        X509Certificate2 second = _certificates.Leaf("app.localhost")!;
        Assert.NotSame(first, second);
        Assert.InRange(second.NotAfter - first.NotAfter, TimeSpan.FromDays(59.99), TimeSpan.FromDays(60.01));
    }

    [Fact]
    public void A_leaf_from_the_future_is_remade_after_the_clock_was_set_back()
    {
        X509Certificate2 first = _certificates.Leaf("app.localhost")!;
        _clock.Now -= TimeSpan.FromHours(2);
        Assert.True(_certificates.Leaf("app.localhost")!.NotBefore < first.NotBefore);
    }

    [Fact]
    public void A_leaf_never_outlives_the_root_nor_begins_before_it()
    {
        _clock.Now = _certificates.RootExpiresAt - TimeSpan.FromDays(10);
        Assert.Equal(_certificates.Root.NotAfter, _certificates.Leaf("late.localhost")!.NotAfter);

        _clock.Now = _certificates.Root.NotBefore;
        Assert.Equal(_certificates.Root.NotBefore, _certificates.Leaf("early.localhost")!.NotBefore);
    }

    [Fact]
    public void After_the_root_ended_leaves_have_ended_too_and_are_not_remade_at_each_handshake()
    {
        _clock.Now = _certificates.RootExpiresAt + TimeSpan.FromDays(1);
        X509Certificate2 leaf = _certificates.Leaf("app.localhost")!;
        Assert.Equal(_certificates.Root.NotAfter, leaf.NotAfter);
        Assert.Same(leaf, _certificates.Leaf("app.localhost"));
    }

    [Fact]
    public void The_root_ages_with_a_year_left()
    {
        Assert.False(_certificates.RootIsAging);
        _clock.Now = _certificates.RootExpiresAt - TimeSpan.FromDays(366);
        Assert.False(_certificates.RootIsAging);
        _clock.Now += TimeSpan.FromDays(2);
        Assert.True(_certificates.RootIsAging);
    }

    [Fact]
    public void A_minted_certificate_names_exactly_what_was_asked_for()
    {
        using X509Certificate2 leaf = _certificates.Mint(["App.localhost", "*.app.localhost", "127.0.0.2", "::1", "app.localhost"], TimeSpan.FromDays(10));
        X509SubjectAlternativeNameExtension names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["app.localhost", "*.app.localhost"], names.EnumerateDnsNames());
        Assert.Equal(["127.0.0.2", "::1"], names.EnumerateIPAddresses().Select(a => a.ToString()));
        Assert.Equal(TimeSpan.FromDays(10), leaf.NotAfter - leaf.NotBefore);
    }

    [Fact]
    public void A_minted_certificate_ends_with_the_root()
    {
        using X509Certificate2 leaf = _certificates.Mint(["app.localhost"], TimeSpan.FromDays(9999));
        Assert.Equal(_certificates.Root.NotAfter, leaf.NotAfter);
    }

    [Fact]
    public void Nothing_is_minted_for_a_foreign_name() =>
        Assert.Throws<NameException>(() => _certificates.Mint(["app.localhost", "example.com"], TimeSpan.FromDays(1)));
}

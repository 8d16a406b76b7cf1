using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;

namespace Locald.Tests.Certificates;

public sealed class LeafCacheTests : IDisposable
{
    private readonly FixedClock _clock = new();
    private readonly List<string> _made = [];
    private readonly LeafCache _cache;

    public LeafCacheTests() => _cache = new LeafCache(Make, _clock, limit: 8);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void Any_number_of_names_stays_within_the_bound()
    {
        for (int i = 0; i < 1000; i++)
        {
            _cache.Get($"n{i}.localhost");
            Assert.InRange(_cache.Count, 1, 8);
        }

        Assert.Equal(1000, _made.Count);
    }

    [Fact]
    public void A_name_in_use_outlives_names_that_come_and_go()
    {
        X509Certificate2 kept = _cache.Get("app.localhost");
        for (int i = 0; i < 100; i++)
        {
            _cache.Get($"n{i}.localhost");
            Assert.Same(kept, _cache.Get("app.localhost"));
        }
    }

    [Fact]
    public void An_evicted_leaf_stays_usable_for_the_handshake_that_holds_it()
    {
        X509Certificate2 held = _cache.Get("app.localhost");
        for (int i = 0; i < 100; i++)
        {
            _cache.Get($"n{i}.localhost");
        }

        using ECDsa key = held.GetECDsaPrivateKey()!;
        Assert.NotEmpty(key.SignData("x"u8, HashAlgorithmName.SHA256));
    }

    [Fact(Timeout = 30_000)]
    public async Task Handshakes_for_one_name_at_once_make_one_leaf()
    {
        using Barrier start = new(16);
        X509Certificate2[] leaves = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return _cache.Get("app.localhost");
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Single(leaves.Distinct());
        Assert.Single(_made);
    }

    [Fact]
    public void A_name_whose_leaf_could_not_be_made_is_tried_again()
    {
        int tries = 0;
        using LeafCache cache = new(name => ++tries == 1 ? throw new CryptographicException() : Make(name), _clock, limit: 8);
        Assert.Throws<CryptographicException>(() => cache.Get("app.localhost"));
        Assert.NotNull(cache.Get("app.localhost"));
    }

    private X509Certificate2 Make(string name)
    {
        lock (_made)
        {
            _made.Add(name);
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("O=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(_clock.Now.AddHours(-1), _clock.Now.AddDays(90));
    }
}

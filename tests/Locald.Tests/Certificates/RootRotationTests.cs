using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;

namespace Locald.Tests.Certificates;

public sealed class RootRotationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RootRotation _rotation;
    private readonly byte[] _old;

    public RootRotationTests()
    {
        using CertManager first = CertManager.Open(Ca);
        _old = first.Root.RawData;
        _rotation = new(Ca);
    }

    private string Ca => _folder["ca"];

    private byte[] Root
    {
        get
        {
            using CertManager manager = CertManager.Open(Ca);
            return manager.Root.RawData;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_staged_root_changes_nothing_until_it_is_committed()
    {
        using X509Certificate2 next = _rotation.Stage();
        Assert.Equal(_old, Root);
        _rotation.Commit();
        Assert.Equal(next.RawData, Root);
        Assert.Equal(_old, Assert.Single(_rotation.Retired()).RawData);
    }

    [Fact]
    public void The_old_key_is_gone_and_the_new_one_private()
    {
        string old = File.ReadAllText(Path.Combine(Ca, "root-key.pem"));
        _rotation.Stage().Dispose();
        _rotation.Commit();
        Assert.DoesNotContain(Directory.GetFiles(Ca, "*", SearchOption.AllDirectories), file => File.ReadAllText(file) == old);
        Assert.Equal(["retired", "root-key.pem", "root.pem"], Directory.GetFileSystemEntries(Ca).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Ca, "root-key.pem")));
        }
    }

    [Fact]
    public void A_root_that_was_staged_and_not_used_is_taken_up_again()
    {
        using X509Certificate2 first = _rotation.Stage();
        using X509Certificate2 second = new RootRotation(Ca).Stage();
        Assert.Equal(first.RawData, second.RawData);
    }

    [Fact]
    public void An_abandoned_root_leaves_nothing()
    {
        string[] before = Directory.GetFileSystemEntries(Ca);
        _rotation.Stage().Dispose();
        _rotation.Abandon();
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(Ca).Order());
        Assert.Equal(_old, Root);
        Assert.Throws<RootException>(_rotation.Commit);
    }

    [Fact]
    public void Killed_after_the_certificate_was_renamed_readers_take_the_staged_key_and_the_next_run_puts_it_in_place()
    {
        using X509Certificate2 next = _rotation.Stage();
        File.Move(Path.Combine(Ca, "next-root.pem"), Path.Combine(Ca, "root.pem"), overwrite: true);
        using (CertManager manager = CertManager.Open(Ca))
        {
            Assert.Equal(next.RawData, manager.Root.RawData);
            Assert.True(IsIssuedBy(manager.Leaf("app.localhost")!, next));
        }

        using X509Certificate2 third = _rotation.Stage();
        Assert.NotEqual(next.RawData, third.RawData);
        Assert.Equal(next.RawData, Root);
        _rotation.Abandon();
        Assert.Equal(["root-key.pem", "root.pem"], Directory.GetFileSystemEntries(Ca).Select(Path.GetFileName).Order());
        Assert.Equal(next.RawData, Root);
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("damaged")]
    public void Killed_with_the_key_alone_staged_the_next_run_stages_another(string key)
    {
        _rotation.Stage().Dispose();
        File.Delete(Path.Combine(Ca, "next-root.pem"));
        if (key == "damaged")
        {
            File.WriteAllText(Path.Combine(Ca, "next-root-key.pem"), "half");
        }

        Assert.Equal(_old, Root);
        _rotation.Stage().Dispose();
        _rotation.Commit();
        Assert.NotEqual(_old, Root);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("exposed")]
    public void A_root_whose_key_cannot_be_used_is_replaced_all_the_same(string how)
    {
        string key = Path.Combine(Ca, "root-key.pem");
        if (how == "lost")
        {
            File.Delete(key);
        }
        else if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, (UnixFileMode)0b110_100_100);
        }

        _rotation.Stage().Dispose();
        _rotation.Commit();
        Assert.NotEqual(_old, Root);
    }

    [Theory]
    [InlineData("exposed")]
    [InlineData("damaged")]
    [InlineData("lost")]
    public void Killed_between_the_renames_the_state_of_the_old_key_matters_to_nobody(string how)
    {
        using X509Certificate2 next = _rotation.Stage();
        File.Move(Path.Combine(Ca, "next-root.pem"), Path.Combine(Ca, "root.pem"), overwrite: true);
        string key = Path.Combine(Ca, "root-key.pem");
        File.WriteAllText(key, "no key");
        if (how == "lost")
        {
            File.Delete(key);
        }
        else if (how == "exposed" && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, (UnixFileMode)0b110_100_100);
        }

        Assert.True(_rotation.IsUnfinished);
        Assert.Equal(next.RawData, Root);
        _rotation.Resume();
        Assert.False(_rotation.IsUnfinished);
        Assert.Equal(next.RawData, Root);
        Assert.Equal(["root-key.pem", "root.pem"], Directory.GetFileSystemEntries(Ca).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_rotation_that_did_not_come_to_its_change_has_retired_nothing()
    {
        _rotation.Stage().Dispose();
        Directory.CreateDirectory(Path.Combine(Ca, "retired"));
        File.Copy(Path.Combine(Ca, "root.pem"), Path.Combine(Ca, "retired/0123456789ab.pem"));
        Assert.Empty(_rotation.Retired());
        _rotation.Commit();
        Assert.All(_rotation.Retired(), retired => Assert.Equal(_old, retired.RawData));
        Assert.NotEmpty(_rotation.Retired());
    }

    [Fact]
    public void What_is_no_certificate_among_the_retired_stops_nothing()
    {
        _rotation.Stage().Dispose();
        _rotation.Commit();
        File.WriteAllText(Path.Combine(Ca, "retired/nonsense.pem"), "nonsense");
        Directory.CreateDirectory(Path.Combine(Ca, "retired/folder.pem"));
        Assert.Equal(_old, Assert.Single(_rotation.Retired()).RawData);
    }

    [Fact]
    public void A_root_that_was_staged_years_ago_is_made_again()
    {
        FixedClock clock = new(DateTimeOffset.UtcNow);
        RootRotation later = new(Ca, clock: clock);
        using X509Certificate2 first = later.Stage();
        clock.Now += TimeSpan.FromDays(3000);
        using X509Certificate2 same = later.Stage();
        Assert.Equal(first.RawData, same.RawData);
        clock.Now += TimeSpan.FromDays(500);
        using X509Certificate2 second = later.Stage();
        Assert.NotEqual(first.RawData, second.RawData);
        Assert.True(second.NotAfter > clock.Now.UtcDateTime.AddDays(3600));
    }

    [Theory]
    [InlineData("next-root.pem")]
    [InlineData("next-root-key.pem")]
    public void A_staged_root_that_was_damaged_is_made_again(string file)
    {
        _rotation.Stage().Dispose();
        File.WriteAllText(Path.Combine(Ca, file), "nonsense");
        Assert.Equal(_old, Root);
        Assert.Throws<RootException>(_rotation.Commit);
        _rotation.Stage().Dispose();
        _rotation.Commit();
        Assert.NotEqual(_old, Root);
    }

    [Fact]
    public void A_root_that_is_not_ours_is_not_replaced()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=somebody else's", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        using X509Certificate2 other = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(Ca, "root.pem"), other.ExportCertificatePem());
        RootException refused = Assert.Throws<RootException>(() => _rotation.Stage());
        Assert.Equal(RootFault.NotOurs, refused.Fault);
        Assert.False(_rotation.IsUnfinished);
    }

    [Fact]
    public void A_leaf_of_the_staged_root_can_be_had_before_it_is_in_use()
    {
        using X509Certificate2 next = _rotation.Stage();
        using X509Certificate2 leaf = _rotation.MintStaged("trust-probe.localhost", TimeSpan.FromDays(1));
        Assert.True(IsIssuedBy(leaf, next));
    }

    [Fact]
    public async Task A_running_manager_takes_the_new_root_over_and_leaves_in_use_stay_whole()
    {
        using CertManager running = CertManager.Open(Ca);
        X509Certificate2 before = running.Leaf("app.localhost")!;
        using X509Certificate2 next = _rotation.Stage();
        _rotation.Commit();
        X509Certificate2 after = await Until(() => running.Leaf("app.localhost")!, leaf => IsIssuedBy(leaf, next));
        Assert.Equal(next.RawData, running.Root.RawData);
        Assert.True(after.HasPrivateKey);
        using ECDsa key = before.GetECDsaPrivateKey()!;
        Assert.NotEmpty(key.SignData("still there"u8.ToArray(), HashAlgorithmName.SHA256));
    }

    [Fact]
    public async Task A_running_manager_keeps_its_root_while_the_new_one_cannot_be_read()
    {
        using CertManager running = CertManager.Open(Ca);
        _rotation.Stage().Dispose();
        File.WriteAllText(Path.Combine(Ca, "root.pem"), "half of a");
        await Until(() => running.Leaf($"{Random.Shared.Next()}.localhost")!, leaf => leaf.HasPrivateKey, looks: 3);
        Assert.Equal(_old, running.Root.RawData);
        File.Move(Path.Combine(Ca, "next-root.pem"), Path.Combine(Ca, "root.pem"), overwrite: true);
        await Until(() => running.Leaf("app.localhost")!, _ => !running.Root.RawData.AsSpan().SequenceEqual(_old));
    }

    [Fact(Timeout = 60_000)]
    public async Task Readers_never_find_half_of_each()
    {
        using CancellationTokenSource done = new();
        Task reader = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                using CertManager manager = CertManager.Open(Ca);
                Assert.True(IsIssuedBy(manager.Leaf("app.localhost")!, manager.Root));
            }
        }, TestContext.Current.CancellationToken);
        for (int i = 0; i < 30; i++)
        {
            _rotation.Stage().Dispose();
            _rotation.Commit();
        }

        await done.CancelAsync();
        await reader;
    }

    [Fact]
    public void Two_that_rotate_at_once_stage_the_same_root()
    {
        byte[][] staged = new byte[8][];
        Parallel.For(0, staged.Length, i =>
        {
            using X509Certificate2 next = new RootRotation(Ca).Stage();
            staged[i] = next.RawData;
        });
        Assert.All(staged, s => Assert.Equal(staged[0], s));
    }

    private static bool IsIssuedBy(X509Certificate2 leaf, X509Certificate2 root)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(leaf);
    }

    /// <summary>Asks until the answer fits; each look at the file is a quarter of a second after the last.</summary>
    private static async Task<X509Certificate2> Until(Func<X509Certificate2> ask, Func<X509Certificate2, bool> fits, int looks = 1)
    {
        long end = Environment.TickCount64 + 20_000;
        long least = looks == 1 ? 0 : Environment.TickCount64 + (looks * 300);
        while (true)
        {
            X509Certificate2 answer = ask();
            if (fits(answer) && Environment.TickCount64 >= least)
            {
                return answer;
            }

            Assert.True(Environment.TickCount64 < end, "not within 20 s");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}

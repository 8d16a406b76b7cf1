using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;
using Locald.Trust.Java;

namespace Locald.Tests.Trust.Java;

/// <summary>With the machine's own keytool, on key stores of the test's own.</summary>
[SupportedOSPlatform("linux")]
public sealed class JavaStoreTests : IDisposable
{
    private readonly FakeJava _java = new();
    private readonly X509Certificate2 _root = TestRoots.Create();

    public void Dispose()
    {
        _root.Dispose();
        _java.Dispose();
    }

    [Theory]
    [InlineData("JKS", "changeit")]
    [InlineData("PKCS12", "changeit")]
    [InlineData("PKCS12", "")]
    public void The_root_is_put_in_read_back_said_already_and_taken_out(string type, string password)
    {
        _java.Make(type, password);
        Assert.Equal(StoreState.Missing, _java.Store.Probe(_root).State);
        Assert.Equal((StoreOutcome.Done, ""), (_java.Store.Install(_root) is var done ? done.Outcome : default, string.Join(' ', done.Hints)));
        Assert.Contains("locald-", _java.List());
        Assert.Equal(StoreState.Trusted, _java.Store.Probe(_root).State);
        Assert.Equal(StoreOutcome.Already, _java.Store.Install(_root).Outcome);
        Assert.Equal(StoreOutcome.Done, _java.Store.Remove(_root).Outcome);
        Assert.DoesNotContain("locald-", _java.List());
        Assert.Contains("other", _java.List());
        Assert.Equal(StoreOutcome.Already, _java.Store.Remove(_root).Outcome);
        Assert.Equal([_java.Path], Directory.GetFiles(Path.GetDirectoryName(_java.Path)!));
    }

    [Fact]
    public void A_root_under_another_alias_is_found_by_its_bytes_and_removed()
    {
        _java.Make("PKCS12", "changeit");
        _java.Store.Install(_root);
        _java.Replace("""exec $KEYTOOL "$@" """);
        using System.Diagnostics.Process rename = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("keytool",
            ["-changealias", "-alias", _java.List().Split('\n').First(l => l.StartsWith("locald-", StringComparison.Ordinal)).Split(',')[0],
                "-destalias", "mine own", "-keystore", _java.Path, "-storepass", "changeit"]) { RedirectStandardError = true })!;
        rename.WaitForExit();
        Assert.Equal(StoreOutcome.Done, _java.Store.Remove(_root).Outcome);
        Assert.DoesNotContain("mine own", _java.List());
    }

    [Fact]
    public void A_password_of_the_users_own_is_told_with_the_command_to_type()
    {
        _java.Make("PKCS12", "a secret of mine");
        byte[] before = File.ReadAllBytes(_java.Path);
        Assert.Equal((StoreState.Broken, TrustFault.PasswordNeeded), (_java.Store.Probe(_root).State, _java.Store.Probe(_root).Fault));
        StoreResult result = _java.Store.Install(_root);
        Assert.Equal(TrustFault.PasswordNeeded, result.Fault);
        Assert.Contains($"-importcert -keystore {_java.Path}", result.Hints[0]);
        Assert.Equal(before, File.ReadAllBytes(_java.Path));
    }

    [Fact]
    public void A_JKS_password_of_the_users_own_is_told_by_keytool()
    {
        _java.Make("JKS", "a secret of mine");
        byte[] before = File.ReadAllBytes(_java.Path);
        Assert.Equal(TrustFault.PasswordNeeded, _java.Store.Install(_root).Fault);
        Assert.Equal(before, File.ReadAllBytes(_java.Path));
    }

    [Theory]
    [InlineData("echo broken > $R/jdk/lib/security/cacerts; echo no space left; exit 1", TrustFault.ToolFailed)]
    [InlineData("exit 0", TrustFault.NotInBundle)]
    [InlineData("echo > $R/jdk/lib/security/cacerts; exit 0", TrustFault.StoreDamaged)]
    public void A_keytool_that_fails_or_lies_leaves_the_key_store_as_it_was(string script, TrustFault fault)
    {
        _java.Make("PKCS12", "changeit");
        File.SetUnixFileMode(_java.Path, (UnixFileMode)0b110_100_000);
        byte[] before = File.ReadAllBytes(_java.Path);
        _java.Replace(script);
        StoreResult result = _java.Store.Install(_root);
        Assert.Equal(StoreOutcome.Failed, result.Outcome);
        Assert.True(result.Fault == fault || fault == TrustFault.StoreDamaged, result.ToString());
        Assert.Equal(before, File.ReadAllBytes(_java.Path));
        Assert.Equal((UnixFileMode)0b110_100_000, File.GetUnixFileMode(_java.Path));
        Assert.Equal([_java.Path], Directory.GetFiles(Path.GetDirectoryName(_java.Path)!));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_keytool_that_hangs_is_stopped()
    {
        _java.Make("PKCS12", "changeit");
        _java.Linux.ToolLimit = TimeSpan.FromMilliseconds(300);
        _java.Replace("exec sleep 60");
        StoreResult result = await Task.Run(() => _java.Store.Install(_root), TestContext.Current.CancellationToken);
        Assert.Equal(TrustFault.ToolTimedOut, result.Fault);
    }

    [Fact]
    public void What_a_killed_run_left_is_put_right_by_the_next()
    {
        _java.Make("PKCS12", "changeit");
        File.Move(_java.Path, _java.Path + ".locald-backup");
        File.WriteAllText(_java.Path, "half of a");
        Assert.Equal(StoreState.Broken, _java.Store.Probe(_root).State);
        Assert.Equal(StoreOutcome.Done, _java.Store.Install(_root).Outcome);
        Assert.Contains("other", _java.List());
        Assert.Equal([_java.Path], Directory.GetFiles(Path.GetDirectoryName(_java.Path)!));
    }

    [Fact]
    public void A_runtime_without_keytool_is_told()
    {
        _java.Make("PKCS12", "changeit");
        File.Delete(_java.Linux.At("/jdk/bin/keytool"));
        Assert.Equal(TrustFault.PackageMissing, _java.Store.Install(_root).Fault);
    }

    [Fact]
    public void An_earlier_root_is_a_stray()
    {
        _java.Make("PKCS12", "changeit");
        using X509Certificate2 earlier = TestRoots.Create("locald CA me@here 00000001");
        _java.Store.Install(earlier);
        Assert.Contains("-delete -alias locald-", Assert.Single(Assert.Single(_java.Store.Probe(_root).Strays).RemoveCommand));
    }

    [Fact]
    public void A_key_store_that_the_system_writes_is_not_a_store_of_its_own()
    {
        _java.Linux.Write("/etc/ssl/certs/java/cacerts", "");
        _java.Linux.Link(FakeJava.KeyStore, _java.Linux.At("/etc/ssl/certs/java/cacerts"));
        Assert.Null(JavaHome.Find(new TrustContext(null, name => name == "JAVA_HOME" ? _java.Home : null), _java.Linux.Machine));
    }

    [Fact]
    public void The_store_is_found_again_by_its_id()
    {
        _java.Make("PKCS12", "changeit");
        Assert.Equal(_java.Store.Id, TrustStores.FromId(_java.Store.Id, new TrustContext(null, _ => null))!.Id);
        Assert.Null(TrustStores.FromId("java:/etc/passwd", new TrustContext(null, _ => null)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("FEEDFEED0000000200000001")]
    [InlineData("FEEDFEED00000002FFFFFFFF0000000200FF")]
    [InlineData("30820000")]
    public void A_damaged_file_is_told_as_such(string hex)
    {
        File.WriteAllBytes(_java.Path, Convert.FromHexString(hex));
        Assert.Equal((StoreState.Broken, TrustFault.StoreDamaged), (_java.Store.Probe(_root).State, _java.Store.Probe(_root).Fault));
    }

    [Fact]
    public void Random_bytes_after_the_magic_number_are_survived()
    {
        Random random = new(20260102);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] file = new byte[random.Next(12, 200)];
            random.NextBytes(file);
            new byte[] { 0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0 }.CopyTo(file, 0);
            Assert.True(JksFile.Trusted(file) is null or { Count: <= 255 });
        }
    }
}

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
        Assert.Empty(_java.Beside);
    }

    [Fact]
    public void A_root_under_another_alias_is_found_by_its_bytes_and_removed()
    {
        _java.Make("PKCS12", "");
        _java.Add(_root, "mine own");
        Assert.Contains("-alias 'mine own'", Assert.Single(_java.Store.PlanRemove(_root, _java.Store.Probe(_root))).Command);
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
        Assert.Contains($"-alias locald -file root.pem -keystore {_java.Path}", result.Hints[0]);
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
    [InlineData("echo broken > $copy; echo no space left; exit 1", TrustFault.ToolFailed, "no space left")]
    [InlineData("exit 0", TrustFault.NotInBundle, "does not hold the root")]
    [InlineData("echo > $copy; exit 0", TrustFault.StoreDamaged, "is damaged")]
    [InlineData("$KEYTOOL \"$@\" && $KEYTOOL -delete -alias other -keystore $copy -storepass changeit", TrustFault.StoreDamaged, "it lost 1 of 2 entries (first other)")]
    [InlineData("$KEYTOOL \"$@\" && $KEYTOOL -changealias -alias other -destalias mine -keystore $copy -storepass changeit", TrustFault.StoreDamaged, "it lost 1 of 2 entries")]
    [InlineData("$KEYTOOL \"$@\" && $KEYTOOL -genkeypair -keyalg EC -dname CN=a -alias mine -keystore $copy -storepass changeit", TrustFault.StoreDamaged, "was not there (mine)")]
    [InlineData("$KEYTOOL -importkeystore -noprompt -srckeystore $copy -srcstorepass changeit -destkeystore $copy.2 -deststoretype PKCS12 -deststorepass changeit && $KEYTOOL \"$@\" -keystore $copy.2 && mv $copy.2 $copy", TrustFault.StoreDamaged, "it was encrypted")]
    [InlineData("$KEYTOOL \"$@\" && $KEYTOOL -storepasswd -new 'a secret' -keystore $copy -storepass changeit", TrustFault.StoreDamaged, "password was changed", "JKS")]
    public void A_keytool_that_fails_or_lies_leaves_the_key_store_as_it_was(string script, TrustFault fault, string why, string type = "PKCS12")
    {
        _java.Make(type, type == "JKS" ? "changeit" : "");
        File.SetUnixFileMode(_java.Path, (UnixFileMode)0b110_100_000);
        byte[] before = File.ReadAllBytes(_java.Path);
        _java.Replace($"copy={_java.Path}.locald-new\n{script}");
        StoreResult result = _java.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, fault), (result.Outcome, result.Fault));
        Assert.Contains(why, result.Detail);
        Assert.Equal(before, File.ReadAllBytes(_java.Path));
        Assert.Equal((UnixFileMode)0b110_100_000, File.GetUnixFileMode(_java.Path));
        Assert.Empty(_java.Beside);
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
        _java.Make("PKCS12", "");
        File.Move(_java.Path, _java.Path + ".locald-backup");
        File.WriteAllText(_java.Path, "half of a");
        Assert.Equal(StoreState.Broken, _java.Store.Probe(_root).State);
        Assert.Equal(StoreOutcome.Done, _java.Store.Install(_root).Outcome);
        Assert.Contains("other", _java.List());
        Assert.Empty(_java.Beside);
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
    public void The_store_is_found_again_by_its_id_also_where_its_file_is_a_link_out_of_the_runtime()
    {
        _java.Make("PKCS12", "");
        File.Move(_java.Path, _java.Linux.At("/elsewhere"));
        _java.Linux.Link(FakeJava.KeyStore, _java.Linux.At("/elsewhere"));
        ITrustStore again = TrustStores.FromId(_java.Store.Id, new TrustContext(null, _ => null))!;
        Assert.Equal(_java.Store.Title, again.Title);
        Assert.Equal(StoreOutcome.Done, again.Install(_root).Outcome);
        Assert.Equal(_java.Linux.At("/elsewhere"), Assert.Single(_java.Store.Probe(_root).Places));
        Assert.NotNull(new FileInfo(_java.Path).LinkTarget);
        Assert.Null(TrustStores.FromId("java:/etc/passwd", new TrustContext(null, _ => null)));
    }

    [Fact]
    public void Where_a_hook_of_the_system_put_the_root_in_there_is_nothing_left_to_do()
    {
        _java.Make("JKS", "changeit");
        _java.Add(_root, "debian:locald-test.pem", "JKS", "changeit");
        File.Delete(_java.Linux.At("/jdk/bin/keytool"));
        Assert.Equal((StoreState.Trusted, StoreOutcome.Already), (_java.Store.Probe(_root).State, _java.Store.Install(_root).Outcome));
    }

    [Fact]
    public void An_encrypted_key_store_is_told_to_need_its_password_though_the_root_is_in_it()
    {
        _java.Make("PKCS12", "changeit");
        Assert.Equal(StoreState.Missing, _java.Store.Probe(_root).State);
        StoreResult result = _java.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.PasswordNeeded), (result.Outcome, result.Fault));
        Assert.Contains("-Djavax.net.ssl.trustStorePassword=changeit", Assert.Single(result.Hints));
        Assert.Contains("locald-", _java.List());
        Assert.Equal((StoreState.Broken, _java.Path), (_java.Store.Probe(_root).State, Assert.Single(_java.Store.Probe(_root).Places)));
        Assert.Equal(result, _java.Store.Install(_root) with { Hints = result.Hints, Warnings = result.Warnings });
        Assert.Equal(StoreOutcome.Done, _java.Store.Remove(_root).Outcome);
        Assert.DoesNotContain("locald-", _java.List());
    }

    [Fact]
    public void A_root_without_Javas_attribute_is_not_trusted_and_both_verbs_mend_it()
    {
        _java.MakeUntrusted(_root);
        Assert.Equal((StoreState.Broken, TrustFault.NotInBundle), (_java.Store.Probe(_root).State, _java.Store.Probe(_root).Fault));
        Assert.Contains("trustedKeyUsage", _java.Store.Probe(_root).Detail);
        Assert.Equal(StoreOutcome.Done, _java.Store.Remove(_root).Outcome);
        Assert.Equal(StoreState.Missing, _java.Store.Probe(_root).State);
        _java.MakeUntrusted(_root);
        Assert.Equal(StoreOutcome.Done, _java.Store.Install(_root).Outcome);
        Assert.Equal(StoreState.Trusted, _java.Store.Probe(_root).State);
    }

    [Fact]
    public void What_keytool_would_drop_is_kept_and_told()
    {
        using X509Certificate2 other = TestRoots.Create("somebody else's");
        _java.MakeUntrusted(other);
        byte[] before = File.ReadAllBytes(_java.Path);
        Assert.Contains("it lost 1 of 1 entries", _java.Store.Install(_root).Detail);
        Assert.Equal(before, File.ReadAllBytes(_java.Path));
    }

    [Theory]
    [InlineData("PBEWithSHA1AndRC2_40", StoreState.Broken, "old algorithm")]
    [InlineData("PBEWithSHA1AndDESede", StoreState.Missing, "does not hold the root")]
    [InlineData("PBEWithHmacSHA512AndAES_128", StoreState.Missing, "does not hold the root")]
    public void An_old_encryption_is_read_or_called_so(string algorithm, StoreState state, string detail)
    {
        _java.Make("PKCS12", "changeit", $"-J-Dkeystore.pkcs12.certProtectionAlgorithm={algorithm}");
        StoreStatus status = _java.Store.Probe(_root);
        Assert.Equal(state, status.State);
        Assert.Contains(detail, status.Detail);
        Assert.Equal(state == StoreState.Broken ? TrustFault.PasswordNeeded : TrustFault.None, status.Fault);
    }

    [Fact]
    public void A_key_is_kept_byte_for_byte()
    {
        _java.Make("PKCS12", "");
        _java.Keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=a", "-alias", "mine");
        JavaEntry key = Assert.Single(KeyStoreFile.Read(_java.Path).Content!.Entries, e => e.Kind == JavaEntryKind.Other);
        Assert.Equal(StoreOutcome.Done, _java.Store.Install(_root).Outcome);
        Assert.Equal(key.Value, Assert.Single(KeyStoreFile.Read(_java.Path).Content!.Entries, e => e.Kind == JavaEntryKind.Other).Value);
    }

    [Fact]
    public void An_alias_of_ours_that_another_certificate_has_is_left_alone()
    {
        _java.Make("PKCS12", "");
        using X509Certificate2 other = TestRoots.Create("somebody else's");
        string alias = OurRoots.FileName(_root);
        _java.Add(other, alias);
        string command = Assert.Single(_java.Store.PlanInstall(_root, _java.Store.Probe(_root), "/root.pem")).Command;
        Assert.Contains($"-alias {alias}-2 -file /root.pem -keystore {_java.Path} ", command);
        Assert.Equal(StoreOutcome.Done, _java.Store.Install(_root).Outcome);
        Assert.Equal(StoreOutcome.Done, _java.Store.Remove(_root).Outcome);
        Assert.Contains(KeyStoreFile.Read(_java.Path).Content!.Entries, e => e.Alias == alias && e.Value.SequenceEqual(other.RawData));
    }

    [Fact(Timeout = 120_000)]
    public async Task Two_that_change_it_at_once_lose_nothing()
    {
        _java.Make("PKCS12", "");
        using X509Certificate2 second = TestRoots.Create();
        StoreResult[] results = await Task.WhenAll(new[] { _root, second }.Select(r => Task.Run(() => _java.Store.Install(r), TestContext.Current.CancellationToken)));
        Assert.All(results, r => Assert.Equal(StoreOutcome.Done, r.Outcome));
        Assert.Equal((StoreState.Trusted, StoreState.Trusted), (_java.Store.Probe(_root).State, _java.Store.Probe(second).State));
        Assert.Empty(_java.Beside);
    }

    [Fact]
    public void What_another_program_changes_in_the_meantime_is_not_lost()
    {
        _java.Make("JKS", "changeit");
        using X509Certificate2 other = TestRoots.Create("somebody else's");
        _java.Linux.Write("/other.pem", other.ExportCertificatePem());
        _java.Replace($"""
            mkdir $R/once 2>/dev/null && $KEYTOOL -importcert -noprompt -alias meanwhile -file $R/other.pem -keystore {_java.Path} -storepass changeit
            exec $KEYTOOL "$@"
            """);
        Assert.Equal(StoreOutcome.Done, _java.Store.Install(_root).Outcome);
        Assert.Contains("meanwhile", _java.List());
        Assert.Equal(StoreState.Trusted, _java.Store.Probe(_root).State);
    }

    [Fact]
    public void A_JVM_that_reads_it_meanwhile_has_the_old_file_whole()
    {
        _java.Make("PKCS12", "");
        byte[] before = File.ReadAllBytes(_java.Path);
        using FileStream open = new(_java.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Assert.Equal(StoreOutcome.Done, _java.Store.Install(_root).Outcome);
        byte[] read = new byte[before.Length + 1];
        Assert.Equal(before.Length, open.ReadAtLeast(read, read.Length, throwOnEndOfStream: false));
        Assert.Equal(before, read[..^1]);
    }

    [Fact]
    public void Owner_and_permissions_are_kept()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root gives files away");
        _java.Make("PKCS12", "");
        File.SetUnixFileMode(_java.Path, (UnixFileMode)0b110_100_000);
        using (System.Diagnostics.Process chown = System.Diagnostics.Process.Start("chown", ["65534:4", _java.Path]))
        {
            Assert.True(chown.WaitForExit(10_000));
        }

        Assert.Equal(StoreOutcome.Done, _java.Store.Install(_root).Outcome);
        Assert.Equal((65534u, (UnixFileMode)0b110_100_000), (Locald.Trust.Linux.UnixFile.OwnerOf(_java.Path), File.GetUnixFileMode(_java.Path)));
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
            Assert.True(JksFile.Read(file) is null or { Entries.Count: <= 255 });
        }
    }
}

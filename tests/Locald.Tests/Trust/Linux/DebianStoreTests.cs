using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;

namespace Locald.Tests.Trust.Linux;

[SupportedOSPlatform("linux")]
public sealed class DebianStoreTests : IDisposable
{
    private const string Anchors = "/usr/local/share/ca-certificates";
    private const string Bundle = "/etc/ssl/certs/ca-certificates.crt";
    private const string RefreshTool = "/usr/sbin/update-ca-certificates";

    private readonly FakeLinux _debian = FakeLinux.Debian();
    private readonly X509Certificate2 _root = TestRoots.Create();
    private readonly X509Certificate2 _another = TestRoots.Create("Somebody's CA");

    public void Dispose()
    {
        _debian.Dispose();
        _root.Dispose();
        _another.Dispose();
    }

    [Fact]
    public void The_plan_names_every_file_and_command()
    {
        IReadOnlyList<Step> plan = _debian.Store.PlanInstall(_root, _debian.Store.Probe(_root), "/home/a user/rootCA.pem");
        Assert.Equal(2, plan.Count);
        Assert.StartsWith($"install -D -m 0644 '/home/a user/rootCA.pem' {Anchors}/locald-", plan[0].Command);
        Assert.Equal("update-ca-certificates", plan[1].Command);
        Assert.Equal(0, _debian.Refreshes);
        Assert.Empty(_debian.Store.PlanRemove(_root, _debian.Store.Probe(_root)));
    }

    [Fact]
    public void Removal_leaves_no_link_hanging()
    {
        _debian.Store.Install(_root);
        Assert.Equal(3, Directory.GetFiles(_debian.At("/etc/ssl/certs")).Length);
        Assert.Equal(StoreOutcome.Done, _debian.Store.Remove(_root).Outcome);
        Assert.Equal([_debian.At(Bundle)], Directory.GetFiles(_debian.At("/etc/ssl/certs")));
        Assert.Equal("", _debian.Read(Bundle));
    }

    [Fact]
    public void Links_of_an_anchor_that_was_deleted_by_hand_are_removed_too()
    {
        _debian.Store.Install(_root);
        File.Delete(Directory.GetFiles(_debian.At(Anchors))[0]);
        Assert.NotEmpty(_debian.Store.PlanRemove(_root, _debian.Store.Probe(_root)));
        Assert.Equal(StoreOutcome.Done, _debian.Store.Remove(_root).Outcome);
        Assert.Empty(Directory.GetFiles(_debian.At("/etc/ssl/certs"), "*.pem"));
        Assert.Empty(Directory.GetFiles(_debian.At("/etc/ssl/certs"), "*.0"));
    }

    [Fact]
    public void A_copy_under_another_name_is_known_by_its_bytes()
    {
        _debian.Write($"{Anchors}/mine.crt", _root.ExportCertificatePem() + "\n");
        _debian.Write(Bundle, _root.ExportCertificatePem() + "\n");
        Assert.Equal(StoreOutcome.Already, _debian.Store.Install(_root).Outcome);
        Assert.Equal(StoreOutcome.Done, _debian.Store.Remove(_root).Outcome);
        Assert.False(_debian.Has($"{Anchors}/mine.crt"));
    }

    [Fact]
    public void Other_roots_stay()
    {
        _debian.Write($"{Anchors}/theirs.crt", _another.ExportCertificatePem() + "\n");
        _debian.Store.Install(_root);
        _debian.Store.Remove(_root);
        Assert.Equal(_another.ExportCertificatePem() + "\n", _debian.Read(Bundle));
        Assert.True(_debian.Has("/etc/ssl/certs/theirs.pem"));
    }

    [Fact]
    public void A_file_that_holds_other_certificates_too_is_left_and_named()
    {
        _debian.Write($"{Anchors}/both.crt", $"{_another.ExportCertificatePem()}\n{_root.ExportCertificatePem()}\n");
        StoreResult result = _debian.Store.Remove(_root);
        Assert.Equal(TrustFault.AnchorShared, result.Fault);
        Assert.Contains($"{Anchors}/both.crt", result.Detail);
        Assert.True(_debian.Has($"{Anchors}/both.crt"));
    }

    [Fact]
    public void A_root_that_stands_in_the_bundle_alone_is_trusted_and_the_next_refresh_is_spoken_of()
    {
        _debian.Write(Bundle, _root.ExportCertificatePem() + "\n");
        StoreStatus status = _debian.Store.Probe(_root);
        Assert.Equal(StoreState.Trusted, status.State);
        Assert.Contains("until the next update-ca-certificates", status.Detail);
        Assert.Equal(StoreOutcome.Done, _debian.Store.Install(_root).Outcome);
        Assert.Single(Directory.GetFiles(_debian.At(Anchors)));
    }

    [Fact]
    public void An_anchor_that_never_reached_the_bundle_needs_a_refresh_only()
    {
        _debian.Write($"{Anchors}/mine.crt", _root.ExportCertificatePem() + "\n");
        Assert.Equal("update-ca-certificates", Assert.Single(_debian.Store.PlanInstall(_root, _debian.Store.Probe(_root), "/ca.pem")).Command);
        Assert.Equal(StoreOutcome.Done, _debian.Store.Install(_root).Outcome);
        Assert.Equal([_debian.At($"{Anchors}/mine.crt")], Directory.GetFiles(_debian.At(Anchors)));
    }

    [Fact]
    public void A_tool_that_reports_success_and_does_nothing_is_not_believed()
    {
        _debian.Tool(RefreshTool, "echo '1 added, 0 removed; done.'");
        _debian.Write(Bundle, _another.ExportCertificatePem() + "\n");
        StoreResult result = _debian.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NotInBundle), (result.Outcome, result.Fault));
        Assert.Empty(Directory.GetFiles(_debian.At(Anchors)));
    }

    [Fact]
    public void A_tool_that_fails_is_quoted_and_the_anchor_is_taken_back()
    {
        _debian.Tool(RefreshTool, "echo working; echo 'openssl: not found' >&2; exit 127");
        StoreResult result = _debian.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.ToolFailed), (result.Outcome, result.Fault));
        Assert.Equal("update-ca-certificates ended with code 127: openssl: not found", result.Detail);
        Assert.Equal("sudo update-ca-certificates", result.Hints[0]);
        Assert.Empty(Directory.GetFiles(_debian.At(Anchors)));
    }

    [Fact]
    public void A_tool_that_complains_after_it_has_rebuilt_the_bundle_is_a_warning()
    {
        _debian.Tool(RefreshTool, $"cat $R{Anchors}/*.crt > $R{Bundle}; echo 'E: hook exited with code 1.' >&2; exit 1");
        StoreResult result = _debian.Store.Install(_root);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Contains("E: hook exited with code 1.", Assert.Single(result.Warnings));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_tool_that_hangs_is_stopped_with_its_children_and_its_half_bundle_deleted()
    {
        _debian.ToolLimit = TimeSpan.FromMilliseconds(500);
        _debian.Tool(RefreshTool, $"cat $R{Anchors}/*.crt >> $R{Bundle}.new; sleep 600 & echo $! > $R/child; wait");
        StoreResult result = await Task.Run(() => _debian.Store.Install(_root), TestContext.Current.CancellationToken);
        Assert.Equal((StoreOutcome.Failed, TrustFault.ToolTimedOut), (result.Outcome, result.Fault));
        Assert.False(_debian.Has($"{Bundle}.new"));
        Assert.Empty(Directory.GetFiles(_debian.At(Anchors)));
        while (IsRunning(_debian.Read("/child").Trim()))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void A_tool_that_cannot_be_started_is_said_so()
    {
        _debian.Write(RefreshTool, "#!/nonexistent/interpreter\n");
        StoreResult result = _debian.Store.Install(_root);
        Assert.Equal(TrustFault.ToolFailed, result.Fault);
        Assert.Contains("could not be started", result.Detail);
        Assert.Empty(Directory.GetFiles(_debian.At(Anchors)));
    }

    [Fact]
    public void A_damaged_anchor_of_somebody_else_spoils_the_bundle_and_is_named()
    {
        _debian.Write($"{Anchors}/a-broken.crt", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
        StoreResult result = _debian.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.BundleDamaged), (result.Outcome, result.Fault));
        Assert.Contains($"{Bundle} is damaged at line 1", result.Detail);
        Assert.Contains($"{Anchors}/a-broken.crt", result.Hints[0]);
        Assert.Equal([_debian.At($"{Anchors}/a-broken.crt")], Directory.GetFiles(_debian.At(Anchors)));
    }

    [Fact]
    public void A_damaged_bundle_is_seen_and_mended_by_a_refresh()
    {
        _debian.Store.Install(_root);
        string whole = _debian.Read(Bundle);
        _debian.Write(Bundle, whole[..^60]);
        StoreStatus status = _debian.Store.Probe(_root);
        Assert.Equal((StoreState.Broken, TrustFault.BundleDamaged), (status.State, status.Fault));
        Assert.Equal(StoreOutcome.Done, _debian.Store.Install(_root).Outcome);
        Assert.Equal(whole, _debian.Read(Bundle));
    }

    [Fact]
    public void A_bundle_that_other_users_cannot_read_is_not_called_trusted()
    {
        _debian.Store.Install(_root);
        File.SetUnixFileMode(_debian.At(Bundle), UnixFileMode.UserRead);
        StoreStatus status = _debian.Store.Probe(_root);
        Assert.Equal(StoreState.Broken, status.State);
        Assert.Contains("cannot be read by other users", status.Detail);
    }

    [Fact]
    public void A_root_that_stays_in_the_bundle_after_its_removal_is_a_failure()
    {
        _debian.Store.Install(_root);
        _debian.Tool(RefreshTool, $"cat $R/theirs > $R{Bundle}");
        _debian.Write("/theirs", $"{_another.ExportCertificatePem()}\n{_root.ExportCertificatePem()}\n");
        StoreResult result = _debian.Store.Remove(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.StillInBundle), (result.Outcome, result.Fault));
    }

    [Fact]
    public void Roots_of_an_earlier_CA_of_ours_are_listed_and_left()
    {
        using X509Certificate2 earlier = TestRoots.Create("locald CA somebody@somewhere 87654321");
        _debian.Store.Install(earlier);
        _debian.Write($"{Anchors}/theirs.crt", _another.ExportCertificatePem());
        StrayRoot stray = Assert.Single(_debian.Store.Probe(_root).Strays);
        Assert.Contains("87654321", stray.Subject);
        Assert.Equal([$"sudo rm {stray.Place}", "sudo update-ca-certificates"], stray.RemoveCommand);
        Assert.Equal(StoreOutcome.Already, _debian.Store.Remove(_root).Outcome);
        Assert.True(_debian.Has(stray.Place));
        Assert.Empty(_debian.Store.Probe(earlier).Strays);
    }

    /// <summary>A killed process may stay in the list as a zombie until somebody asks for its exit code.</summary>
    private static bool IsRunning(string pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ");
}

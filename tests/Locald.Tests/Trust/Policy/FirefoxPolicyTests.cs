using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Policy;

namespace Locald.Tests.Trust.Policy;

[SupportedOSPlatform("linux")]
public sealed class FirefoxPolicyTests : IDisposable
{
    private const string Policies = "/etc/firefox/policies/policies.json";

    private readonly FakeLinux _linux = new();
    private readonly X509Certificate2 _root = TestRoots.Create();
    private readonly string _pem;

    public FirefoxPolicyTests()
    {
        _linux.Folder("/etc");
        _pem = $"/etc/firefox/policies/{OurRoots.FileName(_root)}.pem";
    }

    private FirefoxPolicyStore Store => new(_linux.Machine, Policies);

    public void Dispose()
    {
        _linux.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void A_machine_without_policies_gets_a_file_for_everybody_and_loses_it_again()
    {
        Assert.Equal(StoreState.Missing, Store.Probe(_root).State);
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.Contains($"\"Install\": [\"{_pem}\"]", _linux.Read(Policies));
        Assert.Equal(_root.ExportCertificatePem() + "\n", _linux.Read(_pem));
        Assert.Equal(PublicFile.Readable, File.GetUnixFileMode(_linux.At(Policies)));
        Assert.Equal(PublicFile.Readable, File.GetUnixFileMode(_linux.At(_pem)));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(_linux.At("/etc/firefox")));

        StoreStatus status = Store.Probe(_root);
        Assert.Equal((StoreState.Trusted, TrustFault.None), (status.State, status.Fault));
        Assert.Equal([Policies, _pem], status.Places);
        Assert.Equal(StoreOutcome.Already, Store.Install(_root).Outcome);

        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.False(Directory.Exists(_linux.At("/etc/firefox")));
        Assert.Equal(StoreOutcome.Already, Store.Remove(_root).Outcome);
    }

    [Fact]
    public void An_administrators_file_and_folders_stay_as_they_were_to_the_byte()
    {
        const string Theirs = "{\n    \"policies\": {\n        \"DisableTelemetry\": true,\n        \"Homepage\": {\"URL\": \"https://exämple.org\"}\n    }\n}";
        _linux.Write(Policies, Theirs);
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.StartsWith(Theirs[..60], _linux.Read(Policies));
        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.Equal(Theirs, _linux.Read(Policies));
        Assert.Equal([_linux.At(Policies)], Directory.GetFiles(_linux.At("/etc/firefox/policies")));
    }

    [Fact]
    public void A_file_of_ours_that_an_administrator_wrote_into_stays()
    {
        Store.Install(_root);
        _linux.Write(Policies, _linux.Read(Policies).Replace("\"policies\": {", "\"policies\": {\"DisableTelemetry\": true,"));
        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.Contains("DisableTelemetry", _linux.Read(Policies));
        Assert.DoesNotContain("Certificates", _linux.Read(Policies));
        Assert.False(_linux.Has(_pem));
    }

    [Fact]
    public void A_folder_that_was_there_before_stays()
    {
        _linux.Folder("/etc/firefox");
        Store.Install(_root);
        Store.Remove(_root);
        Assert.Empty(Directory.GetFileSystemEntries(_linux.At("/etc/firefox")));
    }

    [Theory]
    [InlineData("{\n  \"policies\": {\n    \"A\" 1\n  }\n}", "line 3, column 9")]
    [InlineData("", "line 1, column 1")]
    [InlineData("\uFEFF{}", "line 1, column 1")]
    [InlineData("{\"policies\": [1]}", "policies is no object")]
    public void A_file_that_Firefox_cannot_read_is_never_written_over(string text, string detail)
    {
        _linux.Write(Policies, text);
        byte[] before = File.ReadAllBytes(_linux.At(Policies));
        StoreStatus status = Store.Probe(_root);
        Assert.Equal((StoreState.Broken, TrustFault.StoreDamaged), (status.State, status.Fault));
        Assert.Contains(detail, status.Detail);
        Assert.StartsWith("sudo vi ", status.Hints[0]);
        Assert.Equal((StoreOutcome.Failed, TrustFault.StoreDamaged), (Store.Install(_root).Outcome, Store.Install(_root).Fault));
        Assert.Equal(StoreOutcome.Failed, Store.Remove(_root).Outcome);
        Assert.Equal(before, File.ReadAllBytes(_linux.At(Policies)));
        Assert.Empty(Store.PlanInstall(_root, status, "/ca.pem"));
    }

    [Fact]
    public void Files_that_users_cannot_read_are_not_called_trusted()
    {
        Store.Install(_root);
        File.SetUnixFileMode(_linux.At(_pem), UnixFileMode.UserRead);
        StoreStatus status = Store.Probe(_root);
        Assert.Equal((StoreState.Broken, TrustFault.NotPermitted), (status.State, status.Fault));
        Assert.Equal($"sudo chmod a+r {_pem}", status.Hints[0]);
        File.SetUnixFileMode(_linux.At(Policies), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(TrustFault.NotPermitted, Store.Probe(_root).Fault);
    }

    [Fact]
    public void A_named_file_that_is_gone_is_told_and_written_again()
    {
        Store.Install(_root);
        File.Delete(_linux.At(_pem));
        Assert.Equal(StoreState.Broken, Store.Probe(_root).State);
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.Single(Store.Probe(_root).Places, p => p == _pem);
        File.Delete(_linux.At(_pem));
        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.False(_linux.Has(Policies));
    }

    [Fact]
    public void A_root_that_somebody_named_under_another_file_is_known_by_its_bytes_and_that_file_is_left()
    {
        _linux.Write("/srv/their.der", "");
        File.WriteAllBytes(_linux.At("/srv/their.der"), _root.RawData);
        _linux.Write(Policies, """{"policies": {"Certificates": {"Install": ["plain-name.pem", "/srv/their.der"]}}}""");
        Assert.Equal(StoreOutcome.Already, Store.Install(_root).Outcome);
        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.Equal("""{"policies": {"Certificates": {"Install": ["plain-name.pem"]}}}""", _linux.Read(Policies));
        Assert.True(_linux.Has("/srv/their.der"));
    }

    [Fact]
    public void A_link_to_the_file_stays_a_link()
    {
        _linux.Write("/srv/policies.json", "{}");
        _linux.Link(Policies, "../../../srv/policies.json");
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.NotNull(new FileInfo(_linux.At(Policies)).LinkTarget);
        Assert.Contains(_pem, _linux.Read("/srv/policies.json"));
    }

    [Fact]
    public void Roots_of_an_earlier_CA_of_ours_are_listed()
    {
        using X509Certificate2 earlier = TestRoots.Create("locald CA somebody@somewhere 87654321");
        Store.Install(earlier);
        StrayRoot stray = Assert.Single(Store.Probe(_root).Strays);
        Assert.Equal([$"sudo rm {stray.Place}"], stray.RemoveCommand);
        Assert.True(Store.HasOurs());
        Assert.Single(Store.Probe(null).Strays);
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.Equal(StoreOutcome.Done, Store.Remove(earlier).Outcome);
        Assert.Equal(StoreState.Trusted, Store.Probe(_root).State);
    }

    [Fact]
    public void The_plan_is_commands_that_do_the_same()
    {
        _linux.Write("/ca.pem", _root.ExportCertificatePem() + "\n");
        IReadOnlyList<Step> plan = Store.PlanInstall(_root, Store.Probe(_root), _linux.At("/ca.pem"));
        Assert.Equal($"install -D -m 0644 {_linux.At("/ca.pem")} {_pem}", plan[0].Command);
        string place = _linux.At("");
        Shell.Run(string.Join(" && ", plan.Select(s => s.Command.Replace("/etc/firefox", $"{place}/etc/firefox"))));
        Assert.Equal(StoreState.Trusted, Store.Probe(_root).State);
        Shell.Run(string.Join(" && ", Store.PlanRemove(_root, Store.Probe(_root)).Select(s => s.Command.Replace("/etc/firefox", $"{place}/etc/firefox"))));
        Assert.False(_linux.Has(Policies));
        Assert.Empty(Store.PlanRemove(_root, Store.Probe(_root)));
    }
}

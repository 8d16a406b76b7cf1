using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Policy;

namespace Locald.Tests.Trust.Policy;

[SupportedOSPlatform("linux")]
public sealed class ChromiumPolicyTests : IDisposable
{
    private const string Managed = "/etc/chromium/policies/managed";

    private readonly FakeLinux _linux = new();
    private readonly X509Certificate2 _root = TestRoots.Create();
    private readonly string _own;

    public ChromiumPolicyTests()
    {
        _linux.Folder("/etc/chromium");
        _own = $"{Managed}/{OurRoots.FileName(_root)}.json";
    }

    private ChromiumPolicyStore Store => new(_linux.Machine, "Chromium", Managed);

    private string Base64 => Convert.ToBase64String(_root.RawData);

    public void Dispose()
    {
        _linux.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void A_file_of_our_own_comes_and_goes_with_the_folders_made_for_it()
    {
        Assert.Equal(StoreState.Missing, Store.Probe(_root).State);
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.Equal(StoreState.Trusted, Store.Probe(_root).State);
        Assert.Equal(PublicFile.Readable, File.GetUnixFileMode(_linux.At(_own)));
        Assert.Equal(StoreOutcome.Already, Store.Install(_root).Outcome);
        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.Empty(Directory.GetFileSystemEntries(_linux.At("/etc/chromium")));
    }

    [Fact]
    public void Folders_that_were_there_stay()
    {
        _linux.Folder(Managed);
        Store.Install(_root);
        Store.Remove(_root);
        Assert.Empty(Directory.GetFileSystemEntries(_linux.At(Managed)));
    }

    [Fact]
    public void The_root_goes_into_the_list_that_counts_because_lists_of_several_files_are_not_merged()
    {
        const string Theirs = "{\n  // the company's\n  \"CACertificates\": [\n    \"AAAA\"\n  ],\n}";
        _linux.Write($"{Managed}/aa.json", "{\"CACertificates\": []}");
        _linux.Write($"{Managed}/company.json", Theirs);
        _linux.Write($"{Managed}/zz.json", "{\"HomepageLocation\": \"https://example.org\"}");
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.Contains($"\n    \"AAAA\",\n    \"{Base64}\"\n", _linux.Read($"{Managed}/company.json"));
        Assert.Equal([$"{Managed}/company.json"], Store.Probe(_root).Places);
        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.Equal(Theirs, _linux.Read($"{Managed}/company.json"));
    }

    [Fact]
    public void A_later_file_that_sets_the_list_hides_ours_until_the_root_is_in_it()
    {
        Store.Install(_root);
        _linux.Write($"{Managed}/zz.json", "{\"CACertificates\": []}");
        StoreStatus status = Store.Probe(_root);
        Assert.Equal((StoreState.Broken, TrustFault.NotInBundle), (status.State, status.Fault));
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.Equal(2, Store.Probe(_root).Places.Count);
        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.Equal([_linux.At($"{Managed}/zz.json")], Directory.GetFiles(_linux.At(Managed)));
        Assert.Equal("{\"CACertificates\": []}", _linux.Read($"{Managed}/zz.json"));
    }

    [Fact]
    public void A_list_that_is_no_list_counts_and_is_left_alone()
    {
        _linux.Write($"{Managed}/zz.json", "{\"CACertificates\": \"AAAA\"}");
        StoreStatus status = Store.Probe(_root);
        Assert.Equal((StoreState.Broken, TrustFault.StoreDamaged), (status.State, status.Fault));
        Assert.Contains("CACertificates is no list", status.Detail);
        Assert.Equal(StoreOutcome.Failed, Store.Install(_root).Outcome);
        Assert.Equal("{\"CACertificates\": \"AAAA\"}", _linux.Read($"{Managed}/zz.json"));
    }

    [Fact]
    public void Files_that_the_browser_passes_over_are_passed_over()
    {
        _linux.Write($"{Managed}/zz.json", "{\"CACertificates\": [");
        _linux.Write($"{Managed}/zzz.json", "{\"CACertificates\": []}");
        File.SetUnixFileMode(_linux.At($"{Managed}/zzz.json"), UnixFileMode.UserRead);
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.True(_linux.Has(_own));
    }

    [Fact]
    public void A_damaged_file_of_our_own_is_told_with_the_place_and_not_written_over()
    {
        Store.Install(_root);
        _linux.Write(_own, _linux.Read(_own).Replace("]", ""));
        StoreStatus status = Store.Probe(_root);
        Assert.Equal((StoreState.Broken, TrustFault.StoreDamaged), (status.State, status.Fault));
        Assert.Contains("line 4, column 1", status.Detail);
        Assert.Equal(StoreOutcome.Failed, Store.Install(_root).Outcome);
    }

    [Fact]
    public void Two_roots_share_one_list_and_each_goes_alone()
    {
        using X509Certificate2 earlier = TestRoots.Create("locald CA somebody@somewhere 87654321");
        Store.Install(earlier);
        StrayRoot stray = Assert.Single(Store.Probe(_root).Strays);
        Assert.Equal([$"sudo rm {stray.Place}"], stray.RemoveCommand);
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.Equal([$"sudo vi {stray.Place}"], Assert.Single(Store.Probe(_root).Strays).RemoveCommand);
        Assert.Equal(StoreOutcome.Done, Store.Remove(earlier).Outcome);
        Assert.Equal(StoreState.Trusted, Store.Probe(_root).State);
        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.False(Directory.Exists(_linux.At("/etc/chromium/policies")));
    }

    [Fact]
    public void The_plan_is_commands_that_do_the_same()
    {
        Step step = Assert.Single(Store.PlanInstall(_root, Store.Probe(_root), "/ca.pem"));
        Assert.DoesNotContain('"', step.Command);
        Shell.Run(step.Command.Replace("/etc/", $"{_linux.Root}/etc/"));
        Assert.Equal(StoreState.Trusted, Store.Probe(_root).State);
        Shell.Run(Assert.Single(Store.PlanRemove(_root, Store.Probe(_root))).Command.Replace("/etc/", $"{_linux.Root}/etc/"));
        Assert.Empty(Directory.GetFileSystemEntries(_linux.At("/etc/chromium")));
    }
}

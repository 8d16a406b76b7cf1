using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

/// <summary>With real databases, by the machine's own libnss3 and by Firefox's.</summary>
[SupportedOSPlatform("linux")]
public sealed class NssStoreTests : IDisposable
{
    private readonly NssMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_root_is_put_in_read_back_said_already_and_taken_out_without_a_trace(bool byFirefox)
    {
        _machine.Make();
        NssStore store = byFirefox ? _machine.Of(NssMachine.Firefox) : _machine.Store;
        Assert.Equal(StoreState.Missing, store.Probe(_machine.Root).State);
        Assert.NotEmpty(store.PlanInstall(_machine.Root, store.Probe(_machine.Root), "/root.pem"));

        Assert.Equal(StoreOutcome.Done, store.Install(_machine.Root).Outcome);
        StoreStatus status = store.Probe(_machine.Root);
        Assert.Equal(StoreState.Trusted, status.State);
        Assert.StartsWith(byFirefox ? "NSS 3.1" : "NSS 3.", status.Detail);
        Assert.Equal([$"{_machine.Folder}/cert9.db"], status.Places);
        Assert.Empty(status.Strays);
        Assert.Empty(store.PlanInstall(_machine.Root, status, "/root.pem"));

        byte[] before = File.ReadAllBytes($"{_machine.Folder}/cert9.db");
        Assert.Equal(StoreOutcome.Already, store.Install(_machine.Root).Outcome);
        Assert.Equal(before, File.ReadAllBytes($"{_machine.Folder}/cert9.db"));

        Assert.Equal(StoreOutcome.Done, store.Remove(_machine.Root).Outcome);
        Assert.Equal(StoreState.Missing, store.Probe(_machine.Root).State);
        Assert.Equal(0, _machine.Objects());
        Assert.Equal(StoreOutcome.Already, store.Remove(_machine.Root).Outcome);
    }

    [Fact]
    public void A_missing_database_is_made_for_its_owner_alone_and_without_a_password()
    {
        Assert.Equal(StoreState.Missing, _machine.Store.Probe(_machine.Root).State);
        Assert.False(Directory.Exists(_machine.Folder));
        Assert.Equal(StoreOutcome.Done, _machine.Install().Outcome);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_machine.Folder));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode($"{_machine.Folder}/key4.db"));
        Assert.Matches(@"locald CA somebody@somewhere 12345678 +C,,", _machine.Certutil("-L"));
    }

    [Fact]
    public void What_a_killed_run_left_out_beside_a_new_database_is_written_by_the_next()
    {
        CompanionFile ini = new($"{Path.GetDirectoryName(_machine.Folder)}/profiles.ini", "[General]\n");
        NssStore store = new(new(_machine.Folder, "the test's database", []) { Companions = [ini] }, new(_machine.Machine, _machine.Ask, null));
        Assert.Equal(StoreOutcome.Done, store.Install(_machine.Root).Outcome);
        Assert.Equal("[General]\n", File.ReadAllText(ini.Path));

        File.Delete(ini.Path);
        Assert.Equal((StoreState.Broken, TrustFault.NotInBundle), store.Probe(_machine.Root) is var found ? (found.State, found.Fault) : default);
        Assert.Equal(StoreOutcome.Done, store.Install(_machine.Root).Outcome);
        Assert.Equal("[General]\n", File.ReadAllText(ini.Path));
        Assert.Equal(StoreOutcome.Already, store.Install(_machine.Root).Outcome);

        File.Delete(ini.Path);
        Assert.Equal(StoreOutcome.Done, store.Remove(_machine.Root).Outcome);
    }

    [Fact]
    public void The_commands_of_the_plan_do_the_same_by_hand()
    {
        _machine.Make();
        string pem = _machine.Linux.At("/root.pem");
        File.WriteAllText(pem, _machine.Root.ExportCertificatePem());
        Shell(_machine.Store.PlanInstall(_machine.Root, _machine.Store.Probe(_machine.Root), pem));
        Assert.Equal(StoreState.Trusted, _machine.Store.Probe(_machine.Root).State);
        Shell(_machine.Store.PlanRemove(_machine.Root, _machine.Store.Probe(_machine.Root)));
        Assert.Equal(StoreState.Missing, _machine.Store.Probe(_machine.Root).State);
    }

    [Fact]
    public void A_root_that_is_there_without_trust_is_broken_and_mended()
    {
        _machine.Install();
        _machine.Certutil("-M", "-n", "locald CA somebody@somewhere 12345678", "-t", ",,");
        Assert.Equal((StoreState.Broken, TrustFault.NotInBundle), _machine.Store.Probe(_machine.Root) is var found ? (found.State, found.Fault) : default);
        Assert.Equal(StoreOutcome.Done, _machine.Install().Outcome);
    }

    [Fact]
    public void Two_roots_live_side_by_side_and_each_sees_the_other_as_a_stray()
    {
        using X509Certificate2 other = TestRoots.Create("locald CA somebody@somewhere 87654321");
        _machine.Install();
        Assert.Equal(StoreOutcome.Done, _machine.Store.Install(other).Outcome);
        StrayRoot stray = Assert.Single(_machine.Store.Probe(_machine.Root).Strays);
        Assert.Contains("87654321", stray.Subject);
        Assert.Equal(2, _machine.Store.Probe(null).Strays.Count);

        Assert.Equal(StoreOutcome.Done, _machine.Store.Remove(other).Outcome);
        Assert.Equal(StoreState.Trusted, _machine.Store.Probe(_machine.Root).State);
        Assert.Empty(_machine.Store.Probe(_machine.Root).Strays);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_killed_try_left_is_cleared_away(bool hasFolder)
    {
        string left = hasFolder ? Path.Combine(_machine.Folder, ".locald-new") : $"{_machine.Folder}.locald-new";
        Directory.CreateDirectory(left);
        File.WriteAllText(Path.Combine(left, "cert9.db"), "half");
        File.WriteAllText(Path.Combine(left, ".hidden"), "");
        File.CreateSymbolicLink(Path.Combine(left, "key4.db"), "/nowhere");
        Assert.Equal(StoreOutcome.Done, _machine.Install().Outcome);
        Assert.Equal(["cert9.db", "key4.db"], Directory.GetFileSystemEntries(_machine.Folder).Select(Path.GetFileName).Order());
        Assert.False(Path.Exists(left));
    }

    [Fact]
    public void What_is_not_ours_stays()
    {
        using X509Certificate2 theirs = TestRoots.Create("somebody else's locald CA ");
        _machine.Install();
        Assert.Equal(StoreOutcome.Done, _machine.Store.Install(theirs).Outcome);
        Assert.Empty(_machine.Store.Probe(_machine.Root).Strays);
        Assert.Equal(StoreOutcome.Done, _machine.Store.Remove(_machine.Root).Outcome);
        Assert.Equal(StoreState.Trusted, _machine.Store.Probe(theirs).State);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Trust_that_two_versions_of_NSS_wrote_goes_with_either(bool firefoxFirst, bool firefoxRemoves)
    {
        NssStore[] stores = [_machine.Store, _machine.Of(NssMachine.Firefox)];
        stores[firefoxFirst ? 1 : 0].Install(_machine.Root);

        // The older one does not see the newer one's trust; so it writes its own beside it.
        stores[firefoxFirst ? 0 : 1].Install(_machine.Root);
        Assert.Equal(StoreOutcome.Done, stores[firefoxRemoves ? 1 : 0].Remove(_machine.Root).Outcome);
        Assert.Equal(0, _machine.Objects());
    }

    [Fact]
    public void The_systems_library_stands_in_for_a_browsers_own_and_says_so()
    {
        _machine.Of("/nowhere").Install(_machine.Root);
        Assert.Contains("the system's NSS 3", _machine.Of("/nowhere").Probe(_machine.Root).Detail);
        Assert.DoesNotContain("the system's", _machine.Store.Probe(_machine.Root).Detail);
    }

    private static void Shell(IReadOnlyList<Step> steps)
    {
        foreach (Step step in steps)
        {
            using System.Diagnostics.Process shell = System.Diagnostics.Process.Start("sh", ["-c", step.Command]);
            shell.WaitForExit();
            Assert.Equal(0, shell.ExitCode);
        }
    }
}

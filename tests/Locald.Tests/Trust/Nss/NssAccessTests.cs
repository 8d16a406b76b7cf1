using System.Runtime.Versioning;
using Locald.Doctor;
using Locald.Doctor.Probe;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

/// <summary>Where the helper program cannot do it: certutil, or the package to install.</summary>
[SupportedOSPlatform("linux")]
public sealed class NssAccessTests : IDisposable
{
    private readonly NssMachine _machine = new() { Ask = _ => NssAnswer.NotStarted("version GLIBC_2.34 not found") };

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Certutil_makes_puts_in_reads_back_and_takes_out()
    {
        Assert.Equal(StoreOutcome.Done, _machine.Install().Outcome);
        Assert.Equal((StoreState.Trusted, "certutil reads it as a trusted authority"), _machine.Store.Probe(_machine.Root) is var found ? (found.State, found.Detail) : default);
        Assert.Equal(StoreOutcome.Already, _machine.Install().Outcome);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_machine.Folder));
        using var other = TestRoots.Create("locald CA somebody@somewhere 87654321");
        _machine.Store.Install(other);
        Assert.Contains("87654321", Assert.Single(_machine.Store.Probe(_machine.Root).Strays).Subject);
        Assert.Equal(StoreOutcome.Done, _machine.Store.Remove(_machine.Root).Outcome);
        Assert.Equal(StoreState.Missing, _machine.Store.Probe(_machine.Root).State);
        Assert.Equal(StoreState.Trusted, _machine.Store.Probe(other).State);
    }

    [Fact]
    public void Certutil_mends_a_database_without_its_keys()
    {
        _machine.Install();
        File.Delete($"{_machine.Folder}/key4.db");
        Assert.Equal((StoreState.Broken, TrustFault.NotInBundle), _machine.Store.Probe(_machine.Root) is var found ? (found.State, found.Fault) : default);
        Assert.Equal(StoreOutcome.Done, _machine.Install().Outcome);
        File.Delete($"{_machine.Folder}/key4.db");
        Assert.Equal(StoreOutcome.Done, _machine.Store.Remove(_machine.Root).Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Certutil_makes_a_database_whole_or_not_at_all(bool hasFolder)
    {
        using FakeLinux linux = new("ID=alpine");
        linux.Tool("/usr/bin/certutil", $"case \"$*\" in *-N*) exec /usr/bin/certutil \"$@\";; esac; ls -A {_machine.Folder} > $R/seen; echo no >&2; exit 1");
        _machine.Machine = linux.Machine;
        if (hasFolder)
        {
            Directory.CreateDirectory(_machine.Folder);
        }

        Assert.Equal(StoreOutcome.Failed, _machine.Install().Outcome);
        Assert.DoesNotContain("cert9.db", linux.Read("/seen"));
        Assert.Equal(hasFolder, Directory.Exists(_machine.Folder));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(_machine.Folder)!, "*locald-new*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Certutil_gives_no_verdict_on_a_servers_certificate()
    {
        _machine.Install();
        Verification none = _machine.Store.Verify(_machine.Root, "app.localhost");
        Assert.Equal(VerificationOutcome.NotAsked, none.Outcome);
        Assert.Contains("did not start", none.Reason);
        Check? check = StoreProbe.Run(new(_machine.Store, _machine.Store.Probe(_machine.Root), [], null) { Counts = true }, _machine.Root, "app.localhost");
        Assert.Equal(("probe.nss", Severity.Info), (check?.Id, check?.Severity));
    }

    [Fact]
    public void Certutil_asks_nobody_for_a_password_and_leaves_nothing_half_done()
    {
        _machine.Make("a secret of mine");
        Assert.Equal(TrustFault.PasswordNeeded, _machine.Install().Fault);
        Assert.Equal(StoreState.Missing, _machine.Store.Probe(_machine.Root).State);
    }

    [Fact]
    public void Certutil_says_untrusted_and_damaged_as_the_helper_does()
    {
        _machine.Install();
        _machine.Certutil("-M", "-n", "locald CA somebody@somewhere 12345678", "-t", ",,");
        Assert.Equal((StoreState.Broken, TrustFault.NotInBundle), _machine.Store.Probe(_machine.Root) is var found ? (found.State, found.Fault) : default);
        File.WriteAllText($"{_machine.Folder}/cert9.db", "garbage");
        Assert.Contains("SEC_ERROR_BAD_DATABASE", _machine.Store.Probe(_machine.Root).Detail);
        Assert.Equal(StoreState.Broken, _machine.Store.Probe(_machine.Root).State);
    }

    [Theory]
    [InlineData("ID=debian", false, "sudo apt-get update && sudo apt-get install -y libnss3")]
    [InlineData("ID=debian", true, "sudo apt-get update && sudo apt-get install -y libnss3-tools")]
    [InlineData("ID=linuxmint\nID_LIKE=\"ubuntu debian\"", false, "sudo apt-get update && sudo apt-get install -y libnss3")]
    [InlineData("ID=fedora", false, "sudo dnf install -y nss")]
    [InlineData("ID=rocky\nID_LIKE=\"rhel centos fedora\"", true, "sudo dnf install -y nss-tools")]
    [InlineData("ID=alpine", false, "sudo apk add nss-tools")]
    [InlineData("ID=arch", false, "sudo pacman -S --noconfirm nss")]
    [InlineData("ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"", false, "sudo zypper --non-interactive install mozilla-nss")]
    public void Without_any_way_the_package_to_install_is_named(string release, bool hasLibrary, string command)
    {
        using FakeLinux linux = new(release);
        _machine.Make();
        _machine.Machine = linux.Machine;
        if (hasLibrary)
        {
            linux.Write("/usr/lib64/libnss3.so", "");
        }

        StoreStatus status = _machine.Store.Probe(_machine.Root);
        Assert.Equal((StoreState.Broken, TrustFault.PackageMissing), (status.State, status.Fault));
        Assert.Equal([command, "locald trust --policy"], status.Hints);
        Assert.Equal(hasLibrary ? "the program that opens it did not start: version GLIBC_2.34 not found" : "libnss3, which opens it, is not installed", status.Detail);
        Assert.Equal(TrustFault.PackageMissing, _machine.Install().Fault);
    }

    [Fact]
    public void A_library_that_does_not_load_is_passed_over_for_the_next()
    {
        List<string> asked = [];
        _machine.Ask = question =>
        {
            asked.Add(question.Library);
            return asked.Count == 1 ? new("load", 0) { Message = "invalid ELF header" } : new("done", 0) { Version = "3.87" };
        };
        _machine.Make();
        Assert.Equal(StoreState.Missing, _machine.Of(NssMachine.Firefox).Probe(_machine.Root).State);
        Assert.Equal([$"{NssMachine.Firefox}/libnss3.so", asked[1]], asked);
        Assert.NotEqual(asked[0], asked[1]);
    }
}

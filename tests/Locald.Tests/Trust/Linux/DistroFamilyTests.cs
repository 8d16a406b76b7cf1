using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;

namespace Locald.Tests.Trust.Linux;

[SupportedOSPlatform("linux")]
public sealed class DistroFamilyTests
{
    [Theory]
    [InlineData("ID=fedora", "/usr/bin/update-ca-trust", "/etc/pki/ca-trust/source/anchors", ".pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem")]
    [InlineData("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"", "/usr/bin/update-ca-trust", "/etc/pki/ca-trust/source/anchors", ".pem", "/etc/pki/tls/certs/ca-bundle.crt")]
    [InlineData("ID=debian", "/usr/sbin/update-ca-certificates", "/usr/local/share/ca-certificates", ".crt", "/etc/ssl/certs/ca-certificates.crt")]
    [InlineData("ID=pop\nID_LIKE=\"ubuntu debian\"", "/usr/sbin/update-ca-certificates", "/usr/local/share/ca-certificates", ".crt", "/etc/ssl/certs/ca-certificates.crt")]
    [InlineData("ID=alpine", "/usr/sbin/update-ca-certificates", "/usr/local/share/ca-certificates", ".crt", "/etc/ssl/certs/ca-certificates.crt")]
    [InlineData("ID=gentoo", "/usr/bin/update-ca-certificates", "/usr/local/share/ca-certificates", ".crt", "/etc/ssl/certs/ca-certificates.crt")]
    [InlineData("ID=void", "/usr/bin/update-ca-certificates", "/usr/local/share/ca-certificates", ".crt", "/etc/ssl/certs/ca-certificates.crt")]
    [InlineData("ID=arch", "/usr/bin/update-ca-trust", "/etc/ca-certificates/trust-source/anchors", ".crt", "/etc/ca-certificates/extracted/tls-ca-bundle.pem")]
    [InlineData("ID=manjaro\nID_LIKE=arch", "/usr/bin/trust", "/etc/ca-certificates/trust-source/anchors", ".crt", "/etc/ssl/certs/ca-certificates.crt")]
    [InlineData("ID=opensuse-tumbleweed\nID_LIKE=\"opensuse suse\"", "/usr/sbin/update-ca-certificates", "/etc/pki/trust/anchors", ".pem", "/var/lib/ca-certificates/ca-bundle.pem")]
    public void Each_family_takes_the_root_twice_and_gives_it_back_twice(string release, string tool, string folder, string extension, string bundle)
    {
        using FakeLinux linux = new(release);
        linux.Concatenating(tool, folder, extension, bundle);
        using X509Certificate2 root = TestRoots.Create();
        ITrustStore store = linux.Store;

        Assert.Equal(StoreState.Missing, store.Probe(root).State);
        Assert.Equal(StoreOutcome.Done, store.Install(root).Outcome);
        Assert.Equal(StoreState.Trusted, store.Probe(root).State);
        string anchor = Assert.Single(Directory.GetFiles(linux.At(folder)));
        Assert.StartsWith($"{linux.At(folder)}/locald-", anchor);
        Assert.EndsWith(extension, anchor);
        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(anchor));

        Assert.Equal(StoreOutcome.Already, store.Install(root).Outcome);
        Assert.Equal(1, linux.Refreshes);

        Assert.Equal(StoreOutcome.Done, store.Remove(root).Outcome);
        Assert.Equal(StoreState.Missing, store.Probe(root).State);
        Assert.Empty(Directory.GetFiles(linux.At(folder)));
        Assert.Equal(StoreOutcome.Already, store.Remove(root).Outcome);
        Assert.Equal(2, linux.Refreshes);
    }

    [Fact]
    public void A_stray_folder_of_another_family_does_not_mislead()
    {
        using FakeLinux linux = FakeLinux.Debian();
        linux.Folder("/etc/pki/ca-trust/source/anchors");
        Assert.Equal("the system store (Debian/Ubuntu)", linux.Store.Title);
    }

    [Fact]
    public void A_stray_folder_whose_tool_has_the_same_name_is_settled_by_os_release()
    {
        using FakeLinux linux = new("ID=debian");
        linux.Concatenating("/usr/sbin/update-ca-certificates", "/etc/pki/trust/anchors", ".pem", "/etc/ssl/ca-bundle.pem");
        linux.Folder("/usr/local/share/ca-certificates");
        Assert.Equal("the system store (Debian/Ubuntu)", linux.Store.Title);
    }

    [Fact]
    public void Without_os_release_the_bundle_that_exists_settles_it()
    {
        using FakeLinux linux = new();
        linux.Concatenating("/usr/sbin/update-ca-certificates", "/etc/pki/trust/anchors", ".pem", "/etc/ssl/ca-bundle.pem");
        linux.Folder("/usr/local/share/ca-certificates");
        linux.Write("/etc/ssl/ca-bundle.pem", "");
        Assert.Equal("the system store (openSUSE)", linux.Store.Title);
    }

    [Fact]
    public void A_folder_that_an_administrator_deleted_is_made_again()
    {
        using FakeLinux linux = FakeLinux.Debian();
        Directory.Delete(linux.At("/usr/local/share/ca-certificates"));
        using X509Certificate2 root = TestRoots.Create();
        Assert.Equal(StoreOutcome.Done, linux.Store.Install(root).Outcome);
    }

    [Theory]
    [InlineData("ID=debian", "sudo apt-get update && sudo apt-get install -y ca-certificates")]
    [InlineData("ID=alpine", "sudo apk add ca-certificates")]
    [InlineData("ID=fedora", "sudo dnf install -y ca-certificates")]
    [InlineData("ID=arch", "sudo pacman -Sy --noconfirm ca-certificates")]
    [InlineData("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"", "sudo zypper --non-interactive install ca-certificates")]
    [InlineData("ID=void", "sudo xbps-install -Sy ca-certificates")]
    public void A_slim_image_without_the_package_is_told_the_command_that_installs_it(string release, string command)
    {
        using FakeLinux linux = new(release);
        using X509Certificate2 root = TestRoots.Create();
        StoreResult result = linux.Store.Install(root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.PackageMissing), (result.Outcome, result.Fault));
        Assert.Equal(command, result.Hints[0]);
        Assert.Equal(StoreState.Unavailable, linux.Store.Probe(root).State);
        Assert.Equal(StoreOutcome.Already, linux.Store.Remove(root).Outcome);
    }

    [Fact]
    public void The_package_manager_that_is_there_is_the_one_named()
    {
        using FakeLinux linux = new("ID=\"rhel\"");
        linux.Tool("/usr/bin/microdnf", "");
        using X509Certificate2 root = TestRoots.Create();
        Assert.Equal("sudo microdnf install -y ca-certificates", linux.Store.Probe(root).Hints[0]);
    }

    [Fact]
    public void An_unknown_system_is_told_how_to_do_without()
    {
        using FakeLinux linux = new("ID=plan9");
        using X509Certificate2 root = TestRoots.Create();
        StoreStatus status = linux.Store.Probe(root);
        Assert.Equal((StoreState.Unavailable, TrustFault.UnknownSystem), (status.State, status.Fault));
        Assert.Contains("locald env", status.Hints);
    }

    [Fact]
    public void Tools_are_found_in_the_users_own_path_too()
    {
        using FakeLinux linux = new("ID=arch");
        linux.Concatenating("/opt/bin/update-ca-trust", "/etc/ca-certificates/trust-source/anchors", ".crt", "/etc/ca-certificates/extracted/tls-ca-bundle.pem");
        Assert.Equal("the system store (Arch)", linux.Store.Title);
    }
}

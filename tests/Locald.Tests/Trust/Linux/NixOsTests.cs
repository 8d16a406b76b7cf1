using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;

namespace Locald.Tests.Trust.Linux;

[SupportedOSPlatform("linux")]
public sealed class NixOsTests
{
    [Fact]
    public void The_lines_to_declare_the_root_are_given_and_nothing_is_written()
    {
        using FakeLinux linux = new("ID=nixos");
        using X509Certificate2 root = TestRoots.Create();
        StoreResult result = linux.Store.Install(root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.Declarative), (result.Outcome, result.Fault));
        Assert.Contains("security.pki.certificates = [ ''", result.Snippet);
        Assert.Contains(root.ExportCertificatePem(), result.Snippet);
        Assert.Contains("sudo nixos-rebuild switch", result.Hints);
        Assert.Equal(["/etc/os-release"], Directory.GetFiles(linux.Root, "*", SearchOption.AllDirectories).Select(linux.Machine.Named));
    }

    [Fact]
    public void After_the_rebuild_it_is_trusted_already()
    {
        using FakeLinux linux = new("ID=nixos");
        using X509Certificate2 root = TestRoots.Create();
        linux.Write("/etc/ssl/certs/ca-certificates.crt", root.ExportCertificatePem());
        Assert.Equal(StoreOutcome.Already, linux.Store.Install(root).Outcome);
        Assert.Empty(linux.Store.PlanInstall(root, linux.Store.Probe(root), "/ca.pem"));
        Assert.Equal(TrustFault.Declarative, linux.Store.Remove(root).Fault);
    }
}

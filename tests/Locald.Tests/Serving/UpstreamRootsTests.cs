using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Serving;

namespace Locald.Tests.Serving;

public sealed class UpstreamRootsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("locald-roots-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_users_own_choice_of_a_bundle_wins_and_ours_is_added()
    {
        using X509Certificate2 ours = Root("ours");
        using X509Certificate2 theirs = Root("theirs");
        string bundle = Path.Combine(_folder, "bundle.pem");
        File.WriteAllText(bundle, $"# comment\n{theirs.ExportCertificatePem()}\n");
        UpstreamRoots roots = new(SessionWith(bundle), ours);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(["CN=theirs", "CN=ours"], roots.All.Select(c => c.Subject));
        }
    }

    [Fact]
    public void A_bundle_that_cannot_be_read_leaves_ours()
    {
        using X509Certificate2 ours = Root("ours");
        UpstreamRoots roots = new(SessionWith(Path.Combine(_folder, "none.pem")), ours);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal("CN=ours", Assert.Single(roots.All).Subject);
        }
    }

    private static Session SessionWith(string bundle) => new()
    {
        Terminal = new(TextWriter.Null, TextWriter.Null, false, false),
        Variable = name => name == "SSL_CERT_FILE" ? bundle : null,
    };

    private static X509Certificate2 Root(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
    }
}

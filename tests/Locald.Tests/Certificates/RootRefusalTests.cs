using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;

namespace Locald.Tests.Certificates;

[UnsupportedOSPlatform("windows")]
public sealed class RootRefusalTests : RootFiles
{
    [Theory]
    [InlineData("root.pem", "")]
    [InlineData("root.pem", "garbage")]
    [InlineData("root.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("root-key.pem", "")]
    [InlineData("root-key.pem", "garbage")]
    [InlineData("root-key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void A_damaged_file_is_refused_and_left_alone(string file, string content)
    {
        MakeRoot();
        string path = Folder[$"state/ca/{file}"];
        File.WriteAllText(path, content);

        RootException refused = Refused();
        Assert.Equal(RootFault.Damaged, refused.Fault);
        Assert.Equal(path, refused.Path);
        Assert.Equal(file == "root.pem" ? [$"mv {Ca} {Ca}.old", "locald trust"] : ["locald ca rotate"], refused.Hints);
    }

    [Fact]
    public void Any_changed_byte_of_the_certificate_is_noticed()
    {
        MakeRoot();
        byte[] der = DerOf(Certificate);
        Random random = new(7);
        for (int i = 0; i < 100; i++)
        {
            byte[] changed = [.. der];
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllText(Certificate, PemEncoding.WriteString("CERTIFICATE", changed));
            Assert.True(Refused().Fault is RootFault.Damaged or RootFault.Mismatched);
        }
    }

    [Fact]
    public void A_certificate_without_its_key_is_refused()
    {
        MakeRoot();
        File.Delete(Key);
        Assert.Equal((RootFault.KeyMissing, Key), (Refused().Fault, Refused().Path));
        Assert.False(File.Exists(Key));
    }

    [Fact]
    public void A_key_of_another_root_is_refused()
    {
        MakeRoot();
        File.Delete(Certificate);
        using (CertManager other = CertManager.Open(Folder["other"]))
        {
            File.Copy(other.RootPemPath, Certificate);
        }

        Assert.Equal(RootFault.Mismatched, Refused().Fault);
    }

    [Fact]
    public void A_root_that_could_sign_for_the_whole_web_is_refused()
    {
        MakeRoot();
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Key));
        CertificateRequest request = new("CN=another tool", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(0));
        using X509Certificate2 unlimited = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Certificate, unlimited.ExportCertificatePem());
        Assert.Equal(RootFault.NotOurs, Refused().Fault);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_key_that_others_can_reach_is_refused_with_the_command_that_mends_it(UnixFileMode more)
    {
        MakeRoot();
        File.SetUnixFileMode(Key, Mode0600 | more);
        Assert.Equal((RootFault.Exposed, $"chmod 600 {Key}"), (Refused().Fault, Refused().Hints[0]));

        Run("sh", "-c", Refused().Hints[0]);
        MakeRoot();
    }

    [Fact]
    public void AFolder_that_others_can_write_is_refused_with_the_command_that_mends_it()
    {
        MakeRoot();
        File.SetUnixFileMode(Ca, (UnixFileMode)0b111_111_101);
        Assert.Equal(RootFault.Exposed, Refused().Fault);

        Run("sh", "-c", Refused().Hints[0]);
        MakeRoot();
    }

    [Fact]
    public void A_hint_names_a_path_as_the_shell_takes_it()
    {
        string ca = Folder["it's a folder"];
        using (CertManager certificates = CertManager.Open(ca))
        {
        }

        File.SetUnixFileMode(Path.Combine(ca, "root-key.pem"), Mode0644);
        Run("sh", "-c", Assert.Throws<RootException>(() => CertManager.Open(ca)).Hints[0]);
        CertManager.Open(ca).Dispose();
    }

    [Fact]
    public void An_expired_root_is_refused()
    {
        MakeRoot();
        FixedClock clock = new(DateTimeOffset.UtcNow.AddDays(3650));
        RootException refused = Assert.Throws<RootException>(() => CertManager.Open(Ca, clock: clock));
        Assert.Equal(RootFault.Expired, refused.Fault);
    }

    [Fact]
    public void A_root_of_tomorrow_tells_that_the_clock_is_wrong()
    {
        MakeRoot();
        FixedClock clock = new(DateTimeOffset.UtcNow.AddDays(-2));
        RootException refused = Assert.Throws<RootException>(() => CertManager.Open(Ca, clock: clock));
        Assert.Equal(RootFault.NotYetValid, refused.Fault);
    }

    [Fact]
    public void AFolder_in_place_of_a_file_is_refused()
    {
        Directory.CreateDirectory(Certificate);
        Assert.Equal(RootFault.Damaged, Refused().Fault);
    }

    [Fact]
    public void A_file_in_place_of_theFolder_is_refused()
    {
        File.WriteAllText(Folder["state"], "");
        Assert.Equal(RootFault.Unwritable, Refused().Fault);
    }

    /// <summary>Opens the root, and sees to it that no file was touched.</summary>
    private RootException Refused()
    {
        Dictionary<string, byte[]> before = Contents();
        RootException refused = Assert.Throws<RootException>(() => CertManager.Open(Ca));
        Assert.Equal(before, Contents());
        return refused;
    }

    private static byte[] DerOf(string path)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(path);
        return certificate.RawData;
    }
}

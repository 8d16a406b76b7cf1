using System.Security.Cryptography.X509Certificates;
using System.Text;
using Locald.Trust;

namespace Locald.Tests.Trust;

public sealed class PemFileTests : IDisposable
{
    private readonly X509Certificate2 _root = TestRoots.Create();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Comments_blank_lines_and_carriage_returns_do_not_hide_a_certificate()
    {
        PemFile pem = Parse($"# locald\r\n\r\n{_root.ExportCertificatePem().ReplaceLineEndings("\r\n")}");
        Assert.True(pem.Holds(_root.RawData));
        Assert.Null(pem.DamagedLine);
    }

    [Fact]
    public void OpenSSLs_trusted_form_is_compared_without_its_settings()
    {
        string base64 = Convert.ToBase64String([.. _root.RawData, 0x30, 0x03, 0x0C, 0x01, 0x41]);
        Assert.True(Parse($"-----BEGIN TRUSTED CERTIFICATE-----\n{base64}\n-----END TRUSTED CERTIFICATE-----\n").Holds(_root.RawData));
    }

    [Fact]
    public void Keys_and_other_blocks_are_passed_over()
    {
        PemFile pem = Parse($"-----BEGIN X509 CRL-----\n!!\n-----END X509 CRL-----\n{_root.ExportCertificatePem()}");
        Assert.True(pem.Holds(_root.RawData));
        Assert.Null(pem.DamagedLine);
    }

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nno base64\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")]
    public void What_follows_a_damaged_block_is_not_there(string damaged)
    {
        PemFile pem = Parse($"\n{damaged}{_root.ExportCertificatePem()}\n");
        Assert.Equal(2, pem.DamagedLine);
        Assert.False(pem.Holds(_root.RawData));
    }

    private static PemFile Parse(string text) => PemFile.Parse(Encoding.ASCII.GetBytes(text));
}

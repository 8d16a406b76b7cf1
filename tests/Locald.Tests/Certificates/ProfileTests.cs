using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Locald.Certificates;

namespace Locald.Tests.Certificates;

public sealed class ProfileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CertManager _certificates;

    public ProfileTests() => _certificates = CertManager.Open(_folder["ca"]);

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("app.localhost", "app.localhost")]
    [InlineData("app.localhost", "www.app.localhost")]
    [InlineData("a.b.localhost", "a.b.localhost")]
    [InlineData("localhost", "localhost")]
    [InlineData("", "localhost")]
    public void Openssl_in_strict_mode_accepts_the_leaf_for_its_host(string sni, string host)
    {
        (int code, string output) = Verify(_certificates.Leaf(sni)!, "-verify_hostname", host);
        Assert.True(code == 0, output);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Openssl_in_strict_mode_accepts_the_leaf_without_a_name_for_a_loopback_address(string address)
    {
        (int code, string output) = Verify(_certificates.Leaf(null)!, "-verify_ip", address);
        Assert.True(code == 0, output);
    }

    [Theory]
    [InlineData("DNS:example.com")]
    [InlineData("IP:10.0.0.1")]
    [InlineData("IP:2001:db8::1")]
    [InlineData("DNS:app.localhost,DNS:example.com")]
    public void A_stolen_key_is_no_use_for_other_names(string names)
    {
        using X509Certificate2 stolen = SignWithStolenKey(names);

        (int code, string output) = Verify(stolen);
        Assert.NotEqual(0, code);
        Assert.Contains("permitted subtree violation", output);
        Assert.Contains(Chain(stolen), s => s.Status.HasFlag(X509ChainStatusFlags.HasNotPermittedNameConstraint));
    }

    [Fact]
    public void Dotnet_accepts_the_leaf() => Assert.Empty(Chain(_certificates.Leaf("app.localhost")!));

    [Fact]
    public void The_root_is_the_one_in_the_design()
    {
        string text = Text(_certificates.Root);
        Assert.Contains("Version: 3", text);
        Assert.Contains("ASN1 OID: prime256v1", text);
        Assert.Contains("Signature Algorithm: ecdsa-with-SHA256", text);
        Assert.Contains("X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0", text);
        Assert.Contains("X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign", text);
        Assert.Contains("X509v3 Subject Key Identifier", text);
        Assert.Contains(
            "X509v3 Name Constraints: critical\n                Permitted:\n                  DNS:localhost\n"
            + "                  IP:127.0.0.0/255.0.0.0\n                  IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF",
            text);
        Assert.Matches("Subject: O = locald, CN = locald CA [A-Za-z0-9._-]+@[A-Za-z0-9_-]+ [0-9a-f]{8}\n", text);
        Assert.False(_certificates.Root.HasPrivateKey);
    }

    [Fact]
    public void The_leaf_is_the_one_in_the_design()
    {
        string text = Text(_certificates.Leaf("app.localhost")!);
        Assert.Contains("Subject: O = locald\n", text);
        Assert.Contains("ASN1 OID: prime256v1", text);
        Assert.Contains("X509v3 Basic Constraints: critical\n                CA:FALSE", text);
        Assert.Contains("X509v3 Key Usage: critical\n                Digital Signature\n", text);
        Assert.Contains("X509v3 Extended Key Usage: \n                TLS Web Server Authentication\n", text);
        Assert.Contains("X509v3 Subject Key Identifier", text);
        Assert.Contains("X509v3 Authority Key Identifier", text);
        Assert.Contains("X509v3 Subject Alternative Name: \n                DNS:app.localhost, DNS:*.app.localhost\n", text);
    }

    [Fact]
    public void The_leaf_of_the_machine_names_localhost_and_both_loopback_addresses_and_no_wildcard() =>
        Assert.Contains("DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1\n", Text(_certificates.Leaf("localhost")!));

    [Fact]
    public void Serials_are_sixteen_positive_bytes_and_differ()
    {
        List<byte[]> serials = [_certificates.Root.SerialNumberBytes.ToArray()];
        serials.AddRange(Enumerable.Range(0, 20).Select(i => _certificates.Leaf($"n{i}.localhost")!.SerialNumberBytes.ToArray()));
        Assert.All(serials, s => Assert.True(s.Length == 16 && s[0] is > 0 and < 0x80));
        Assert.Equal(serials.Count, serials.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void Lifetimes_begin_in_the_past_and_end_as_designed()
    {
        X509Certificate2 leaf = _certificates.Leaf("app.localhost")!;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Assert.InRange(now - _certificates.Root.NotBefore, TimeSpan.FromHours(24), TimeSpan.FromHours(24.1));
        Assert.Equal(TimeSpan.FromDays(3650), _certificates.Root.NotAfter - _certificates.Root.NotBefore);
        Assert.InRange(now - leaf.NotBefore, TimeSpan.FromHours(1), TimeSpan.FromHours(1.1));
        Assert.Equal(TimeSpan.FromDays(90), leaf.NotAfter - leaf.NotBefore);
    }

    [Fact]
    public void A_name_too_long_for_a_wildcard_gets_a_leaf_without_one()
    {
        string label = new('a', 60);
        string name = $"{label}.{label}.{label}.{new string('b', 60)}.localhost";
        Assert.Equal(253, name.Length);

        string text = Text(_certificates.Leaf(name)!);
        Assert.Contains($"DNS:{name}\n", text);
        Assert.DoesNotContain("*", text);
    }

    private X509Certificate2 SignWithStolenKey(string names)
    {
        using ECDsa rootKey = ECDsa.Create();
        rootKey.ImportFromPem(File.ReadAllText(_folder["ca/root-key.pem"]));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("O=thief", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder builder = new();
        foreach (string name in names.Split(','))
        {
            if (name.StartsWith("IP:", StringComparison.Ordinal))
            {
                builder.AddIpAddress(System.Net.IPAddress.Parse(name[3..]));
            }
            else
            {
                builder.AddDnsName(name[4..]);
            }
        }

        request.CertificateExtensions.Add(builder.Build());
        return request.Create(_certificates.Root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey),
            DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, 4]);
    }

    private X509ChainStatus[] Chain(X509Certificate2 leaf)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_certificates.Root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.Build(leaf);
        return chain.ChainStatus;
    }

    private (int Code, string Output) Verify(X509Certificate2 leaf, params string[] more)
    {
        File.WriteAllText(_folder["leaf.pem"], leaf.ExportCertificatePem());
        return OpenSsl.Run(
            ["verify", "-x509_strict", "-purpose", "sslserver", "-no-CApath", "-CAfile", _certificates.RootPemPath, .. more, _folder["leaf.pem"]]);
    }

    private string Text(X509Certificate2 certificate)
    {
        File.WriteAllText(_folder["text.pem"], certificate.ExportCertificatePem());
        return OpenSsl.Run("x509", "-noout", "-text", "-nameopt", "oneline", "-in", _folder["text.pem"]).Output;
    }
}

using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Locald.Certificates.Files;
using Locald.Trust;
using Locald.Trust.Windows;

namespace Locald.Tests.Trust.Windows;

/// <summary>
/// What only a Windows, or Wine, can say: these tests change the Root store of the user who runs them, so they run where they are asked
/// for by name. <c>./build.sh wine</c> does, in a prefix of its own.
/// </summary>
[SupportedOSPlatform("windows")]
public sealed class RealWindowsTests : IDisposable
{
    /// <summary>Made by openssl with the profile of ours, since Wine makes no keys of this kind. The keys are lost; they end in 2126.</summary>
    private const string RootPem = """
        -----BEGIN CERTIFICATE-----
        MIICCTCCAa6gAwIBAgIUSaDhEbofq1GmrBE1R3AegevWtB8wCgYIKoZIzj0EAwIw
        ODEPMA0GA1UECgwGbG9jYWxkMSUwIwYDVQQDDBxsb2NhbGQgQ0Egd2luZUB0ZXN0
        IDBiYWRjYWZlMCAXDTI2MTEyOTA2MjAwM1oYDzIxMjYxMTA1MDYyMDAzWjA4MQ8w
        DQYDVQQKDAZsb2NhbGQxJTAjBgNVBAMMHGxvY2FsZCBDQSB3aW5lQHRlc3QgMGJh
        ZGNhZmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASiLRX36Wa+LCsUFYQzb4VE
        U3Bh2GlUlQkVz+Md/PunxwYPS+KGa7ZqnvZjmXk6kkefA//jezkKeMphieZKiGSj
        o4GTMIGQMBIGA1UdEwEB/wQIMAYBAf8CAQAwDgYDVR0PAQH/BAQDAgEGMB0GA1Ud
        DgQWBBQwLt2BBKPfU8ZY80e5dIHGJdBBxzBLBgNVHR4BAf8EQTA/oD0wC4IJbG9j
        YWxob3N0MAqHCH8AAAD/AAAAMCKHIAAAAAAAAAAAAAAAAAAAAAH/////////////
        ////////MAoGCCqGSM49BAMCA0kAMEYCIQCcVkuJedK7SLmaLDBeaBL5V2vpBojH
        Oh/ires/3J7kSAIhAKaamQ7jxsmUWfdKWt4HA5gPNkLOIbrlcYWWxP8Az5mc
        -----END CERTIFICATE-----
        """;

    private const string LeafPem = """
        -----BEGIN CERTIFICATE-----
        MIIB5jCCAYygAwIBAgIUNHJJZ0RjKciMwhnzHugYxTq2/OQwCgYIKoZIzj0EAwIw
        ODEPMA0GA1UECgwGbG9jYWxkMSUwIwYDVQQDDBxsb2NhbGQgQ0Egd2luZUB0ZXN0
        IDBiYWRjYWZlMCAXDTI2MTEyOTA2MjAwM1oYDzIxMjYxMTA1MDYyMDAzWjARMQ8w
        DQYDVQQKDAZsb2NhbGQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARoAOfaZv6s
        O5WGMUB/vZVbpWpuXJSHrrOYJ/NjTwArqnyi+oA7hry/3nqkzUQTyisOY4lEdA2Y
        s0X02zxmxxgko4GYMIGVMAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQDAgeAMBMG
        A1UdJQQMMAoGCCsGAQUFBwMBMB0GA1UdDgQWBBRD+IGseD5HmwWKiLAiRPe0ds4I
        UTAfBgNVHSMEGDAWgBQwLt2BBKPfU8ZY80e5dIHGJdBBxzAgBgNVHREEGTAXghV0
        cnVzdC1wcm9iZS5sb2NhbGhvc3QwCgYIKoZIzj0EAwIDSAAwRQIhAMy5vBl+uZZf
        Ni4MGa4VLhEufiph9eEoWlqMViEZuRbMAiBtC3+sqTrOUzEdT7XBSPfm5+B9hnF+
        ZE3jNwmZk1NTrw==
        -----END CERTIFICATE-----
        """;

    private readonly X509Certificate2 _root = Load(RootPem);
    private readonly RegistryRootStores _lists = new();

    public void Dispose() => _root.Dispose();

    [Fact(Explicit = true)]
    public void A_root_is_put_into_the_users_list_accepted_and_taken_out_to_the_last_trace()
    {
        WindowsRootStore store = new(_lists, new(Elevated: false, Attended: true, Automated: false), new(null, _ => null) { MintProbe = _ => Load(LeafPem) });
        Assert.Equal(StoreState.Missing, store.Probe(_root).State);
        int before = _lists.List(StoreName.Root, StoreLocation.CurrentUser).Count;

        StoreResult installed = store.Install(_root);
        Assert.True(installed.Outcome == StoreOutcome.Done, installed.Detail);
        Assert.Equal(StoreState.Trusted, store.Probe(_root).State);
        Assert.Equal(StoreOutcome.Already, store.Install(_root).Outcome);
        Assert.Equal(before + 1, _lists.List(StoreName.Root, StoreLocation.CurrentUser).Count);

        StoreResult removed = store.Remove(_root);
        Assert.True(removed.Outcome == StoreOutcome.Done, removed.Detail);
        Assert.Equal(StoreState.Missing, store.Probe(_root).State);
        Assert.Equal(before, _lists.List(StoreName.Root, StoreLocation.CurrentUser).Count);
    }

    [Fact(Explicit = true)]
    public void A_list_that_is_not_there_is_empty() => Assert.Empty(_lists.List(StoreName.Disallowed, StoreLocation.CurrentUser));

    [Fact(Explicit = true)]
    public void A_private_file_reaches_nobody_else_and_one_for_everybody_does()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"locald-{Environment.ProcessId}");
        PrivateFolder.Create(folder);
        try
        {
            string file = Path.Combine(folder, "key");
            AtomicFile.Write(file, "key"u8, AtomicFile.Private);
            Assert.Empty(Others(file));
            Assert.Equal("key", File.ReadAllText(file, Encoding.ASCII));

            FileInfo opened = new(file);
            System.Security.AccessControl.FileSecurity security = opened.GetAccessControl();
            security.AddAccessRule(new(new System.Security.Principal.SecurityIdentifier("S-1-1-0"),
                System.Security.AccessControl.FileSystemRights.Read, System.Security.AccessControl.AccessControlType.Allow));
            opened.SetAccessControl(security);
            Assert.Equal(["S-1-1-0"], Others(file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Wine leaves everyone the right to read a folder.</summary>
    [Fact(Explicit = true)]
    [Trait("Wine", "Otherwise")]
    public void A_folder_that_was_open_to_others_is_shut()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"locald-open-{Environment.ProcessId}");
        DirectoryInfo opened = Directory.CreateDirectory(folder);
        try
        {
            System.Security.AccessControl.DirectorySecurity security = opened.GetAccessControl();
            security.AddAccessRule(new(new System.Security.Principal.SecurityIdentifier("S-1-1-0"), System.Security.AccessControl.FileSystemRights.Read,
                System.Security.AccessControl.InheritanceFlags.ObjectInherit, System.Security.AccessControl.PropagationFlags.None,
                System.Security.AccessControl.AccessControlType.Allow));
            opened.SetAccessControl(security);

            PrivateFolder.Ensure(folder);
            string file = Path.Combine(folder, "control.lock");
            File.WriteAllText(file, "");
            Assert.Empty(Others(file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IReadOnlyList<string> Others(string path)
    {
        using FileStream file = File.OpenRead(path);
        return AccessRules.OthersWith(AccessRules.Of(file));
    }

    private static X509Certificate2 Load(string pem) => X509CertificateLoader.LoadCertificate(Encoding.ASCII.GetBytes(pem));
}

using System.Buffers.Binary;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Locald.Trust;

namespace Locald.Tests.Trust.Linux;

[SupportedOSPlatform("linux")]
public sealed class JavaHookTests : IDisposable
{
    private const string Hook = "/etc/ca-certificates/update.d/jks-keystore";
    private const string KeyStore = "/etc/ssl/certs/java/cacerts";

    private readonly FakeLinux _debian = FakeLinux.Debian();
    private readonly X509Certificate2 _root = TestRoots.Create();
    private readonly X509Certificate2 _another = TestRoots.Create("Somebody's CA");

    public void Dispose()
    {
        _debian.Dispose();
        _root.Dispose();
        _another.Dispose();
    }

    [Fact]
    public void Removal_tells_the_hook_the_path_that_the_entry_came_from()
    {
        Import();
        _debian.Store.Install(_root);
        _debian.Tool(Hook, $"cat >> $R/told; cp $R/empty $R{KeyStore}");
        Assert.Contains($"{KeyStore} (debian:locald-test.pem)", _debian.Store.Probe(_root).Places);
        StoreResult result = _debian.Store.Remove(_root);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Empty(result.Warnings);
        Assert.Equal("-/etc/ssl/certs/locald-test.pem\n", _debian.Read("/told"));
    }

    [Fact]
    public void A_hook_that_fails_is_a_warning_with_the_command_that_mends_it()
    {
        Import();
        _debian.Store.Install(_root);
        _debian.Tool(Hook, "cat > /dev/null; echo 'dpkg: error: dpkg frontend lock was locked by another process' >&2; exit 2");
        StoreResult result = _debian.Store.Remove(_root);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        string warning = Assert.Single(result.Warnings);
        Assert.Contains("dpkg frontend lock", warning);
        Assert.Contains($"keytool -delete -alias debian:locald-test.pem -keystore {KeyStore}", warning);
    }

    [Fact]
    public void What_an_earlier_removal_left_in_Javas_store_is_taken_out_by_the_next()
    {
        Import();
        _debian.Tool(Hook, $"cat > /dev/null; cp $R/empty $R{KeyStore}");
        Assert.NotEmpty(_debian.Store.PlanRemove(_root, _debian.Store.Probe(_root)));
        Assert.Equal(StoreOutcome.Done, _debian.Store.Remove(_root).Outcome);
        Assert.Empty(_debian.Store.PlanRemove(_root, _debian.Store.Probe(_root)));
    }

    [Fact]
    public void A_damaged_key_store_stops_nothing()
    {
        Import();
        byte[] whole = File.ReadAllBytes(_debian.At(KeyStore));
        File.WriteAllBytes(_debian.At(KeyStore), whole[..^100]);
        Assert.Empty(_debian.Store.Probe(_root).Places);
        Assert.Equal(StoreOutcome.Done, _debian.Store.Install(_root).Outcome);
        Assert.Equal(StoreOutcome.Done, _debian.Store.Remove(_root).Outcome);
    }

    /// <summary>A key store as the hook leaves it after an import, and an empty one beside it.</summary>
    private void Import()
    {
        _debian.Tool(Hook, "");
        _debian.Write(KeyStore, "");
        File.WriteAllBytes(_debian.At(KeyStore), Jks(("debian:other.pem", _another), ("debian:locald-test.pem", _root)));
        File.WriteAllBytes(_debian.At("/empty"), Jks(("debian:other.pem", _another)));
    }

    private static byte[] Jks(params (string Alias, X509Certificate2 Certificate)[] entries)
    {
        using MemoryStream file = new();
        Int32(0xFEEDFEED, 2, (uint)entries.Length);
        foreach ((string alias, X509Certificate2 certificate) in entries)
        {
            Int32(2);
            Text(alias);
            file.Write(new byte[8]);
            Text("X.509");
            Int32((uint)certificate.RawData.Length);
            file.Write(certificate.RawData);
        }

        file.Write(new byte[20]);
        return file.ToArray();

        void Int32(params uint[] values)
        {
            byte[] four = new byte[4];
            foreach (uint value in values)
            {
                BinaryPrimitives.WriteUInt32BigEndian(four, value);
                file.Write(four);
            }
        }

        void Text(string text)
        {
            file.Write([0, (byte)text.Length]);
            file.Write(Encoding.UTF8.GetBytes(text));
        }
    }
}

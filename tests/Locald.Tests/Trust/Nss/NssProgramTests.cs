using System.Runtime.Versioning;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

/// <summary>The helper's side is a script here; the real one is in the end-to-end tests.</summary>
[SupportedOSPlatform("linux")]
public sealed class NssProgramTests : IDisposable
{
    private readonly FakeLinux _linux = new();

    public void Dispose() => _linux.Dispose();

    [Fact]
    public void An_answer_is_read_with_all_its_members()
    {
        NssAnswer answer = Ask("""echo '{"step":"done","error":0,"message":null,"condition":null,"version":"3.99","present":true,"trusted":true,"flags":56,"later":{"a":[1]},"others":["AAEC"]}'""");
        Assert.Equal(("done", "3.99", true, true), (answer.Step, answer.Version, answer.Present, answer.Trusted));
        Assert.Equal([0, 1, 2], Assert.Single(answer.Others));
    }

    [Theory]
    [InlineData("exit 3", "it ended with code 3 and no answer")]
    [InlineData("echo nonsense", "no answer")]
    [InlineData("echo '{\"step\":1}'", "no answer")]
    [InlineData("echo '{\"error\":0}'", "no answer")]
    [InlineData("echo 'locald-nss: /lib/libc.so.6: version `GLIBC_2.99'\\'' not found' >&2; exit 1", "version `GLIBC_2.99' not found")]
    [InlineData("head -c 10000000 /dev/zero", "no answer")]
    public void A_program_that_gives_no_answer_is_not_believed(string script, string why)
    {
        NssAnswer answer = Ask(script);
        Assert.True(answer.IsOfProgram);
        Assert.Contains(why, answer.Message);
    }

    [Theory]
    [InlineData("{\"step\":\"login\",\"error\":0}", TrustFault.PasswordNeeded)]
    [InlineData("{\"step\":\"trust\",\"error\":-8037}", TrustFault.PasswordNeeded)]
    [InlineData("{\"step\":\"open\",\"error\":-8174,\"condition\":\"locked\"}", TrustFault.Locked)]
    [InlineData("{\"step\":\"import\",\"error\":-8168,\"condition\":\"full\"}", TrustFault.NotWritable)]
    [InlineData("{\"step\":\"open\",\"error\":-8126}", TrustFault.NotPermitted)]
    [InlineData("{\"step\":\"open\",\"error\":-8174,\"condition\":\"unreadable\"}", TrustFault.NotPermitted)]
    [InlineData("{\"step\":\"open\",\"error\":-8025,\"condition\":\"damaged\"}", TrustFault.StoreDamaged)]
    [InlineData("{\"step\":\"folder\",\"error\":13}", TrustFault.NotPermitted)]
    [InlineData("{\"step\":\"become\",\"error\":1}", TrustFault.NotPermitted)]
    [InlineData("{\"step\":\"delete\",\"error\":-1}", TrustFault.ToolFailed)]
    public void Every_failure_has_its_reason_and_a_next_step(string answer, TrustFault fault)
    {
        NssFault why = NssFault.Of(NssAnswer.Parse(System.Text.Encoding.UTF8.GetBytes(answer))!, "/home/u/a b", "locald trust --store nss");
        Assert.Equal(fault, why.Fault);
        Assert.NotEmpty(why.Detail);
        Assert.NotEmpty(why.Hints);
    }

    [Fact]
    public void A_build_without_the_program_and_a_machine_without_certutil_name_the_package()
    {
        _linux.Write("/etc/os-release", "ID=fedora\n");
        _linux.Write("/home/u/.pki/nssdb/cert9.db", "x");
        ITrustStore store = Assert.Single(NssStores.Find(new TrustContext(_linux.At("/home/u"), _ => null), _linux.Machine));
        using var root = TestRoots.Create();
        StoreStatus status = store.Probe(root);
        Assert.Equal((StoreState.Broken, TrustFault.PackageMissing), (status.State, status.Fault));
        Assert.Equal("sudo dnf install -y nss", status.Hints[0]);
        Assert.Equal(StoreOutcome.Failed, store.Install(root).Outcome);
    }

    [Fact]
    public void Where_the_program_cannot_start_certutil_does_it_all()
    {
        File.CreateSymbolicLink(_linux.At("/certutil-is-real"), "/usr/bin/certutil");
        _linux.Tool("/usr/bin/certutil", "exec /usr/bin/certutil \"$@\"");
        _linux.Folder("/home/u/.pki/nssdb");
        ITrustStore store = Assert.Single(NssStores.Find(new TrustContext(_linux.At("/home/u"), _ => null), _linux.Machine));
        using var root = TestRoots.Create();
        using var earlier = TestRoots.Create("locald CA me@here 00000001");
        Assert.Equal(StoreState.Missing, store.Probe(root).State);
        Assert.Equal(StoreOutcome.Done, store.Install(earlier).Outcome);
        Assert.Equal(StoreOutcome.Done, store.Install(root).Outcome);
        Assert.Equal("certutil reads it as a trusted authority", store.Probe(root).Detail);
        Assert.Equal(earlier.Subject, Assert.Single(store.Probe(root).Strays).Subject);
        Assert.Equal(StoreOutcome.Already, store.Install(root).Outcome);
        Assert.Equal(StoreOutcome.Done, store.Remove(root).Outcome);
        Assert.Equal(StoreState.Trusted, store.Probe(earlier).State);
    }

    private NssAnswer Ask(string script)
    {
        _linux.Tool("/helper", $"cat > /dev/null\n{script}");
        return NssProcess.Run(_linux.At("/helper"), new NssQuestion("/lib/libnss3.so", "/home/u/.pki/nssdb", "probe", new byte[] { 1 }, "", null, []).Format(), TimeSpan.FromSeconds(20));
    }
}

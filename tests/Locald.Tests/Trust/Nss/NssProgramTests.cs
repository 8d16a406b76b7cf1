using System.Runtime.Versioning;
using Locald.Nss;
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
    public void An_answer_is_read_with_all_its_fields()
    {
        File.WriteAllBytes(_linux.At("/answer"), new Answer("done", -8037) { Message = "é", Condition = "full", Version = "3.99", Present = true, Trusted = true, Others = [[0, 1, 2]] }.Format());
        NssAnswer answer = Ask($"cat {_linux.At("/answer")}");
        Assert.Equal(("done", -8037, "é", "full", "3.99"), (answer.Step, answer.Error, answer.Message, answer.Condition, answer.Version));
        Assert.Equal((true, true), (answer.Present, answer.Trusted));
        Assert.Equal([0, 1, 2], Assert.Single(answer.Others));
    }

    [Theory]
    [InlineData("exit 3", "it ended with code 3 and no answer")]
    [InlineData("echo nonsense", "no answer")]
    [InlineData("printf '\\4\\0\\0\\0done'", "no answer")]
    [InlineData("echo 'locald-nss: /lib/libc.so.6: version `GLIBC_2.99'\\'' not found' >&2; exit 1", "version `GLIBC_2.99' not found")]
    [InlineData("head -c 10000000 /dev/zero", "no answer")]
    public void A_program_that_gives_no_answer_is_not_believed(string script, string why)
    {
        NssAnswer answer = Ask(script);
        Assert.True(answer.IsOfProgram);
        Assert.Contains(why, answer.Message);
    }

    [Theory]
    [InlineData("login", 0, null, TrustFault.PasswordNeeded)]
    [InlineData("trust", -8037, null, TrustFault.PasswordNeeded)]
    [InlineData("open", -8174, "locked", TrustFault.Locked)]
    [InlineData("import", -8168, "full", TrustFault.NotWritable)]
    [InlineData("open", -8126, null, TrustFault.NotPermitted)]
    [InlineData("open", -8174, "unreadable", TrustFault.NotPermitted)]
    [InlineData("open", -8025, "damaged", TrustFault.StoreDamaged)]
    [InlineData("folder", 13, null, TrustFault.NotPermitted)]
    [InlineData("become", 1, null, TrustFault.NotPermitted)]
    [InlineData("delete", -1, null, TrustFault.ToolFailed)]
    public void Every_failure_has_its_reason_and_a_next_step(string step, int error, string? condition, TrustFault fault)
    {
        NssAnswer answer = NssAnswer.Parse(new Answer(step, error) { Condition = condition }.Format())!;
        NssFault why = NssFault.Of(answer, "/home/u/a b", "locald trust --store nss");
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

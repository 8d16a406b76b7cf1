using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Policy;

namespace Locald.Tests.Trust.Policy;

[SupportedOSPlatform("linux")]
public sealed class PolicyStoresTests : IDisposable
{
    private static readonly TrustContext s_wanted = new("/nobody", _ => null) { WithPolicies = true };
    private static readonly TrustContext s_unasked = new("/nobody", _ => null);

    private readonly FakeLinux _linux = new();

    public void Dispose() => _linux.Dispose();

    [Fact]
    public void Policies_of_installed_browsers_are_found_where_they_are_wanted()
    {
        Firefox("/usr/lib/firefox-esr");
        _linux.Tool("/usr/bin/chromium", "");
        _linux.Tool("/usr/bin/google-chrome-stable", "");
        _linux.Tool("/usr/bin/microsoft-edge", "");
        _linux.Tool("/opt/bin/brave-browser", "");
        _linux.Tool("/usr/bin/vivaldi", "");
        Assert.Equal(
        [
            "policy:/etc/firefox/policies/policies.json", "policy:/etc/opt/chrome/policies/managed", "policy:/etc/chromium/policies/managed",
            "policy:/etc/opt/edge/policies/managed", "policy:/etc/brave/policies/managed",
        ], Ids(s_wanted));
        Assert.Empty(Ids(s_unasked));
    }

    [Fact]
    public void Snaps_read_folders_of_their_own()
    {
        _linux.Folder("/snap/firefox/current");
        _linux.Folder("/snap/chromium/current");
        Assert.Equal(["policy:/etc/firefox/policies/policies.json", "policy:/etc/chromium-browser/policies/managed"], Ids(s_wanted));
    }

    [Fact]
    public void A_file_beside_the_program_is_in_force_until_one_below_etc_hides_it()
    {
        Firefox("/usr/lib/firefox-esr");
        Firefox("/opt/firefox");
        _linux.Write("/usr/lib/firefox-esr/distribution/policies.json", "{}");
        Assert.Equal(["policy:/usr/lib/firefox-esr/distribution/policies.json", "policy:/opt/firefox/distribution/policies.json"], Ids(s_wanted));
        _linux.Write("/etc/firefox/policies/policies.json", "{}");
        Assert.Equal(["policy:/etc/firefox/policies/policies.json"], Ids(s_wanted));
    }

    [Fact]
    public void A_root_of_ours_is_found_again_unasked_and_by_its_id()
    {
        using X509Certificate2 root = TestRoots.Create();
        Firefox("/usr/lib/firefox-esr");
        _linux.Tool("/usr/bin/chromium", "");
        foreach (ITrustStore store in PolicyStores.Find(s_wanted, _linux.Machine))
        {
            Assert.Equal(StoreOutcome.Done, store.Install(root).Outcome);
        }

        Assert.Equal(["policy:/etc/firefox/policies/policies.json", "policy:/etc/chromium/policies/managed"], Ids(s_unasked));
        foreach (string id in Ids(s_unasked))
        {
            Assert.Equal(StoreState.Trusted, PolicyStores.FromId(id, s_unasked, _linux.Machine)!.Probe(root).State);
        }
    }

    [Theory]
    [InlineData("policy:/etc/shadow")]
    [InlineData("policy:/etc/firefox/policies/../../shadow")]
    [InlineData("policy:/home/u/distribution/policies.json")]
    [InlineData("policy:")]
    [InlineData("nss:/etc/chromium/policies/managed")]
    public void Only_places_that_a_browser_reads_have_an_id(string id) => Assert.Null(PolicyStores.FromId(id, s_unasked, _linux.Machine));

    [Fact]
    public void Without_root_nothing_may_be_changed_by_this_process()
    {
        Firefox("/usr/lib/firefox-esr");
        _linux.Tool("/usr/bin/chromium", "");
        _linux.Privileged = false;
        Assert.Equal([false, false], PolicyStores.Find(s_wanted, _linux.Machine).Select(s => s.MayChange));
    }

    private void Firefox(string folder)
    {
        _linux.Write($"{folder}/application.ini", "[App]\nName=Firefox\nVersion=153.7.0\nBuildID=1\n");
        _linux.Write($"{folder}/libnss3.so", "");
    }

    private string[] Ids(TrustContext context) => [.. PolicyStores.Find(context, _linux.Machine).Select(s => s.Id)];
}

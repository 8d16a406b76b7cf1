using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Policy;

namespace Locald.Tests.Trust.Policy;

[SupportedOSPlatform("linux")]
public sealed class PolicyStoreTests : IDisposable
{
    private const string Firefox = "/etc/firefox/policies/policies.json";
    private const string Chromium = "/etc/chromium/policies/managed";

    private readonly FakeLinux _linux = new("ID=debian\n");
    private readonly X509Certificate2 _root = TestRoots.Create();

    public PolicyStoreTests()
    {
        _linux.Write("/usr/lib/firefox-esr/libnss3.so", "");
        _linux.Tool("/usr/bin/chromium", "");
    }

    public void Dispose()
    {
        _root.Dispose();
        _linux.Dispose();
    }

    [Fact]
    public void Without_the_wish_there_is_no_policy_store_unless_one_of_ours_is_there()
    {
        Assert.Empty(PolicyStores.Find(new TrustContext(null, _ => null), _linux.Machine));
        Assert.Equal(2, Find().Count);
        Find().ToList().ForEach(s => Assert.Equal(StoreOutcome.Done, s.Install(_root).Outcome));
        Assert.Equal(2, PolicyStores.Find(new TrustContext(null, _ => null), _linux.Machine).Count);
    }

    [Fact]
    public void Both_are_written_read_back_said_already_and_gone_without_a_trace()
    {
        foreach (ITrustStore store in Find())
        {
            Assert.Equal(StoreState.Missing, store.Probe(_root).State);
            Assert.Equal(StoreOutcome.Done, store.Install(_root).Outcome);
            Assert.Equal(StoreState.Trusted, store.Probe(_root).State);
            Assert.Equal(StoreOutcome.Already, store.Install(_root).Outcome);
            Assert.Equal(store.Id, PolicyStores.FromId(store.Id, _linux.Machine)!.Id);
        }

        JsonNode firefox = JsonNode.Parse(_linux.Read(Firefox))!;
        string pem = (string)firefox["policies"]!["Certificates"]!["Install"]![0]!;
        Assert.Matches("^/etc/firefox/policies/locald-[0-9a-f]{12}\\.pem$", pem);
        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(_linux.At(pem)));
        Assert.Equal(Convert.ToBase64String(_root.RawData), (string)JsonNode.Parse(File.ReadAllText(Directory.GetFiles(_linux.At(Chromium))[0]))!["CACertificates"]![0]!);

        Find().ToList().ForEach(s => Assert.Equal(StoreOutcome.Done, s.Remove(_root).Outcome));
        Assert.False(Directory.Exists(_linux.At("/etc/firefox")));
        Assert.False(Directory.Exists(_linux.At("/etc/chromium")));
    }

    [Fact]
    public void What_an_administrator_wrote_stays()
    {
        const string Text = """
            {
              "policies": {
                "DisableTelemetry": true,
                "Certificates": {
                  "ImportEnterpriseRoots": true,
                  "Install": [
                    "company.pem"
                  ]
                },
                "Homepage": { "URL": "https://company.example/?a=b&c=<ü>", "Locked": 1.50 }
              },
              "other": [ 1, 2 ]
            }
            """;
        _linux.Write(Firefox, Text);
        Store(Firefox).Install(_root);
        JsonNode changed = JsonNode.Parse(_linux.Read(Firefox))!;
        Assert.Equal(2, changed["policies"]!["Certificates"]!["Install"]!.AsArray().Count);
        Store(Firefox).Remove(_root);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Text), JsonNode.Parse(_linux.Read(Firefox))));
        Assert.Contains("1.50", _linux.Read(Firefox));
        Assert.Contains("a=b&c=<ü>", _linux.Read(Firefox));
    }

    [Theory]
    [InlineData("{ \"policies\": {\n  // a comment\n} }", "at line 2, column 3")]
    [InlineData("", "it is no JSON, at line 1")]
    [InlineData("[]", "is no object")]
    [InlineData("{\"policies\": {\"Certificates\": {\"Install\": \"x.pem\"}}}", "\"Install\" in it is no list")]
    public void What_is_not_understood_is_left_alone(string text, string why)
    {
        _linux.Write(Firefox, text);
        StoreStatus status = Store(Firefox).Probe(_root);
        Assert.Equal((StoreState.Broken, TrustFault.StoreDamaged), (status.State, status.Fault));
        Assert.Contains(why, status.Detail);
        Assert.Equal(StoreOutcome.Failed, Store(Firefox).Install(_root).Outcome);
        Assert.Equal(text, _linux.Read(Firefox));
        Assert.Equal([_linux.At(Firefox)], Directory.GetFiles(Path.GetDirectoryName(_linux.At(Firefox))!));
    }

    [Fact]
    public void The_file_beside_the_program_is_used_where_it_is_the_one_in_force()
    {
        const string Distribution = "/usr/lib/firefox-esr/distribution/policies.json";
        _linux.Write(Distribution, "{\"policies\": {\"DisableAppUpdate\": true}}");
        Store(Distribution).Install(_root);
        Assert.False(_linux.Has(Firefox));
        Store(Distribution).Remove(_root);
        Assert.Equal("{\"policies\":{\"DisableAppUpdate\":true}}", JsonNode.Parse(_linux.Read(Distribution))!.ToJsonString());
    }

    [Fact]
    public void A_list_that_another_file_sets_gets_ours_and_gives_it_back()
    {
        _linux.Write($"{Chromium}/company.json", "{\"CACertificates\": [\"AAAA\"], \"HomepageLocation\": \"https://x\"}");
        Store(Chromium).Install(_root);
        Assert.Equal([_linux.At($"{Chromium}/company.json")], Directory.GetFiles(_linux.At(Chromium)));
        Assert.Equal(2, JsonNode.Parse(_linux.Read($"{Chromium}/company.json"))!["CACertificates"]!.AsArray().Count);
        Store(Chromium).Remove(_root);
        Assert.Equal("{\"HomepageLocation\":\"https://x\",\"CACertificates\":[\"AAAA\"]}", JsonNode.Parse(_linux.Read($"{Chromium}/company.json"))!.ToJsonString());
    }

    [Theory]
    [InlineData("policy:/etc/passwd")]
    [InlineData("policy:/etc/chromium/policies/managed/../../../passwd")]
    [InlineData("policy:")]
    public void Nothing_else_is_written_by_an_id(string id) => Assert.Null(PolicyStores.FromId(id, _linux.Machine));

    [Fact]
    public void Without_root_it_may_not_be_changed_by_this_process()
    {
        _linux.Privileged = false;
        Assert.All(Find(), s => Assert.False(s.MayChange));
        Assert.Equal("locald trust --store policy", Assert.Single(Store(Firefox).PlanInstall(_root, Store(Firefox).Probe(_root), "/x")).Command);
    }

    [Fact]
    public void An_earlier_root_is_a_stray()
    {
        using X509Certificate2 earlier = TestRoots.Create("locald CA me@here 00000001");
        Find().ToList().ForEach(s => s.Install(earlier));
        Assert.All(Find(), s => Assert.Single(s.Probe(_root).Strays));
    }

    private IReadOnlyList<ITrustStore> Find() => PolicyStores.Find(new TrustContext(null, _ => null) { WithPolicies = true }, _linux.Machine);

    private ITrustStore Store(string path) => Find().Single(s => s.Id == "policy:" + path);
}

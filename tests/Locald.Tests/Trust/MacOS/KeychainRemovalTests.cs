using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;
using Locald.Trust.MacOS;

namespace Locald.Tests.Trust.MacOS;

[SupportedOSPlatform("linux")]
public sealed class KeychainRemovalTests(FakeFrameworks mac) : KeychainTest(mac)
{
    [Theory]
    [InlineData(TrustScope.Usual)]
    [InlineData(TrustScope.User)]
    public void Settings_go_in_both_domains_and_then_the_item(TrustScope scope)
    {
        Installed(TrustScope.User);
        Installed(TrustScope.Machine);
        Scope = scope;
        Assert.Equal(3, Store.Probe(Root).Places.Count);
        Assert.Equal(StoreOutcome.Done, Store.Remove(Root).Outcome);
        Assert.Equal((0, 0, 0), Held);
        Assert.True(Array.LastIndexOf(Mac.Calls, "SecTrustSettingsRemoveTrustSettings") < Array.IndexOf(Mac.Calls, "SecItemDelete"));
        StoreResult again = Store.Remove(Root);
        Assert.Equal((StoreOutcome.Already, "neither the keychain nor a trust setting has the root"), (again.Outcome, again.Detail));
        Assert.Equal(4, Mac.Dialogs);
    }

    [Fact]
    public void Exactly_the_roots_items_go_from_whatever_keychain()
    {
        using X509Certificate2 other = TestRoots.Create("locald CA me@mac 00000002");
        Store.Install(other);
        Installed();
        As(FakeProcess.Root);
        Assert.Equal(StoreOutcome.Done, Store.Install(Root).Outcome);
        Assert.Equal((3, 0, 2), Held);
        As(FakeProcess.Sudo);
        Assert.Equal(StoreOutcome.Done, Store.Remove(Root).Outcome);
        Assert.Equal((1, 0, 1), Held);
        Assert.Single(Store.Probe(Root).Strays);
        As(FakeProcess.Person);
        MintProbe = null;
        Assert.Equal(StoreState.Trusted, Store.Probe(other).State);
    }

    [Fact]
    public void The_system_keychains_item_is_roots_to_delete_and_that_is_said()
    {
        As(FakeProcess.Root);
        Installed();
        As(FakeProcess.Person);
        Assert.Equal(StoreState.Trusted, Store.Probe(Root).State);
        StoreResult result = Store.Remove(Root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NotPermitted, "sudo locald untrust"), (result.Outcome, result.Fault, Assert.Single(result.Hints)));
        Assert.Equal((1, 0, 0), Held);
        As(FakeProcess.Sudo);
        Assert.Equal(StoreOutcome.Done, Store.Remove(Root).Outcome);
        Assert.Equal((0, 0, 0), Held);
    }

    [Theory]
    [InlineData("SecTrustSettingsRemoveTrustSettings", -60005, TrustFault.NotPermitted)]
    [InlineData("SecTrustSettingsRemoveTrustSettings", -60006, TrustFault.Cancelled)]
    [InlineData("SecItemDelete", -25292, TrustFault.NotWritable)]
    public void A_removal_that_fails_is_told_and_the_next_one_completes_it(string function, int status, TrustFault fault)
    {
        Installed();
        Mac.Fail(function, status);
        StoreResult result = Store.Remove(Root);
        Assert.Equal((StoreOutcome.Failed, fault), (result.Outcome, result.Fault));
        Assert.DoesNotContain(result.Hints, h => h.Contains("locald trust"));
        Mac.Mend();
        Assert.Equal(StoreOutcome.Done, Store.Remove(Root).Outcome);
        Assert.Equal((0, 0, 0), Held);
    }

    [Theory]
    [InlineData("SecTrustSettingsRemoveTrustSettings", -25300)]
    [InlineData("SecTrustSettingsRemoveTrustSettings", -25263)]
    [InlineData("SecItemDelete", -25300)]
    public void That_something_is_gone_already_is_no_error_and_that_it_is_still_there_is_seen(string function, int status)
    {
        Installed();
        Mac.Fail(function, status);
        StoreResult result = Store.Remove(Root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.StillInBundle), (result.Outcome, result.Fault));
    }

    [Fact]
    public void Settings_whose_certificate_was_deleted_by_hand_go_too()
    {
        Installed();
        Mac.ForgetItems();
        Assert.Equal(StoreOutcome.Done, Store.Remove(Root).Outcome);
        Assert.Equal((0, 0, 0), Held);
    }

    [Fact]
    public void Without_settings_no_dialog_is_needed_so_that_it_works_over_SSH()
    {
        Mac.Fail("SecTrustSettingsSetTrustSettings", -60006);
        Store.Install(Root);
        Mac.Mend();
        Variables["SSH_CONNECTION"] = "10.0.0.1 1 10.0.0.2 22";
        Assert.Equal(StoreOutcome.Done, Store.Remove(Root).Outcome);
        Assert.Equal(0, Mac.Dialogs);
    }

    [Fact]
    public void The_plan_names_what_is_there_and_nothing_else()
    {
        Assert.Empty(Store.PlanRemove(Root, Store.Probe(Root)));
        Installed(TrustScope.User);
        Installed(TrustScope.Machine);
        Assert.Equal(
            [
                "security remove-trusted-cert '/Users/me/a root.pem'",
                "security remove-trusted-cert -d '/Users/me/a root.pem'",
                $"security delete-certificate -Z {Root.GetCertHashString()}",
            ], Store.PlanRemove(Root, Store.Probe(Root)).Select(s => s.Command));
        As(FakeProcess.Sudo);
        Assert.Equal(
            ["security remove-trusted-cert -d '/Users/me/a root.pem'", $"security delete-certificate -Z {Root.GetCertHashString()} {Login}"],
            Store.PlanRemove(Root, Store.Probe(Root)).Select(s => s.Command));
    }

    [Fact]
    public void Roots_of_an_earlier_CA_are_strays_wherever_they_are()
    {
        using X509Certificate2 earlier = TestRoots.Create("locald CA me@mac 00000001");
        using X509Certificate2 other = TestRoots.Create("somebody else's");
        Store.Install(earlier);
        Store.Install(other);
        StrayRoot stray = Assert.Single(Store.Probe(Root).Strays);
        Assert.Equal(
            [
                "security find-certificate -c 'locald CA me@mac 00000001' -p > earlier-root.pem",
                "security remove-trusted-cert -d earlier-root.pem",
                $"security delete-certificate -Z {earlier.GetCertHashString()}",
            ], stray.RemoveCommand);
        Assert.Empty(Store.Probe(earlier).Strays);
        Assert.Single(Store.Probe(null).Strays);
        Assert.Equal(StoreOutcome.Already, Store.Remove(Root).Outcome);
        Assert.Equal(2, Mac.Items);
    }

    [Fact]
    public void A_remembered_store_is_found_by_its_id()
    {
        TrustContext context = new("/Users/me", _ => null);
        Assert.Equal(["system", "system:user"], new[] { "system", "system:user" }.Select(id => KeychainStore.FromId(id, context, isRoot: false)!.Id));
        Assert.Null(KeychainStore.FromId("nss:/x", context, isRoot: false));
    }
}

using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;
using Locald.Trust.MacOS;

namespace Locald.Tests.Trust.MacOS;

[SupportedOSPlatform("linux")]
public sealed class KeychainInstallTests(FakeFrameworks mac) : KeychainTest(mac)
{
    [Theory]
    [InlineData(TrustScope.Usual, Admin, "system")]
    [InlineData(TrustScope.Machine, Admin, "system")]
    [InlineData(TrustScope.User, User, "system:user")]
    public void The_root_goes_into_the_keychain_and_is_trusted_in_its_domain_and_a_second_run_says_already(TrustScope scope, uint domain, string id)
    {
        Scope = scope;
        Assert.Equal(id, Store.Id);
        Assert.Equal(StoreState.Missing, Store.Probe(Root).State);
        StoreResult result = Store.Install(Root);
        Assert.Equal((StoreOutcome.Done, ""), (result.Outcome, string.Join(' ', result.Hints)));
        Assert.EndsWith("and macOS accepts a certificate of it", result.Detail);
        Assert.Equal(scope == TrustScope.Machine, result.Warnings.Any(w => w.Contains("sudo security add-certificates -k /Library/Keychains/System.keychain ")));
        Assert.Equal((1, 1, 0), (Mac.Items, Mac.Settings(domain), Mac.Settings(1 - domain)));
        Assert.Equal(Login, Mac.KeychainOf(0));
        Assert.True(Array.IndexOf(Mac.Calls, "SecItemAdd") < Array.IndexOf(Mac.Calls, "SecTrustSettingsSetTrustSettings"));
        Assert.Equal(StoreOutcome.Already, Store.Install(Root).Outcome);
        Assert.Equal(1, Mac.Dialogs);
    }

    [Fact]
    public void A_certificate_that_is_in_the_keychain_already_is_as_good()
    {
        Mac.Fail("SecTrustSettingsSetTrustSettings", -60006);
        Assert.Equal(TrustFault.Cancelled, Store.Install(Root).Fault);
        Mac.Mend();
        StoreStatus status = Store.Probe(Root);
        Assert.Equal((StoreState.Broken, "locald trust", KeychainFindings.KeychainPlace), (status.State, Assert.Single(status.Hints), Assert.Single(status.Places)));
        Assert.Equal(StoreOutcome.Done, Store.Install(Root).Outcome);
        Assert.Equal((1, 0, 1), Held);
    }

    [Fact]
    public void Settings_without_the_certificate_are_mended_without_a_dialog()
    {
        Installed();
        Mac.ForgetItems();
        StoreStatus status = Store.Probe(Root);
        Assert.Equal((StoreState.Broken, "the trust settings of all users trust the root, but no keychain has it"), (status.State, status.Detail));
        Assert.Equal(StoreOutcome.Done, Store.Install(Root).Outcome);
        Assert.Equal(1, Mac.Dialogs);
    }

    [Theory]
    [InlineData(TrustScope.Usual)]
    [InlineData(TrustScope.User)]
    public void A_users_own_never_is_overruled_by_the_user_who_asks_for_trust(TrustScope scope)
    {
        Installed(TrustScope.User);
        Installed(TrustScope.Machine);
        Mac.Entries(User, (3, 0));
        Scope = scope;
        Assert.Equal((StoreState.Broken, TrustFault.Forbidden), (Store.Probe(Root).State, Store.Probe(Root).Fault));
        Assert.Equal(StoreOutcome.Done, Store.Install(Root).Outcome);
        Assert.Equal(scope == TrustScope.Usual ? 0 : 1, Mac.Settings(User));
    }

    [Fact]
    public void What_is_trusted_for_this_user_is_trusted_already_but_not_for_the_machine()
    {
        Installed(TrustScope.User);
        Assert.Equal(StoreOutcome.Already, Store.Install(Root).Outcome);
        Scope = TrustScope.Machine;
        StoreStatus status = Store.Probe(Root);
        Assert.Equal((StoreState.Broken, "locald trust --system"), (status.State, Assert.Single(status.Hints)));
        Assert.Equal(StoreOutcome.Done, Store.Install(Root).Outcome);
        Assert.Equal((1, 1, 1), Held);
    }

    [Fact]
    public void New_settings_may_take_a_moment_to_count()
    {
        SettleLimit = TimeSpan.FromSeconds(30);
        Mac.Lag(2);
        Assert.Equal(StoreOutcome.Done, Store.Install(Root).Outcome);
        Assert.Equal(3, Mac.Calls.Count(c => c == "SecTrustEvaluateWithError"));
    }

    [Fact]
    public void Root_has_the_system_keychain()
    {
        As(FakeProcess.Root);
        Scope = TrustScope.Machine;
        StoreResult installed = Store.Install(Root);
        Assert.Equal((StoreOutcome.Done, 0), (installed.Outcome, installed.Warnings.Count));
        Assert.Equal((SystemKeychain, (1, 0, 1)), (Mac.KeychainOf(0), Held));
        Assert.Equal(StoreOutcome.Done, Store.Remove(Root).Outcome);
        Assert.Equal((0, 0, 0), Held);
    }

    [Fact]
    public void Under_sudo_it_is_the_invoking_users_keychain_and_the_settings_of_all_users()
    {
        As(FakeProcess.Sudo);
        Assert.Equal(StoreOutcome.Done, Store.Install(Root).Outcome);
        Assert.Equal((Login, (1, 0, 1)), (Mac.KeychainOf(0), Held));
        Assert.Equal(StoreOutcome.Already, Store.Install(Root).Outcome);
        As(FakeProcess.Person);
        Assert.Equal(StoreState.Trusted, Store.Probe(Root).State);
        As(FakeProcess.Sudo);
        StoreResult removed = Store.Remove(Root);
        Assert.Equal((StoreOutcome.Done, (0, 0, 0)), (removed.Outcome, Held));
        Assert.Contains("locald untrust without sudo", Assert.Single(removed.Warnings));
    }

    [Fact]
    public void Under_sudo_a_users_own_settings_would_be_roots_so_that_sudo_is_to_be_left_out()
    {
        As(FakeProcess.Sudo);
        Scope = TrustScope.User;
        StoreResult installed = Store.Install(Root);
        Assert.Equal((TrustFault.NotPermitted, "locald trust --user", (0, 0, 0)), (installed.Fault, Assert.Single(installed.Hints), Held));
        Scope = TrustScope.Usual;
        Installed();
        Scope = TrustScope.User;
        StoreResult removed = Store.Remove(Root);
        Assert.Equal((TrustFault.NotPermitted, "locald untrust --user", (1, 0, 1)), (removed.Fault, Assert.Single(removed.Hints), Held));
    }

    [Theory]
    [InlineData(FakeProcess.Person, TrustScope.Usual, "-d -r trustRoot '/Users/me/a root.pem'")]
    [InlineData(FakeProcess.Person, TrustScope.User, "-r trustRoot '/Users/me/a root.pem'")]
    [InlineData(FakeProcess.Root, TrustScope.Machine, "-d -r trustRoot -k /Library/Keychains/System.keychain '/Users/me/a root.pem'")]
    [InlineData(FakeProcess.Sudo, TrustScope.Usual, "-d -r trustRoot -k /Users/me/Library/Keychains/login.keychain-db '/Users/me/a root.pem'")]
    internal void The_dialog_is_announced_and_the_command_does_the_same(FakeProcess process, TrustScope scope, string arguments)
    {
        As(process);
        Scope = scope;
        Step step = Assert.Single(Store.PlanInstall(Root, Store.Probe(Root), "/Users/me/a root.pem"));
        Assert.Contains("macOS will ask for your password", step.What);
        Assert.Equal($"security add-trusted-cert {arguments}", step.Command);
        Store.Install(Root);
        Assert.Empty(Store.PlanInstall(Root, Store.Probe(Root), "/x"));
        Assert.True(Store.MayChange);
    }

    [Fact]
    public void Several_stores_may_be_asked_and_changed_at_once()
    {
        Parallel.For(0, 40, _ => Store.Install(Root));
        Assert.Equal((1, 0, 1), Held);
        Parallel.For(0, 200, _ => Assert.Equal(StoreState.Trusted, Store.Probe(Root).State));
        using X509Certificate2 other = TestRoots.Create("locald CA me@mac 00000002");
        Parallel.Invoke(() => Store.Remove(Root), () => Store.Install(other), () => Store.Remove(Root));
        Assert.Equal((1, 0, 1), Held);
    }
}

using System.Runtime.Versioning;
using Locald.Trust;

namespace Locald.Tests.Trust.MacOS;

[SupportedOSPlatform("linux")]
public sealed class KeychainSessionTests(FakeFrameworks mac) : KeychainTest(mac)
{
    private const uint Remote = 0x1000;

    [Theory]
    [InlineData("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22", "this is a session over SSH")]
    [InlineData("SSH_TTY", "/dev/ttys001", "this is a session over SSH")]
    [InlineData("CI", "true", "this is an automated build")]
    [InlineData("TF_BUILD", "True", "this is an automated build")]
    [InlineData("", "", "there is no desktop session")]
    public void Where_nobody_sees_a_dialog_it_is_said_before_the_call_with_what_works_there(string variable, string value, string why)
    {
        Nobody(variable, value);
        StoreResult result = Store.Install(Root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NoSession), (result.Outcome, result.Fault));
        Assert.EndsWith($"and {why}", result.Detail);
        Assert.Equal(["eval \"$(locald env)\"", "locald ca --mobileconfig > locald.mobileconfig"], result.Hints);
        Assert.DoesNotContain("SecItemAdd", Mac.Calls);
        Assert.Equal((0, (0, 0, 0)), (Mac.Dialogs, Held));
    }

    [Theory]
    [InlineData("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")]
    [InlineData("CI", "1")]
    [InlineData("", "")]
    public void A_removal_needs_somebody_too_and_says_where_to_run_it(string variable, string value)
    {
        Installed();
        Nobody(variable, value);
        Assert.Equal(StoreState.Trusted, Store.Probe(Root).State);
        StoreResult result = Store.Remove(Root);
        Assert.Equal((TrustFault.NoSession, "locald untrust"), (result.Fault, Assert.Single(result.Hints)));
        Assert.EndsWith("run it in a terminal on the desktop of this Mac", result.Detail);
        Assert.Equal((1, (1, 0, 1)), (Mac.Dialogs, Held));
    }

    [Fact]
    public void A_session_that_macOS_does_not_tell_of_is_none()
    {
        Mac.Fail("SessionGetInfo", -60501);
        Assert.Equal(TrustFault.NoSession, Store.Install(Root).Fault);
    }

    [Fact]
    public void CI_that_says_false_is_no_automated_build()
    {
        Variables["CI"] = "false";
        Assert.Equal(StoreOutcome.Done, Store.Install(Root).Outcome);
    }

    [Theory]
    [InlineData(FakeProcess.Root)]
    [InlineData(FakeProcess.Sudo)]
    internal void Root_of_an_unprotected_build_machine_needs_nobody(FakeProcess process)
    {
        As(process, unprotected: true);
        Nobody("CI", "true");
        Mac.Session(0);
        Assert.Equal(StoreOutcome.Done, Store.Install(Root).Outcome);
        Assert.Equal(StoreOutcome.Done, Store.Remove(Root).Outcome);
        Assert.Equal((0, (0, 0, 0)), (Mac.Dialogs, Held));
    }

    [Theory]
    [InlineData(FakeProcess.Root)]
    [InlineData(FakeProcess.Sudo)]
    internal void Root_of_a_protected_machine_is_asked_like_anybody_and_so_told_at_once(FakeProcess process)
    {
        As(process);
        Mac.Session(Remote);
        Assert.Equal(TrustFault.NoSession, Store.Install(Root).Fault);
        Assert.Equal(0, Mac.Dialogs);
        Mac.Session(0x10);
        Assert.Equal(StoreOutcome.Done, Store.Install(Root).Outcome);
        Assert.Equal(1, Mac.Dialogs);
    }

    [Fact]
    public void A_person_on_an_unprotected_machine_is_still_asked()
    {
        As(FakeProcess.Person, unprotected: true);
        Mac.Session(0);
        Assert.Equal(TrustFault.NoSession, Store.Install(Root).Fault);
        Scope = TrustScope.User;
        As(FakeProcess.Root, unprotected: true);
        Assert.Equal(TrustFault.NoSession, Store.Install(Root).Fault);
    }

    private void Nobody(string variable, string value)
    {
        Variables[variable] = value;
        if (variable.Length == 0)
        {
            Mac.Session(Remote);
        }
    }
}

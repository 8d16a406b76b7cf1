using System.Security.Cryptography.X509Certificates;
using Locald.Trust;

namespace Locald.Tests.Trust.Windows;

public sealed class WindowsRemoveTests : IDisposable
{
    private readonly FakeWindows _windows = new();
    private readonly X509Certificate2 _root = TestRoots.Create();
    private readonly X509Certificate2 _sameName = TestRoots.Create();

    public void Dispose()
    {
        _root.Dispose();
        _sameName.Dispose();
    }

    [Fact]
    public void Both_lists_are_cleared_of_exactly_this_root()
    {
        _windows[StoreLocation.CurrentUser].AddRange([_sameName.RawData, _root.RawData, _root.RawData]);
        _windows[StoreLocation.LocalMachine].AddRange([_root.RawData, _sameName.RawData]);
        _windows.Elevated = true;
        IReadOnlyList<Step> plan = _windows.Store.PlanRemove(_root, _windows.Store.Probe(_root));
        Assert.Equal([$"certutil -user -delstore Root {_root.Thumbprint}", $"certutil -delstore Root {_root.Thumbprint}"], plan.Select(s => s.Command));
        Assert.Contains("security warning", plan[0].What);
        Assert.DoesNotContain("security warning", plan[1].What);

        StoreResult result = _windows.Store.Remove(_root);
        Assert.Equal((StoreOutcome.Done, @"CurrentUser\Root and LocalMachine\Root no longer hold the root"), (result.Outcome, result.Detail));
        Assert.Equal(_sameName.RawData, Assert.Single(_windows[StoreLocation.CurrentUser]));
        Assert.Equal(_sameName.RawData, Assert.Single(_windows[StoreLocation.LocalMachine]));
    }

    [Fact]
    public void What_only_an_administrator_may_change_is_told_and_the_rest_is_done()
    {
        _windows[StoreLocation.CurrentUser].Add(_root.RawData);
        _windows[StoreLocation.LocalMachine].Add(_root.RawData);
        StoreResult result = _windows.Store.Remove(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NotPermitted), (result.Outcome, result.Fault));
        Assert.Equal([$"certutil -delstore Root {_root.Thumbprint}", "locald env"], result.Hints);
        Assert.Equal(["remove CurrentUser"], _windows.Changes);
        Assert.Empty(_windows[StoreLocation.CurrentUser]);
    }

    [Fact]
    public void A_person_who_says_no_keeps_it()
    {
        _windows[StoreLocation.CurrentUser].Add(_root.RawData);
        _windows.ChangeError = unchecked((int)0x800704C7);
        StoreResult result = _windows.Store.Remove(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.Cancelled), (result.Outcome, result.Fault));
        Assert.Equal(StoreState.Trusted, _windows.Store.Probe(_root).State);
    }

    [Fact]
    public void In_a_build_nobody_is_asked()
    {
        _windows[StoreLocation.CurrentUser].Add(_root.RawData);
        _windows[StoreLocation.LocalMachine].Add(_root.RawData);
        (_windows.Elevated, _windows.Automated, _windows.Attended) = (true, true, false);
        StoreResult result = _windows.Store.Remove(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NoSession), (result.Outcome, result.Fault));
        Assert.Equal(["remove LocalMachine"], _windows.Changes);
    }

    [Theory]
    [InlineData(TrustScope.User, "remove CurrentUser", @"LocalMachine\Root still holds the root")]
    [InlineData(TrustScope.Machine, "remove LocalMachine", @"CurrentUser\Root still holds the root")]
    public void Whoever_speaks_of_one_list_keeps_the_other_and_is_told(TrustScope scope, string change, string warning)
    {
        _windows[StoreLocation.CurrentUser].Add(_root.RawData);
        _windows[StoreLocation.LocalMachine].Add(_root.RawData);
        (_windows.Elevated, _windows.Scope) = (true, scope);
        StoreResult result = _windows.Store.Remove(_root);
        Assert.Equal(StoreOutcome.Done, result.Outcome);
        Assert.Equal([change], _windows.Changes);
        Assert.Equal([warning], result.Warnings);

        StoreResult second = _windows.Store.Remove(_root);
        Assert.Equal(StoreOutcome.Already, second.Outcome);
        Assert.Equal([warning], second.Warnings);
    }

    [Fact]
    public void A_root_that_is_still_there_is_no_success()
    {
        _windows[StoreLocation.CurrentUser].Add(_root.RawData);
        _windows.Forgetful = true;
        StoreResult result = _windows.Store.Remove(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.StillInBundle), (result.Outcome, result.Fault));
    }

    [Fact]
    public void A_second_removal_changes_nothing()
    {
        _windows[StoreLocation.CurrentUser].Add(_sameName.RawData);
        Assert.Empty(_windows.Store.PlanRemove(_root, _windows.Store.Probe(_root)));
        Assert.Equal(StoreOutcome.Already, _windows.Store.Remove(_root).Outcome);
        Assert.Empty(_windows.Changes);
    }
}

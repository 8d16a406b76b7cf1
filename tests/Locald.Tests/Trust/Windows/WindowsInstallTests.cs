using System.Security.Cryptography.X509Certificates;
using Locald.Trust;

namespace Locald.Tests.Trust.Windows;

public sealed class WindowsInstallTests : IDisposable
{
    private const int Cancelled = unchecked((int)0x800704C7);
    private const int AccessDenied = unchecked((int)0x80070005);

    private readonly FakeWindows _windows = new();
    private readonly X509Certificate2 _root = TestRoots.Create();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_person_is_told_of_the_security_warning_and_its_thumbprint_before_it_appears()
    {
        Step step = Assert.Single(_windows.Store.PlanInstall(_root, _windows.Store.Probe(_root), @"C:\Users\my self\root.pem"));
        Assert.Contains("Windows will show a security warning", step.What);
        Assert.Contains(string.Join(' ', Enumerable.Range(0, 5).Select(i => _root.Thumbprint.Substring(i * 8, 8))), step.What);
        Assert.Equal(@"certutil -user -addstore -f Root ""C:\Users\my self\root.pem""", step.Command);
        Assert.Empty(_windows.Changes);
    }

    [Fact]
    public void Without_elevation_the_root_goes_into_the_users_own_list()
    {
        StoreResult result = _windows.Store.Install(_root);
        Assert.Equal((StoreOutcome.Done, @"CurrentUser\Root holds the root"), (result.Outcome, result.Detail));
        Assert.Equal(["add CurrentUser"], _windows.Changes);
        StoreStatus status = _windows.Store.Probe(_root);
        Assert.Equal(StoreState.Trusted, status.State);
        Assert.Equal([@"CurrentUser\Root"], status.Places);
    }

    [Theory]
    [InlineData(true, false, TrustScope.Usual)]
    [InlineData(true, true, TrustScope.Usual)]
    [InlineData(true, false, TrustScope.Machine)]
    public void An_elevated_process_puts_it_into_the_machines_list_without_a_warning(bool elevated, bool automated, TrustScope scope)
    {
        (_windows.Elevated, _windows.Automated, _windows.Attended, _windows.Scope) = (elevated, automated, false, scope);
        Assert.DoesNotContain("warning", Assert.Single(_windows.Store.PlanInstall(_root, _windows.Store.Probe(_root), "root.pem")).What);
        Assert.Equal(StoreOutcome.Done, _windows.Store.Install(_root).Outcome);
        Assert.Equal(["add LocalMachine"], _windows.Changes);
    }

    [Fact]
    public void An_elevated_process_may_still_be_asked_for_the_user_alone()
    {
        (_windows.Elevated, _windows.Scope) = (true, TrustScope.User);
        _windows.Store.Install(_root);
        Assert.Equal(["add CurrentUser"], _windows.Changes);
    }

    [Theory]
    [InlineData(false, TrustScope.Machine)]
    [InlineData(true, TrustScope.Usual)]
    public void The_machines_list_is_not_tried_without_elevation(bool automated, TrustScope scope)
    {
        (_windows.Automated, _windows.Attended, _windows.Scope) = (automated, !automated, scope);
        StoreResult result = _windows.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NotPermitted), (result.Outcome, result.Fault));
        Assert.Equal([$"certutil -addstore -f Root {_windows.RootFile}", "locald env"], result.Hints);
        Assert.Empty(_windows.Changes);
    }

    [Fact]
    public void Where_nobody_would_see_the_warning_nothing_is_tried()
    {
        _windows.Attended = false;
        StoreResult result = _windows.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NoSession), (result.Outcome, result.Fault));
        Assert.Equal([$"certutil -addstore -f Root {_windows.RootFile}", "locald env"], result.Hints);
        Assert.Empty(_windows.Changes);
    }

    [Fact]
    public void Where_the_roots_file_is_not_known_the_shell_asks_for_it()
    {
        (_windows.RootFile, _windows.Attended) = (null, false);
        Assert.Equal("certutil -addstore -f Root \"$(locald ca --path)\"", _windows.Store.Install(_root).Hints[0]);
    }

    [Fact]
    public void A_person_who_says_no_has_said_no()
    {
        _windows.ChangeError = Cancelled;
        StoreResult result = _windows.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.Cancelled), (result.Outcome, result.Fault));
        Assert.Equal(@"CurrentUser\Root was not changed: the security warning of Windows was answered with No", result.Detail);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_warning_that_nobody_answers_is_given_up()
    {
        _windows.Answered.Reset();
        StoreResult result = await Task.Run(() => _windows.Store.Install(_root), TestContext.Current.CancellationToken);
        _windows.Answered.Set();
        Assert.Equal((StoreOutcome.Failed, TrustFault.ToolTimedOut), (result.Outcome, result.Fault));
        Assert.Contains("nobody answered the security warning", result.Detail);
    }

    [Fact]
    public void Other_errors_keep_what_Windows_said()
    {
        (_windows.Elevated, _windows.ChangeError) = (true, unchecked((int)0x80090016));
        StoreResult result = _windows.Store.Install(_root);
        Assert.Equal(TrustFault.ToolFailed, result.Fault);
        Assert.Equal(@"LocalMachine\Root was not changed: Windows answered 0x80090016: Something of Windows", result.Detail);
    }

    [Fact]
    public void A_change_that_left_no_trace_is_no_success()
    {
        _windows.Forgetful = true;
        StoreResult result = _windows.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NotInBundle), (result.Outcome, result.Fault));
    }

    [Theory]
    [InlineData(StoreLocation.CurrentUser)]
    [InlineData(StoreLocation.LocalMachine)]
    public void A_second_run_changes_nothing(StoreLocation where)
    {
        _windows[where].Add(_root.RawData);
        Assert.Empty(_windows.Store.PlanInstall(_root, _windows.Store.Probe(_root), "root.pem"));
        Assert.Equal(StoreOutcome.Already, _windows.Store.Install(_root).Outcome);
        Assert.Empty(_windows.Changes);
    }

    [Fact]
    public void The_users_own_list_does_not_do_for_the_machine()
    {
        _windows[StoreLocation.CurrentUser].Add(_root.RawData);
        (_windows.Elevated, _windows.Scope) = (true, TrustScope.Machine);
        Assert.Equal(StoreState.Missing, _windows.Store.Probe(_root).State);
        StoreResult result = _windows.Store.Install(_root);
        Assert.Equal((StoreOutcome.Done, @"CurrentUser\Root and LocalMachine\Root hold the root"), (result.Outcome, result.Detail));
    }

    [Fact]
    public void A_root_among_the_untrusted_certificates_is_not_trusted_and_not_added_once_more()
    {
        _windows[StoreLocation.CurrentUser].Add(_root.RawData);
        _windows[StoreLocation.LocalMachine, StoreName.Disallowed].Add(_root.RawData);
        StoreStatus status = _windows.Store.Probe(_root);
        Assert.Equal((StoreState.Broken, TrustFault.Forbidden), (status.State, status.Fault));
        Assert.Equal([$"certutil -delstore Disallowed {_root.Thumbprint}"], status.Hints);
        StoreResult result = _windows.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.Forbidden), (result.Outcome, result.Fault));
        Assert.Empty(_windows.Changes);
    }

    [Fact]
    public void A_policy_that_ignores_users_roots_is_known_before_anybody_is_asked()
    {
        _windows.UserRootsForbidden = true;
        StoreResult result = _windows.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.Forbidden), (result.Outcome, result.Fault));
        Assert.Equal(["locald trust --system"], result.Hints);
        Assert.Empty(_windows.Changes);

        _windows[StoreLocation.CurrentUser].Add(_root.RawData);
        Assert.Equal((StoreState.Broken, TrustFault.Forbidden), (_windows.Store.Probe(_root).State, _windows.Store.Probe(_root).Fault));
        _windows.Elevated = true;
        Assert.Equal(StoreOutcome.Done, _windows.Store.Install(_root).Outcome);
    }

    [Fact]
    public void The_last_word_has_the_verifier_of_Windows()
    {
        using X509Certificate2 leaf = TestRoots.Create("leaf");
        string? asked = null;
        _windows.Mint = name =>
        {
            asked = name;
            return X509CertificateLoader.LoadCertificate(leaf.RawData);
        };
        _windows.Refusal = "UntrustedRoot";
        StoreResult result = _windows.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NotInBundle), (result.Outcome, result.Fault));
        Assert.EndsWith("UntrustedRoot", result.Detail);
        Assert.Equal("trust-probe.localhost", asked);
        Assert.Equal(StoreState.Broken, _windows.Store.Probe(_root).State);

        _windows.Refusal = null;
        Assert.Equal(StoreState.Trusted, _windows.Store.Probe(_root).State);
    }

    [Fact]
    public void A_list_that_cannot_be_read_is_an_answer()
    {
        _windows.ListError = AccessDenied;
        StoreStatus status = _windows.Store.Probe(_root);
        Assert.Equal((StoreState.Broken, TrustFault.NotPermitted), (status.State, status.Fault));
        Assert.Equal(TrustFault.NotPermitted, _windows.Store.Install(_root).Fault);
        Assert.Equal(TrustFault.NotPermitted, _windows.Store.Remove(_root).Fault);
    }

    [Fact]
    public void Roots_of_an_earlier_CA_are_named_with_the_list_they_are_in()
    {
        using X509Certificate2 earlier = TestRoots.Create("locald CA somebody@somewhere 87654321");
        using X509Certificate2 sameName = TestRoots.Create();
        using X509Certificate2 another = TestRoots.Create("Somebody's CA");
        _windows[StoreLocation.CurrentUser].AddRange([earlier.RawData, another.RawData, [1, 2, 3]]);
        _windows[StoreLocation.LocalMachine].AddRange([sameName.RawData, _root.RawData]);
        IReadOnlyList<StrayRoot> strays = _windows.Store.Probe(_root).Strays;
        Assert.Equal([@"CurrentUser\Root", @"LocalMachine\Root"], strays.Select(s => s.Place));
        Assert.Equal([$"certutil -user -delstore Root {earlier.Thumbprint}"], strays[0].RemoveCommand);
        Assert.Equal([$"certutil -delstore Root {sameName.Thumbprint}"], strays[1].RemoveCommand);
        Assert.Equal(3, _windows.Store.Probe(null).Strays.Count);
        Assert.Equal(StoreState.Missing, _windows.Store.Probe(null).State);
    }
}

using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Locald.Trust;

namespace Locald.Tests.Trust.Windows.Wsl;

[SupportedOSPlatform("linux")]
public sealed class WslStoreTests : IDisposable
{
    private readonly FakeWsl _wsl = new();
    private readonly X509Certificate2 _root = TestRoots.Create();
    private readonly X509Certificate2 _earlier = TestRoots.Create("locald CA somebody@somewhere 87654321");

    public void Dispose()
    {
        _wsl.Dispose();
        _root.Dispose();
        _earlier.Dispose();
    }

    [Fact]
    public void It_is_told_apart_from_the_system_store()
    {
        ITrustStore store = _wsl.Store;
        Assert.Equal((StoreKind.Windows, "windows", "the Windows side (this user)"), (store.Kind, store.Id, store.Title));
    }

    [Fact]
    public void The_root_goes_to_the_Windows_user_and_comes_back()
    {
        Assert.Equal(StoreState.Missing, _wsl.Store.Probe(_root).State);
        Step step = Assert.Single(_wsl.Store.PlanInstall(_root, _wsl.Store.Probe(_root), "/home/me/it's/root.pem"));
        Assert.Contains("Windows will show a security warning", step.What);
        Assert.Equal("""certutil.exe -user -addstore -f Root "$(wslpath -w '/home/me/it'\''s/root.pem')" """.TrimEnd(), step.Command);

        StoreResult put = _wsl.Store.Install(_root);
        Assert.Equal((StoreOutcome.Done, @"CurrentUser\Root holds the root"), (put.Outcome, put.Detail));
        Assert.True(_wsl.Holds("Root.CurrentUser", _root));
        Assert.Equal([@"CurrentUser\Root"], _wsl.Store.Probe(_root).Places);
        Assert.Equal(StoreOutcome.Already, _wsl.Store.Install(_root).Outcome);
        Assert.Empty(_wsl.Store.PlanInstall(_root, _wsl.Store.Probe(_root), "root.pem"));

        Assert.Equal($"certutil.exe -user -delstore Root {_root.Thumbprint}", Assert.Single(_wsl.Store.PlanRemove(_root, _wsl.Store.Probe(_root))).Command);
        Assert.Equal(StoreOutcome.Done, _wsl.Store.Remove(_root).Outcome);
        Assert.False(_wsl.Holds("Root.CurrentUser", _root));
        Assert.Equal(StoreOutcome.Already, _wsl.Store.Remove(_root).Outcome);
    }

    [Fact]
    public void Nothing_may_be_asked_on_standard_input()
    {
        _wsl.Store.Probe(_root);
        Assert.Equal("", _wsl.Linux.Read("/stdin"));
    }

    [Fact]
    public void Exactly_this_root_is_removed_and_predecessors_are_named()
    {
        _wsl.Put("Root.CurrentUser", _earlier);
        _wsl.Put("Root.CurrentUser", _root);
        StrayRoot stray = Assert.Single(_wsl.Store.Probe(_root).Strays);
        Assert.Equal(@"CurrentUser\Root", stray.Place);
        Assert.Equal([$"certutil.exe -user -delstore Root {_earlier.Thumbprint}"], stray.RemoveCommand);
        Assert.Equal(2, _wsl.Store.Probe(null).Strays.Count);

        Assert.Equal(StoreOutcome.Done, _wsl.Store.Remove(_root).Outcome);
        Assert.True(_wsl.Holds("Root.CurrentUser", _earlier));
    }

    [Fact]
    public void What_lies_in_the_machines_list_is_not_taken_for_the_users()
    {
        _wsl.Put("Root.LocalMachine", _root);
        _wsl.Put("Root.LocalMachine", _earlier);
        StoreStatus status = _wsl.Store.Probe(_root);
        Assert.Equal((StoreState.Trusted, @"LocalMachine\Root holds the root"), (status.State, status.Detail));
        Assert.Equal([@"LocalMachine\Root"], status.Places);
        Assert.Equal(@"LocalMachine\Root", Assert.Single(status.Strays).Place);

        _wsl.Put("Root.CurrentUser", _root);
        Assert.Equal([@"CurrentUser\Root", @"LocalMachine\Root"], _wsl.Store.Probe(_root).Places);
    }

    [Fact]
    public void The_machines_list_may_need_an_administrator_and_the_users_is_cleared_all_the_same()
    {
        _wsl.Put("Root.LocalMachine", _root);
        _wsl.Put("Root.CurrentUser", _root);
        _wsl.InsteadOfChange("""
            case $place in
                CurrentUser) : > Root.CurrentUser ;;
                *) printf 'failed LocalMachine -2147024891 %s\r\n' $(printf 'Zugriff verweigert.' | base64) ;;
            esac
            """);
        StoreResult result = _wsl.Store.Remove(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.NotPermitted), (result.Outcome, result.Fault));
        Assert.Contains("run as administrator", result.Detail);
        Assert.Contains($"certutil.exe -delstore Root {_root.Thumbprint}", result.Hints[0]);
        Assert.False(_wsl.Holds("Root.CurrentUser", _root));
    }

    [Theory]
    [InlineData("failed CurrentUser -2147023673 VGhlIG9wZXJhdGlvbiB3YXMgY2FuY2VsZWQ=", TrustFault.Cancelled, "answered with No")]
    [InlineData("failed CurrentUser -2146885626", TrustFault.ToolFailed, "0x80092006")]
    [InlineData("failed CurrentUser -2146893790 UHJvdmlkZXI=", TrustFault.NoSession, "could not show")]
    [InlineData("unattended", TrustFault.NoSession, "nobody is there")]
    public void A_change_that_Windows_refuses_says_why(string line, TrustFault fault, string words)
    {
        _wsl.InsteadOfChange($"printf '{line}\\r\\n'");
        StoreResult result = _wsl.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, fault), (result.Outcome, result.Fault));
        Assert.Contains(words, result.Detail);
        Assert.Equal("""certutil.exe -user -addstore -f Root "$(wslpath -w '/home/me/my state/root.pem')" """.TrimEnd(), result.Hints[0]);
    }

    [Fact]
    public void A_change_that_left_no_trace_is_no_success()
    {
        _wsl.InsteadOfChange(":");
        Assert.Equal(TrustFault.NotInBundle, _wsl.Store.Install(_root).Fault);
        _wsl.Put("Root.CurrentUser", _root);
        Assert.Equal(TrustFault.StillInBundle, _wsl.Store.Remove(_root).Fault);
    }

    [Fact]
    public void A_warning_that_nobody_answers_is_given_up()
    {
        _wsl.InsteadOfChange("exec sleep 60");
        _wsl.ChangeLimit = TimeSpan.FromMilliseconds(300);
        StoreResult result = _wsl.Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, TrustFault.ToolTimedOut), (result.Outcome, result.Fault));
        Assert.Contains("nobody answered the security warning of Windows within", result.Detail);
    }

    [Fact]
    public void A_PowerShell_that_hangs_is_given_up()
    {
        _wsl.Instead("exec sleep 60");
        _wsl.LookLimit = TimeSpan.FromMilliseconds(300);
        StoreStatus status = _wsl.Store.Probe(_root);
        Assert.Equal((StoreState.Broken, TrustFault.ToolTimedOut), (status.State, status.Fault));
        Assert.Equal(TrustFault.ToolTimedOut, _wsl.Store.Install(_root).Fault);
        Assert.Equal(TrustFault.ToolTimedOut, _wsl.Store.Remove(_root).Fault);
    }

    [Theory]
    [InlineData("echo '<3>WSL (12) ERROR: UtilAcceptVsock:271: accept4 failed 110' >&2; return 1", TrustFault.ToolFailed, "ended with code 1: <3>WSL (12) ERROR")]
    [InlineData("return 0", TrustFault.ToolFailed, "ended with code 0")]
    [InlineData("printf 'restricted\\r\\n'", TrustFault.Forbidden, "ConstrainedLanguage")]
    [InlineData("printf 'unread CurrentUser -2147024891 WA==\\r\\nend\\r\\n'", TrustFault.NotPermitted, @"CurrentUser\Root cannot be read")]
    public void An_answer_that_tells_nothing_is_not_taken_for_a_missing_root(string script, TrustFault fault, string words)
    {
        _wsl.Instead(script);
        StoreStatus status = _wsl.Store.Probe(_root);
        Assert.Equal((StoreState.Broken, fault), (status.State, status.Fault));
        Assert.Contains(words, status.Detail);
        Assert.Equal((StoreOutcome.Failed, fault), (_wsl.Store.Install(_root).Outcome, _wsl.Store.Install(_root).Fault));
        Assert.Equal(StoreOutcome.Failed, _wsl.Store.Remove(_root).Outcome);
    }

    [Fact]
    public void Distrusted_and_forbidden_roots_are_known_before_anybody_is_asked()
    {
        _wsl.Put("Disallowed.CurrentUser", _root);
        StoreResult distrusted = _wsl.Store.Install(_root);
        Assert.Equal((TrustFault.Forbidden, $"certutil.exe -user -delstore Disallowed {_root.Thumbprint}"), (distrusted.Fault, distrusted.Hints[0]));

        File.Delete(_wsl.Linux.At("/store/Disallowed.CurrentUser"));
        _wsl.Linux.Write("/forbidden", "");
        StoreResult forbidden = _wsl.Store.Install(_root);
        Assert.Equal(TrustFault.Forbidden, forbidden.Fault);
        Assert.StartsWith("certutil.exe -addstore", forbidden.Hints[0]);
        Assert.DoesNotContain(_wsl.Scripts, s => s.Contains("$verb = 'Add'"));
    }

    [Fact]
    public void A_build_server_changes_the_machines_list_which_asks_nobody()
    {
        _wsl.Variables["CI"] = "true";
        Assert.DoesNotContain("warning", Assert.Single(_wsl.Store.PlanInstall(_root, _wsl.Store.Probe(_root), "root.pem")).What);
        Assert.Equal(StoreOutcome.Done, _wsl.Store.Install(_root).Outcome);
        Assert.True(_wsl.Holds("Root.LocalMachine", _root));
    }

    [Fact]
    public void UTF16_output_is_understood()
    {
        _wsl.Instead($"printf '\\377\\376'; printf 'Root CurrentUser {Convert.ToBase64String(_root.RawData)}\\r\\nend\\r\\n' | iconv -f UTF-8 -t UTF-16LE");
        Assert.Equal(StoreState.Trusted, _wsl.Store.Probe(_root).State);
    }

    [Fact]
    public void The_script_fits_into_a_command_line_of_Windows()
    {
        _wsl.Store.Probe(_root);
        const int longest = 32_767; // https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw
        Assert.InRange(Convert.ToBase64String(Encoding.Unicode.GetBytes(_wsl.Scripts[0])).Length, 1000, longest / 2);
    }
}

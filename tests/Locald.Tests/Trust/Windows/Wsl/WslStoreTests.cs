using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Windows.Wsl;

namespace Locald.Tests.Trust.Windows.Wsl;

[SupportedOSPlatform("linux")]
public sealed class WslStoreTests : IDisposable
{
    private readonly FakeWindowsSide _windows = new();
    private readonly X509Certificate2 _root = TestRoots.Create();

    private WslStore Store => _windows.Store;

    public void Dispose()
    {
        _root.Dispose();
        _windows.Dispose();
    }

    [Fact]
    public void The_root_is_put_in_seen_said_already_and_taken_out()
    {
        Assert.Equal(StoreState.Missing, Store.Probe(_root).State);
        Assert.Equal(StoreOutcome.Done, Store.Install(_root).Outcome);
        Assert.Equal([Convert.ToBase64String(_root.RawData)], _windows.List("Root.CurrentUser"));
        Assert.Equal(StoreState.Trusted, Store.Probe(_root).State);
        Assert.Equal(StoreOutcome.Already, Store.Install(_root).Outcome);
        Assert.Equal(StoreOutcome.Done, Store.Remove(_root).Outcome);
        Assert.Empty(_windows.List("Root.CurrentUser"));
        Assert.Equal(StoreOutcome.Already, Store.Remove(_root).Outcome);
    }

    [Fact]
    public void The_window_that_Windows_will_open_is_announced_with_the_thumbprint()
    {
        Step step = Assert.Single(Store.PlanInstall(_root, Store.Probe(_root), "/home/u/root.pem"));
        Assert.Contains("Windows will show a security warning", step.What);
        Assert.Contains(_root.Thumbprint[..8], step.What);
        Assert.Equal("certutil.exe -user -addstore -f Root \"$(wslpath -w /home/u/root.pem)\"", step.Command);
    }

    [Theory]
    [InlineData("-2147023673", TrustFault.Cancelled)]
    [InlineData("-2147024891", TrustFault.NotPermitted)]
    [InlineData("-2146885594", TrustFault.Forbidden)]
    public void A_refusal_is_told_by_its_reason(string code, TrustFault fault)
    {
        _windows.Starts($"refuse {code}");
        StoreResult result = Store.Install(_root);
        Assert.Equal((StoreOutcome.Failed, fault), (result.Outcome, result.Fault));
        Assert.NotEmpty(result.Hints);
        Assert.Empty(_windows.List("Root.CurrentUser"));
    }

    [Fact]
    public void A_change_that_is_said_and_not_seen_is_no_success()
    {
        _windows.Starts("continue");
        Assert.Equal(StoreOutcome.Failed, Store.Install(_root).Outcome);
    }

    [Fact]
    public void Nobody_at_the_desktop_is_said_so()
    {
        _windows.Starts("say unattended; continue");
        Assert.Equal(TrustFault.NoSession, Store.Install(_root).Fault);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_window_that_nobody_answers_is_given_up()
    {
        _windows.ChangeLimit = TimeSpan.FromMilliseconds(300);
        _windows.Starts("exec sleep 60");
        StoreResult result = await Task.Run(() => Store.Install(_root), TestContext.Current.CancellationToken);
        Assert.Equal(TrustFault.ToolTimedOut, result.Fault);
        Assert.Contains("nobody answered the security warning", result.Detail);
    }

    [Fact]
    public void A_root_that_Windows_distrusts_is_broken()
    {
        Store.Install(_root);
        _windows.Linux.Write("/win/Disallowed.LocalMachine", Convert.ToBase64String(_root.RawData) + "\n");
        Assert.Equal((StoreState.Broken, TrustFault.Forbidden), (Store.Probe(_root).State, Store.Probe(_root).Fault));
    }

    [Fact]
    public void An_earlier_root_is_a_stray()
    {
        using X509Certificate2 earlier = TestRoots.Create("locald CA me@here 00000001");
        Store.Install(earlier);
        StrayRoot stray = Assert.Single(Store.Probe(_root).Strays);
        Assert.Equal($"certutil.exe -user -delstore Root {earlier.Thumbprint}", Assert.Single(stray.RemoveCommand));
    }

    [Theory]
    [InlineData("exit 3")]
    [InlineData("printf 'Root CurrentUser MIIB'")]
    [InlineData("head -c 300000 /dev/urandom")]
    public void An_answer_without_an_end_says_nothing(string script)
    {
        _windows.Linux.Tool(FakeWindowsSide.PowerShell, script);
        Assert.Equal((StoreState.Broken, TrustFault.ToolFailed), (Store.Probe(_root).State, Store.Probe(_root).Fault));
        Assert.Equal(StoreOutcome.Failed, Store.Install(_root).Outcome);
    }

    [Fact]
    public void Where_interop_is_off_the_store_is_unavailable()
    {
        File.SetUnixFileMode(_windows.Linux.At(FakeWindowsSide.PowerShell), UnixFileMode.UserRead);
        Assert.Equal(StoreState.Unavailable, Store.Probe(_root).State);
        File.Delete(_windows.Linux.At(FakeWindowsSide.PowerShell));
        StoreStatus status = Store.Probe(_root);
        Assert.Equal(StoreState.Unavailable, status.State);
        Assert.Contains("wsl.conf", status.Hints[0]);
    }

    [Fact]
    public void A_container_with_Microsofts_kernel_is_no_WSL()
    {
        using FakeLinux container = new("ID=debian\n");
        container.Write("/proc/sys/kernel/osrelease", "5.15.153.1-microsoft-standard-WSL2\n");
        Assert.Null(WslInterop.Find(container.Machine, _ => null));
        Assert.NotNull(WslInterop.Find(container.Machine, name => name == "WSL_DISTRO_NAME" ? "Ubuntu" : null));
    }

    [Fact]
    public void Random_answers_are_survived()
    {
        Random random = new(20260101);
        string[] words = ["Root", "Disallowed", "CurrentUser", "LocalMachine", "failed", "unread", "end", "MIIB", "-1", "=", "\0", "é", "99999999999"];
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => words[random.Next(words.Length)] + " \n"[random.Next(2)]));
            RootScriptAnswer answer = RootScriptAnswer.Parse(text);
            Assert.True(answer.IsWhole == text.Split('\n').Any(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["end"]) || text.Contains('\0') || text.Contains('é'));
        }
    }
}

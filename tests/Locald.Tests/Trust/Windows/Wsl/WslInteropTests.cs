using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Trust;

namespace Locald.Tests.Trust.Windows.Wsl;

[SupportedOSPlatform("linux")]
public sealed class WslInteropTests : IDisposable
{
    private readonly FakeWsl _wsl = new();
    private readonly X509Certificate2 _root = TestRoots.Create();

    public void Dispose()
    {
        _wsl.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData("4.4.0-19041-Microsoft")]
    [InlineData("5.15.167.4-microsoft-standard-WSL2")]
    public void WSL_is_known_by_its_kernel_where_sudo_took_the_variable_away(string release)
    {
        _wsl.Variables.Clear();
        _wsl.Linux.Write("/proc/sys/kernel/osrelease", release + "\n");
        Assert.NotNull(_wsl.Interop);
    }

    [Fact]
    public void WSL_with_a_kernel_of_ones_own_is_known_by_its_variable()
    {
        _wsl.Linux.Write("/proc/sys/kernel/osrelease", "6.12.1-mine\n");
        Assert.NotNull(_wsl.Interop);
    }

    [Fact]
    public void A_container_on_Docker_Desktop_is_not_WSL()
    {
        _wsl.Variables.Clear();
        Directory.Delete(_wsl.Linux.At("/run/WSL"));
        Assert.Null(_wsl.Interop);
    }

    [Fact]
    public void Any_other_Linux_is_not_WSL()
    {
        _wsl.Variables.Clear();
        _wsl.Linux.Write("/proc/sys/kernel/osrelease", "6.1.0-44-amd64\n");
        Assert.Null(_wsl.Interop);
        File.Delete(_wsl.Linux.At("/proc/sys/kernel/osrelease"));
        Assert.Null(_wsl.Interop);
    }

    [Fact]
    public void PowerShell_is_taken_from_PATH_first()
    {
        _wsl.Install("/opt/bin/powershell.exe");
        Assert.Equal(_wsl.Linux.At("/opt/bin/powershell.exe"), _wsl.Interop!.FindPowerShell());
    }

    [Fact]
    public void PowerShell_is_found_on_a_drive_that_wsl_conf_mounts_elsewhere()
    {
        _wsl.Uninstall();
        _wsl.Install("/win/d/Windows/System32/WindowsPowerShell/v1.0/powershell.exe");
        _wsl.Linux.Write("/proc/mounts", "none /run tmpfs rw 0 0\nbroken\nC:\\134 /win/c 9p rw,aname=drvfs 0 0\nD:\\134 /win/d 9p rw,aname=drvfs 0 0\n");
        Assert.Equal(StoreState.Missing, _wsl.Store.Probe(_root).State);
    }

    [Fact]
    public void Without_a_PowerShell_the_Windows_side_is_unavailable_and_the_commands_are_told()
    {
        _wsl.Uninstall();
        StoreStatus status = _wsl.Store.Probe(_root);
        Assert.Equal(StoreState.Unavailable, status.State);
        Assert.Contains("powershell.exe", status.Detail);
        Assert.Contains("/etc/wsl.conf", status.Hints[0]);
        Assert.Equal(@"on Windows: certutil -user -addstore -f Root ""\\wsl.localhost\Ubuntu\home\me\my state\root.pem""", status.Hints[1]);
        Assert.Empty(_wsl.Store.PlanInstall(_root, status, "root.pem"));
        Assert.Empty(_wsl.Store.PlanRemove(_root, status));
        Assert.Equal((StoreOutcome.Failed, status.Detail), (_wsl.Store.Install(_root).Outcome, _wsl.Store.Install(_root).Detail));
        Assert.Equal(StoreOutcome.Already, _wsl.Store.Remove(_root).Outcome);
    }

    /// <summary>With interop off the kernel does not know what to do with a Windows program.</summary>
    [Fact]
    public void With_interop_off_the_Windows_side_is_unavailable()
    {
        string program = _wsl.Interop!.FindPowerShell()!;
        File.WriteAllBytes(program, [(byte)'M', (byte)'Z', 0x90, 0, 3, 0, 0, 0]);
        StoreStatus status = _wsl.Store.Probe(_root);
        Assert.Equal(StoreState.Unavailable, status.State);
        Assert.Contains("cannot be started from this Linux", status.Detail);
        Assert.Contains("/etc/wsl.conf", status.Hints[0]);
    }
}

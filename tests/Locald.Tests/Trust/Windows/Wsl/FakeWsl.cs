using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Windows.Wsl;

namespace Locald.Tests.Trust.Windows.Wsl;

/// <summary>
/// A Linux in WSL, whose powershell.exe is a shell script: it decodes what it is told, keeps the Windows side's lists in a folder,
/// and answers with carriage returns. What comes of the real script is shown by the tests that have a real PowerShell.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class FakeWsl : IDisposable
{
    private const string PowerShell = "/mnt/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe";

    private readonly FakeLinux _linux = new();

    public FakeWsl()
    {
        _linux.Write("/proc/sys/kernel/osrelease", "5.15.167.4-microsoft-standard-WSL2\n");
        _linux.Folder("/run/WSL");
        _linux.Folder("/store");
        Install(PowerShell);
    }

    public Dictionary<string, string> Variables { get; } = new() { ["WSL_DISTRO_NAME"] = "Ubuntu" };

    public TimeSpan LookLimit { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan ChangeLimit { get; set; } = TimeSpan.FromSeconds(30);

    public TrustContext Context => new(null, n => Variables.GetValueOrDefault(n)) { RootFile = "/home/me/my state/root.pem" };

    public WslInterop? Interop => WslInterop.Find(_linux.Machine with { SearchPath = _linux.At("/opt/bin") }, n => Variables.GetValueOrDefault(n)) is { } found
        ? found with { LookLimit = LookLimit, ChangeLimit = ChangeLimit }
        : null;

    public ITrustStore Store => new WslStore(Interop!, Context);

    public FakeLinux Linux => _linux;

    /// <summary>The scripts that PowerShell was given, in turn.</summary>
    public string[] Scripts => [.. Directory.GetFiles(_linux.At("/"), "script.*").Order().Select(File.ReadAllText)];

    /// <summary>Shell commands that the next PowerShell runs instead of an answer; <c>$R</c> is where this Linux begins.</summary>
    public void Instead(string commands) => _linux.Write("/instead", commands);

    /// <summary>Shell commands in place of the change.</summary>
    public void InsteadOfChange(string commands) => _linux.Write("/change", commands);

    public void Put(string list, X509Certificate2 certificate) =>
        File.AppendAllText(_linux.At($"/store/{list}"), Convert.ToBase64String(certificate.RawData) + "\n");

    public bool Holds(string list, X509Certificate2 certificate) =>
        File.Exists(_linux.At($"/store/{list}")) && File.ReadAllLines(_linux.At($"/store/{list}")).Contains(Convert.ToBase64String(certificate.RawData));

    public void Uninstall() => File.Delete(_linux.At(PowerShell));

    /// <summary>The same script in another place.</summary>
    public void Install(string path) => _linux.Tool(path, """
        if [ -e $R/instead ]; then . $R/instead; exit $?; fi
        [ "$1 $2 $3 $4 $5 $6 $7" = "-NoProfile -NonInteractive -ExecutionPolicy Bypass -OutputFormat Text -EncodedCommand" ] || exit 64
        cat > $R/stdin
        n=$(ls $R | grep -c '^script') script=$R/script.$n
        printf %s "$8" | base64 -d | iconv -f UTF-16LE -t UTF-8 > $script || exit 65
        value() { sed -n "s/^\$$1 = '\(.*\)'$/\1/p" $script; }
        verb=$(value verb) wanted=$(value wanted)
        cd $R/store
        for place in $(value places | tr , ' '); do
            if [ -e $R/change ]; then . $R/change; continue; fi
            case $verb in
                Add) echo $wanted >> Root.$place ;;
                Remove) grep -vxF "$wanted" Root.$place > new; mv new Root.$place ;;
                *) exit 66 ;;
            esac
        done
        # The user's list, as PowerShell shows it, has the machine's in it.
        for list in Root Disallowed; do
            cat $list.CurrentUser $list.LocalMachine 2>/dev/null | sed "s/^/$list CurrentUser /; s/\$/\r/"
            cat $list.LocalMachine 2>/dev/null | sed "s/^/$list LocalMachine /; s/\$/\r/"
        done
        [ ! -e $R/forbidden ] || printf 'forbidden\r\n'
        printf 'end\r\n'
        """);

    public void Dispose() => _linux.Dispose();
}

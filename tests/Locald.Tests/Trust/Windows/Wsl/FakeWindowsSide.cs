using System.Runtime.Versioning;
using Locald.Tests.Trust.Linux;
using Locald.Trust;
using Locald.Trust.Windows.Wsl;

namespace Locald.Tests.Trust.Windows.Wsl;

/// <summary>
/// A Linux under WSL whose powershell.exe is a shell script: it reads verb, places and certificate out of the encoded command, keeps
/// each list of Windows in a file, and answers as PowerShell does, with CR LF and other people's lines between.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class FakeWindowsSide : IDisposable
{
    internal const string PowerShell = "/mnt/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe";

    internal FakeWindowsSide()
    {
        Linux = new("ID=ubuntu\n");
        Linux.Write("/proc/sys/kernel/osrelease", "5.15.153.1-microsoft-standard-WSL2\n");
        Linux.Write("/run/WSL/1_interop", "");
        Linux.Folder("/win");
        Starts("");
    }

    internal FakeLinux Linux { get; }

    internal Dictionary<string, string> Variables { get; } = [];

    internal TimeSpan LookLimit { get; set; } = TimeSpan.FromSeconds(30);

    internal TimeSpan ChangeLimit { get; set; } = TimeSpan.FromSeconds(30);

    internal WslStore Store => new(
        WslInterop.Find(Linux.Machine, Variables.GetValueOrDefault)! with { LookLimit = LookLimit, ChangeLimit = ChangeLimit },
        new TrustContext("/home/u", Variables.GetValueOrDefault) { RootFile = "/home/u/root.pem" });

    /// <summary>What PowerShell is like.</summary>
    /// <param name="beforeChange">Shell lines that run before each change to <c>$place</c>; <c>refuse CODE</c> makes it fail.</param>
    internal void Starts(string beforeChange) => Linux.Tool(PowerShell, $$"""
        for last; do :; done
        echo "$@" | grep -q -- '-NoProfile -NonInteractive' || exit 9
        script=$(printf %s "$last" | base64 -d | tr -d '\000')
        value() { printf %s "$script" | sed -n "s/^\$$1 = '\(.*\)'.*/\1/p" | tr -d '\r'; }
        verb=$(value verb); places=$(value places); wanted=$(value wanted)
        say() { printf '%s\r\n' "$*"; }
        say "a line of somebody's profile"
        refuse() { say "failed $place $1 $(printf 'The operation was canceled by the user.' | base64 -w0)"; refused=1; }
        for place in $(echo $places | tr ',' ' '); do
            refused=
            {{beforeChange}}
            [ -z "$refused" ] || continue
            file=$R/win/Root.$place
            touch $file
            if [ $verb = Add ]; then echo "$wanted" >> $file; else grep -vxF "$wanted" $file > $file.new; mv $file.new $file; fi
        done
        for list in Root Disallowed; do
            for place in CurrentUser LocalMachine; do
                [ ! -f $R/win/$list.$place ] || while read der; do say "$list $place $der"; done < $R/win/$list.$place
            done
        done
        [ ! -f $R/win/forbidden ] || say forbidden
        say end
        """);

    /// <summary>Certificates of one list, as Base64.</summary>
    internal string[] List(string name) => Linux.Has($"/win/{name}") ? File.ReadAllLines(Linux.At($"/win/{name}")) : [];

    public void Dispose() => Linux.Dispose();
}

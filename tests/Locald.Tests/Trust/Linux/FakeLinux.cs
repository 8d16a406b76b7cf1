using System.Runtime.Versioning;
using Locald.Trust;
using Locald.Trust.Linux;

namespace Locald.Tests.Trust.Linux;

/// <summary>A Linux in a temporary folder: its os-release, its folders, and shell scripts in place of its tools.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FakeLinux : IDisposable
{
    public FakeLinux(string osRelease = "") => Write("/etc/os-release", osRelease);

    public string Root { get; } = Directory.CreateTempSubdirectory("locald-linux-").FullName;

    public TimeSpan ToolLimit { get; set; } = TimeSpan.FromSeconds(30);

    public bool Privileged { get; set; } = true;

    public LinuxMachine Machine => new(Root, "/opt/bin", Privileged) { ToolLimit = ToolLimit, PersonIsRoot = false };

    public ITrustStore Store => LinuxSystemStore.Find(Machine);

    /// <summary>How often the refresh tool ran.</summary>
    public int Refreshes => File.Exists(At("/refreshes")) ? File.ReadAllLines(At("/refreshes")).Length : 0;

    public string At(string path) => Root + path;

    public bool Has(string path) => File.Exists(At(path));

    public string Read(string path) => File.ReadAllText(At(path));

    public void Folder(string path) => Directory.CreateDirectory(At(path));

    public void Write(string path, string text)
    {
        Folder(Path.GetDirectoryName(path)!);
        File.WriteAllText(At(path), text);
    }

    public void Link(string path, string target)
    {
        Folder(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(At(path), target);
    }

    /// <summary>A tool that is a shell script; <c>$R</c> is where this Linux begins.</summary>
    public void Tool(string path, string script)
    {
        Write(path, $"#!/bin/sh\nR={Root}\necho run >> $R/refreshes\n{script}\n");
        File.SetUnixFileMode(At(path), (UnixFileMode)0b111_101_101);
    }

    /// <summary>A tool that puts the files of a folder together to a bundle, as all of them do.</summary>
    public void Concatenating(string tool, string anchors, string extension, string bundle)
    {
        Folder(anchors);
        Folder(Path.GetDirectoryName(bundle)!);
        Tool(tool, $"cat $R/dev/null $R{anchors}/*{extension} > $R{bundle} 2>/dev/null; exit 0");
    }

    /// <summary>Debian's tool to the letter where it matters: links, an unannounced removal, hooks that hear of additions only.</summary>
    public static FakeLinux Debian()
    {
        FakeLinux debian = new("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
        debian.Folder("/usr/local/share/ca-certificates");
        debian.Folder("/etc/ssl/certs");
        debian.Tool("/usr/sbin/update-ca-certificates", """
            cd $R/etc/ssl/certs
            for crt in $R/usr/local/share/ca-certificates/*.crt; do
                [ -e "$crt" ] || continue
                pem=$(basename $crt .crt).pem
                [ -e $pem ] || { ln -sf $crt $pem; ln -sf $pem 0a1b2c3d.0; echo "+$R/etc/ssl/certs/$pem" >> $R/announced; }
                cat $crt >> ca-certificates.crt.new
            done
            if [ -f ca-certificates.crt.new ]; then chmod 0644 ca-certificates.crt.new; mv -f ca-certificates.crt.new ca-certificates.crt; fi
            """);
        return debian;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
